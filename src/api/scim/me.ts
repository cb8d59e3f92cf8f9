import { Type } from "typebox";
import { workspace } from "#kernel/mod.ts";
import { ScimUser } from "#wire/scim/resources.ts";
import { endpoint, Reply } from "../endpoint.ts";
import { scimHeaders } from "./resources.ts";

/** Who the caller is; every SDK and the CLI ask first. They read the workspace's id from the header. */
export const me = endpoint({
  method: "GET",
  path: "/api/2.0/preview/scim/v2/Me",
  scope: "iam.current-user:read",
  errors: "scim",
  input: Type.Object({}),
  output: ScimUser,
  what: () => workspace,
  action: "identity.read_self",
  run: async ({ identity, site }, permit) =>
    new Reply({
      headers: { ...scimHeaders, "x-databricks-org-id": site.workspace_id },
      body: await identity.me(permit),
    }),
});
