import { callsOf, type Target } from "./calls.ts";
import { Children } from "./children.ts";
import { compare, type Figure } from "./figure.ts";

const COUNTS = { warm_up: 2, rounds: 15 } as const;

/** Requests per second of one route of our edge with the caller's token verified, against the same route open. */
export async function verifiedRequests(progress: (text: string) => void): Promise<readonly Figure[]> {
  await using children = await Children.open();
  const { port, access_token, personal_token } = await children.start<{
    port: number;
    access_token: string;
    personal_token: string;
  }>("verifying-server.ts", "data");
  const route = (path: string, token?: string): Target => ({
    port,
    method: "GET",
    path,
    ...(token && { headers: { authorization: `Bearer ${token}` } }),
    holds: "the same",
  });
  const figures: Figure[] = [];
  for (const [name, token] of [
    ["requests with an access token verified", access_token],
    ["requests with a personal access token verified", personal_token],
  ] as const) {
    progress(`${name}: ${COUNTS.rounds} rounds`);
    figures.push(
      await compare(
        { name, baseline_name: "the same route of the same server, open", unit: "calls/s" },
        { ours: callsOf(route("/bench/verified", token)), baseline: callsOf(route("/bench/open")) },
        COUNTS,
      ),
    );
  }
  return figures;
}
