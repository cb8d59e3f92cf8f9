import assert from "node:assert/strict";
import { ANYONE, NO_INPUT, NOTHING_NAMED, type Row } from "../row.ts";

export const scimRows: readonly Row[] = [
  {
    of: "GET /api/2.0/preview/scim/v2/Me",
    success: {
      as: "reader",
      ask: () => ({}),
      shows: ({ body, headers }, { platform }) => {
        assert.equal(body.userName, "reader@board.org");
        assert.deepEqual(body.schemas, ["urn:ietf:params:scim:schemas:core:2.0:User"]);
        assert.equal(headers.get("x-databricks-org-id"), platform.services.site.workspace_id);
      },
    },
    forbidden: ANYONE,
    hidden: NOTHING_NAMED,
    malformed: NO_INPUT,
  },
];
