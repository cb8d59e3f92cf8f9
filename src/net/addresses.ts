import { BlockList, isIP, isIPv6 } from "node:net";

/**
 * Networks that no outbound call may reach unless an operator listed the host: IANA's special-purpose address registries
 * (RFC 6890 and its updates), multicast, and the tunnels that carry an IPv4 address inside an IPv6 one.
 */
// biome-ignore format: a table is read in columns
const refused: readonly (readonly [network: string, prefix: number, why: string])[] = [
  ["0.0.0.0",         8,  "this network"],
  ["10.0.0.0",        8,  "private"],
  ["100.64.0.0",      10, "carrier-grade NAT"],
  ["127.0.0.0",       8,  "loopback"],
  ["169.254.0.0",     16, "link-local"],
  ["172.16.0.0",      12, "private"],
  ["192.0.0.0",       24, "protocol assignments"],
  ["192.0.2.0",       24, "documentation"],
  ["192.88.99.0",     24, "relay anycast"],
  ["192.168.0.0",     16, "private"],
  ["198.18.0.0",      15, "benchmarking"],
  ["198.51.100.0",    24, "documentation"],
  ["203.0.113.0",     24, "documentation"],
  ["224.0.0.0",       4,  "multicast"],
  ["240.0.0.0",       4,  "reserved"],
  ["::",              96, "unspecified, loopback or IPv4-compatible"],
  ["::ffff:0:0:0",    96, "IPv4-translated"],
  ["64:ff9b::",       96, "NAT64"],
  ["64:ff9b:1::",     48, "NAT64"],
  ["100::",           64, "discard-only"],
  ["2001::",          23, "protocol assignments"],
  ["2001:db8::",      32, "documentation"],
  ["2002::",          16, "6to4"],
  ["3fff::",          20, "documentation"],
  ["fc00::",          7,  "unique local"],
  ["fe80::",          10, "link-local"],
  ["fec0::",          10, "site-local"],
  ["ff00::",          8,  "multicast"],
];

const lists = refused.map(([network, prefix, why]) => {
  const list = new BlockList();
  list.addSubnet(network, prefix, isIPv6(network) ? "ipv6" : "ipv4");
  return { list, why };
});

/** `::ffff:a.b.c.d`, the same host as `a.b.c.d`; BlockList judges it by the IPv4 rules. */
const mapped = new BlockList();
mapped.addSubnet("::ffff:0:0", 96, "ipv6");

/**
 * Why an address may not be called, or null for a public one. `address` is an IP address in any spelling that `node:net` takes;
 * anything else is refused.
 */
export function refusalOf(address: string): string | null {
  const bare = address.split("%", 1)[0]!;
  const family = isIP(bare);
  if (family === 0) return "not an address";
  const kind = family === 6 ? "ipv6" : "ipv4";
  if (kind === "ipv6" && mapped.check(bare, "ipv6")) return "IPv4-mapped";
  return lists.find(({ list }) => list.check(bare, kind))?.why ?? null;
}
