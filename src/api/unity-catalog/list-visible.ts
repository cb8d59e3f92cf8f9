import type { Action, Ownable, Permit, ServiceType } from "#kernel/mod.ts";
import type { Call } from "../endpoint.ts";
import type { Services } from "../services.ts";
import { fromPage, type Page, pageOf } from "./page.ts";

/** The page of a kind beneath the permit's securable that the caller may know of. */
export async function listVisible(
  { catalog, gate }: Pick<Services, "catalog" | "gate">,
  permit: Permit<Action>,
  list: {
    readonly type: Ownable | ServiceType;
    readonly see: Action;
    readonly max_results?: number;
    readonly page_token?: string;
  },
  call: Call,
): Promise<Page> {
  const candidates = await catalog.metastore.candidates(list.type, permit.what);
  const wanted = fromPage(candidates, list.page_token);
  const visible = await gate.filter(permit.who, list.see, wanted, call.doorway);
  return pageOf(visible, list.max_results);
}
