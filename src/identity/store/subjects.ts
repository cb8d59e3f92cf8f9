import type { Database } from "#db/mod.ts";
import type { Who } from "#kernel/mod.ts";
import type { LiveCredential } from "./credentials.ts";
import type { DirectoryStore, PrincipalKind, PrincipalRow } from "./directory.ts";
import type { TokenStore } from "./tokens.ts";

/** As many as ask within one governance version; about 0.5 KB each. */
const SUBJECTS_MAX = 20_000;

export type SubjectStore = ReturnType<typeof subjectStore>;

/** What every request asks of the directory, remembered for as long as the governance version stays what it is. */
export function subjectStore(db: Database, directory: DirectoryStore, tokens: TokenStore) {
  const byId = db.governance.cache<PrincipalRow>(SUBJECTS_MAX);
  const byName = db.governance.cache<PrincipalRow>(SUBJECTS_MAX);
  const byExternalId = db.governance.cache<PrincipalRow>(SUBJECTS_MAX);
  const groups = db.governance.cache<readonly string[]>(SUBJECTS_MAX);
  const live = db.governance.cache<LiveCredential>(SUBJECTS_MAX);
  const liveById = db.governance.cache<LiveCredential>(SUBJECTS_MAX);
  const bearers = db.governance.cache<Who>(SUBJECTS_MAX);
  const unended = (found: LiveCredential | undefined, now: Date) =>
    found && found.expires_at > now ? found : undefined;
  return {
    byId: (id: string): Promise<PrincipalRow | undefined> => byId.get(id, () => directory.byId(id)),

    byName: (name: string): Promise<PrincipalRow | undefined> => byName.get(name, () => directory.byName(name)),

    /** As `DirectoryStore.byExternalId`. */
    byExternalId: (kind: PrincipalKind, external_id: string): Promise<PrincipalRow | undefined> =>
      byExternalId.get(`${kind} ${external_id}`, () => directory.byExternalId(kind, external_id)),

    /** As `DirectoryStore.groupNames`. */
    groupNames: async (id: string): Promise<readonly string[]> =>
      (await groups.get(id, () => directory.groupNames(id))) ?? [],

    /**
     * Who bears a personal token. `load` rests on `token` and on what is governed. A change of the token's scopes may have come after `token` was
     * read and before `load`, so that the bearer is found by the scopes too. @throws whatever `load` throws: that is not remembered.
     */
    bearer: async ({ id, scopes }: Pick<LiveCredential, "id" | "scopes">, load: () => Promise<Who>): Promise<Who> =>
      (await bearers.get([id, ...scopes].join(" "), load))!,

    /** As `TokenStore.live`: its end is looked at each time. */
    liveToken: async (hash: string, now: Date): Promise<LiveCredential | undefined> =>
      unended(await live.get(hash, () => tokens.live(hash, now)), now),

    /** As `TokenStore.liveById`: its end is looked at each time. */
    liveTokenById: async (id: string, now: Date): Promise<LiveCredential | undefined> =>
      unended(await liveById.get(id, () => tokens.liveById(id, now)), now),
  };
}
