import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isBase58Check } from "./base58check.ts";
import { isBech32 } from "./bech32.ts";
import { isLuhn } from "./luhn.ts";
import { isMod97 } from "./mod97.ts";
import { sha256 } from "./sha256.ts";
import { weightedSum } from "./weighted.ts";

describe("check digits", () => {
  it("SHA-256 is the platform's", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.equal(Buffer.from(sha256(bytes)).toString("hex"), createHash("sha256").update(bytes).digest("hex"));
      }),
    );
  });

  it("Luhn takes exactly one last digit", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{3,18}$/), (digits) => {
        assert.equal([..."0123456789"].filter((last) => isLuhn(digits + last)).length, 1);
      }),
    );
    assert.ok(isLuhn("4111111111111111") && isLuhn("378282246310005"));
  });

  it("mod 97 takes examples of the IBAN registry, and none with two characters exchanged", () => {
    for (const iban of [
      "GB29NWBK60161331926819",
      "DE89370400440532013000",
      "NO9386011117947",
      "MT84MALT011000012345MTLCAST001S",
    ])
      assert.ok(isMod97(iban), iban);
    assert.ok(!isMod97("GB29NWBK60161331926891"));
  });

  it("a Bitcoin address needs its checksum", () => {
    assert.ok(isBase58Check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"));
    assert.ok(!isBase58Check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"));
    assert.ok(!isBase58Check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN0"));
  });

  it("a segregated-witness address needs that of its version: the examples of BIP 173 and BIP 350", () => {
    assert.ok(isBech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"));
    assert.ok(isBech32("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"));
    assert.ok(!isBech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"));
    assert.ok(!isBech32("bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4"));
  });

  it("a weighted sum takes each digit times its weight", () => assert.equal(weightedSum("123", [3, 7, 1]), 20));
});
