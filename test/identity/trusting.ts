import { bumpGovernance } from "#db/mod.ts";
import { readTrustedIssuer, type TrustedIssuer } from "#identity/mod.ts";
import { API, ENTRA_V1, ENTRA_V2, GITHUB, OKTA } from "./imitated-issuer.ts";
import type { IdentityWorld } from "./world.ts";

/** The issuers as an operator would write them, through the reader of lakeward.yaml. */
export const settings = {
  entra_v2: {
    ...{ name: "entra", issuer: ENTRA_V2, audiences: [API] },
    accepted_scopes: { "Lake.Read": ["sql", "unity-catalog"], "Lake.Read.All": ["sql"] },
    users: { claim: "oid", by: "external_id" },
    service_principals: { claim: "azp", by: "external_id" },
  },
  entra_v1: {
    ...{ name: "entra-v1", issuer: ENTRA_V1, audiences: [`api://${API}`] },
    accepted_scopes: { "Lake.Read": ["sql"], "Lake.Read.All": ["all-apis"] },
    users: { claim: "upn" },
    service_principals: { claim: "appid", by: "external_id" },
  },
  okta: {
    ...{ name: "okta", issuer: OKTA, audiences: ["api://lakeward"] },
    accepted_scopes: { "lake:sql": ["sql"] },
    users: { claim: "sub" },
    service_principals: { claim: "cid", by: "external_id" },
  },
  github: { name: "github", issuer: GITHUB, audiences: ["lakeward"], workloads: { scopes: ["sql", "files"] } },
};

export const trusting = (...given: readonly object[]): readonly TrustedIssuer[] =>
  given.map((one, i) => readTrustedIssuer(one, `trusted_issuers[${i}]`));

/** Gives a principal the id by which an identity provider knows it, as SCIM does. */
export const setExternalId = ({ options }: IdentityWorld, id: string, external_id: string): Promise<void> =>
  options.db.run(async (transaction) => {
    await bumpGovernance(transaction);
    await options.db.on(transaction).updateTable("principals").set({ external_id }).where("id", "=", id).execute();
  });
