import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { seal, unseal } from "./seal.ts";

describe("sealing", () => {
  const key = randomBytes(32);
  const secret = Buffer.from("a private key");

  it("gives back what was sealed, and never the same bytes twice", () => {
    assert.deepEqual(unseal(key, "p", seal(key, "p", secret)), secret);
    assert.notDeepEqual(seal(key, "p", secret), seal(key, "p", secret));
    assert.equal(seal(key, "p", secret).includes(secret), false);
  });

  it("does not open with another key, under another purpose, or after a change", () => {
    const sealed = seal(key, "p", secret);
    assert.throws(() => unseal(randomBytes(32), "p", sealed), /does not open/);
    assert.throws(() => unseal(key, "q", sealed), /does not open/);
    for (const at of [0, 1, 13, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      assert.throws(() => unseal(key, "p", changed), /does not open/);
    }
  });
});
