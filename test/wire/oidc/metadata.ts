import assert from "node:assert/strict";
import { NO_INPUT, OPEN, type Row, type Success } from "../row.ts";
import type { WireWorld } from "../world.ts";

/** Nobody is asked who they are, and nothing is hidden. */
const open = { unauthenticated: OPEN, scope: OPEN, forbidden: OPEN, hidden: OPEN, malformed: NO_INPUT };

const describesServer: Success["shows"] = ({ body }, { platform }) => {
  const { issuer } = platform.services.site;
  assert.equal(body.issuer, issuer);
  assert.equal(body.token_endpoint, `${issuer}/v1/token`);
  assert.ok((body.grant_types_supported as string[]).includes("client_credentials"));
};

const ofAccount = (world: WireWorld) => ({ path: { account_id: world.platform.services.site.account_id } });

const documents = ["oauth-authorization-server", "openid-configuration"];
const addresses = documents.flatMap((name) => [`/oidc/.well-known/${name}`, `/.well-known/${name}/oidc`]);

export const metadataRows: readonly Row[] = [
  ...addresses.map(
    (path): Row => ({ of: `GET ${path}`, success: { ask: () => ({}), shows: describesServer }, ...open }),
  ),
  ...documents.map(
    (name): Row => ({
      of: `GET /oidc/accounts/{account_id}/.well-known/${name}`,
      success: { ask: ofAccount, shows: describesServer },
      ...open,
      also: [
        {
          because: "an account that is not served here",
          as: null,
          ask: () => ({ path: { account_id: "another" } }),
          status: 404,
          code: "RESOURCE_DOES_NOT_EXIST",
          message: /^No account 'another' is served here/,
        },
      ],
    }),
  ),
  {
    of: "GET /.well-known/databricks-config",
    success: {
      ask: () => ({}),
      shows: ({ body }, { platform }) => {
        const { account_id, workspace_id, issuer } = platform.services.site;
        assert.deepEqual(
          [body.oidc_endpoint, body.account_id, body.workspace_id, body.token_federation_default_oidc_audiences],
          [issuer, account_id, workspace_id, [account_id]],
        );
      },
    },
    ...open,
  },
  {
    of: "GET /oidc/jwks.json",
    success: {
      ask: () => ({}),
      shows: ({ body }) => {
        const [key] = body.keys as Record<string, unknown>[];
        assert.deepEqual([key?.kty, key?.alg, key?.use], ["RSA", "RS256", "sig"]);
        assert.equal("d" in key!, false, "the private part stays here");
      },
    },
    ...open,
  },
  {
    of: "GET /.well-known/oauth-protected-resource/{path...}",
    success: {
      ask: () => ({ path: { path: "api/2.0/mcp/sql" } }),
      shows: ({ body }, { platform, origin }) =>
        assert.deepEqual(
          [body.resource, body.authorization_servers, body.scopes_supported],
          [`${origin}/api/2.0/mcp/sql`, [platform.services.site.issuer], ["sql"]],
        ),
    },
    ...open,
    also: [
      {
        because: "the path of no MCP server",
        as: null,
        ask: () => ({ path: { path: "api/2.0/mcp/nothing" } }),
        status: 404,
        code: "ENDPOINT_NOT_FOUND",
        message: /No MCP server is served at that path/,
      },
    ],
  },
  {
    of: "GET /oidc/oauth2/v2.0/authorize",
    success: {
      ask: () => ({}),
      status: 404,
      shows: ({ body }) => assert.equal(body.error_code, "ENDPOINT_NOT_FOUND"),
    },
    ...open,
  },
];
