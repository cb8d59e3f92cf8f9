import assert from "node:assert/strict";
import { ANYONE, NO_INPUT, NOTHING_NAMED, type Row } from "../row.ts";

const UC = "/api/2.1/unity-catalog";
const open = { forbidden: ANYONE, hidden: NOTHING_NAMED, malformed: NO_INPUT };

export const metastoreRows: readonly Row[] = [
  {
    of: `GET ${UC}/metastore_summary`,
    success: {
      as: "stranger",
      ask: () => ({}),
      shows: ({ body }, { platform }) => {
        assert.equal(body.metastore_id, platform.services.site.metastore_id);
        assert.equal(body.owner, "admins");
      },
    },
    ...open,
  },
  {
    of: `GET ${UC}/current-metastore-assignment`,
    success: {
      as: "stranger",
      ask: () => ({}),
      shows: ({ body }, { platform }) => {
        const { metastore_id, workspace_id } = platform.services.site;
        assert.deepEqual(body, { workspace_id: Number(workspace_id), metastore_id });
      },
    },
    ...open,
  },
];
