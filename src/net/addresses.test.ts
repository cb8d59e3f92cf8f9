import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refusalOf } from "./addresses.ts";

// biome-ignore format: a table is read in columns
const refused: readonly (readonly [string, string])[] = [
  ["127.0.0.1",              "loopback"],
  ["127.255.255.254",        "loopback"],
  ["0.0.0.0",                "this network"],
  ["10.1.2.3",               "private"],
  ["172.31.255.255",         "private"],
  ["192.168.0.1",            "private"],
  ["169.254.169.254",        "link-local"],
  ["100.64.0.1",             "carrier-grade NAT"],
  ["100.127.255.255",        "carrier-grade NAT"],
  ["224.0.0.1",              "multicast"],
  ["255.255.255.255",        "reserved"],
  ["::",                     "unspecified, loopback or IPv4-compatible"],
  ["::1",                    "unspecified, loopback or IPv4-compatible"],
  ["::127.0.0.1",            "unspecified, loopback or IPv4-compatible"],
  ["::ffff:127.0.0.1",       "IPv4-mapped"],
  ["::ffff:7f00:1",          "IPv4-mapped"],
  ["::ffff:8.8.8.8",         "IPv4-mapped"],
  ["64:ff9b::7f00:1",        "NAT64"],
  ["2002:7f00:1::",          "6to4"],
  ["fd00::1",                "unique local"],
  ["fe80::1",                "link-local"],
  ["fe80::1%eth0",           "link-local"],
  ["ff02::1",                "multicast"],
  ["localhost",              "not an address"],
  ["0177.0.0.1",             "not an address"],
];

describe("addresses an outbound call may not reach", () => {
  for (const [address, why] of refused) {
    it(`refuses ${address} as ${why}`, () => assert.equal(refusalOf(address), why));
  }

  for (const address of ["8.8.8.8", "172.32.0.1", "100.128.0.1", "169.253.255.255", "2606:4700::1111"]) {
    it(`lets ${address} pass, which is public`, () => assert.equal(refusalOf(address), null));
  }
});
