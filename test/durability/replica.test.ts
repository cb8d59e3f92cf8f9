import { test } from "node:test";
import { killReplica } from "./replica.ts";
import { counted } from "./rounds.ts";

test("after one of two servers was killed under load each answered question is in the ledger once, and the limit let in no more than it has", (context) =>
  counted(context, killReplica));
