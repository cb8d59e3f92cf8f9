import { Type } from "typebox";
import { workspace } from "#kernel/mod.ts";
import { type Endpoint, endpoint, Reply } from "../endpoint.ts";

const Value = Type.Object({
  value: Type.String(),
  display: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  primary: Type.Optional(Type.Boolean()),
  $ref: Type.Optional(Type.String()),
});

const User = Type.Object({
  schemas: Type.Array(Type.String()),
  id: Type.String(),
  userName: Type.String(),
  displayName: Type.String(),
  active: Type.Boolean(),
  emails: Type.Array(Value),
  groups: Type.Array(Value),
});

/** Who the caller is; every SDK and the CLI ask first. They read the workspace's id from the header. */
const me = endpoint({
  method: "GET",
  path: "/api/2.0/preview/scim/v2/Me",
  scope: "scim",
  errors: "scim",
  input: Type.Object({}),
  output: User,
  what: () => workspace,
  action: "identity.read_self",
  run: async ({ identity, site }, permit) =>
    new Reply({
      headers: { "x-databricks-org-id": site.workspace_id, "content-type": "application/scim+json; charset=utf-8" },
      body: await identity.me(permit),
    }),
});

export const scimEndpoints: readonly Endpoint[] = [me];
