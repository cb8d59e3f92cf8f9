import assert from "node:assert/strict";
import { it } from "node:test";
import { compare } from "./difference.ts";
import { attackWorld } from "./world.ts";

/** How many, and of what seed; `ATTACKS_STATEMENTS` and `ATTACKS_SEED` ask for others. */
const STATEMENTS = Number(process.env.ATTACKS_STATEMENTS ?? 30);
const SEED = Number(process.env.ATTACKS_SEED ?? 1);

it("random statements give the same whether there are hidden rows or none", async (context) => {
  await using world = await attackWorld();
  const { differences, failed, biting } = await compare(world, STATEMENTS, SEED);
  context.diagnostic(
    `${STATEMENTS} statements: ${failed} fail on visible rows, ${biting} tell of hidden ones unless governed`,
  );
  assert.deepEqual(differences, []);
  assert.ok(biting > STATEMENTS / 10);
});
