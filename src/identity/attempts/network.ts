import { isIP } from "node:net";

/** Of an IPv6 address, what one subscriber holds: 64 bits (RFC 6177 section 2 gives a site at least that). */
const SUBSCRIBER_GROUPS = 4;
const IPV6_GROUPS = 8;

/**
 * What counts as one source: an IPv4 address, or the 64 bits of an IPv6 address within which one subscriber moves freely. An IPv4
 * address in IPv6's clothes is the IPv4 address. Anything else stands for itself.
 */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/i, "");
  if (isIP(plain) !== 6) return plain;
  const groups = groupsOf(plain);
  return `${groups.slice(0, SUBSCRIBER_GROUPS).join(":")}::/64`;
}

/** Eight groups, as the URL standard writes them, with the zeros that `::` leaves out. */
function groupsOf(address: string): readonly string[] {
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: IPV6_GROUPS - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after];
}
