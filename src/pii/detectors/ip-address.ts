import { words } from "../context.ts";
import { byShapes, type Detector, scores } from "../detector.ts";

const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

/** A name and a single slash before it, as in a browser's `Chrome/1.2.3.4`, make it a version. */
const unnamed = "(?<![.-]|[A-Za-z\\d]/)";

const GROUPS = 8;

/** RFC 4291, section 2.2: eight groups, or fewer with one `::`; an IPv4 address may stand for the last two. */
function isV6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const tail = groups.at(-1)?.includes(".") ? 1 : 0;
  if (!groups.slice(0, groups.length - tail).every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const count = groups.length + tail;
  if (halves.length === 1) return count === GROUPS && groups.some((group) => group.length > 2);
  // `a::b` is a name in code; an address has more to it, and a digit.
  return count < GROUPS && count >= 2 && text.length >= 7 && /\d/.test(text);
}

const v4 = new RegExp(`${unnamed}(?!0\\.)(?:${octet}\\.){3}${octet}(?![A-Za-z\\d_]|\\.\\d|-[A-Za-z])`, "y");

/** Numbers of sections (7.3.2.1) and of releases (19.3.0.0) look like addresses that nobody's machine has, but for a few of resolvers. */
const isOutline = (text: string): boolean => text.length === "1.2.3.4".length || text.endsWith(".0.0");

const v4Shape = { begins: "digits", digits_min: 4, run: [1, 3], behind: ".", pattern: v4 } as const;

const findV4 = byShapes([
  { ...v4Shape, isValid: (match) => !isOutline(match), scores: scores(0.6, 0.95, 0.3) },
  { ...v4Shape, isValid: (match) => isOutline(match), scores: scores(0.4, 0.95, 0.2) },
]);

const COLONS_MIN = 2;

const findV6 = byShapes(
  (["digits", "letters", "signs"] as const).map((begins) => ({
    begins,
    digits_min: 1,
    pattern: /(?<![:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![A-Za-z\d:])/y,
    isValid: (match) => isV6(match),
    scores: scores(0.85, 1, 0.6),
  })),
);

/** IPv4 where words do not make it a version, IPv6 by its grammar. */
export const ipAddress: Detector = {
  entity: "IP_ADDRESS",
  mayHold: ({ digits, colons }) => digits >= 4 || colons >= COLONS_MIN,
  find: (view, traits) =>
    traits.colons < COLONS_MIN ? findV4(view, traits) : [...findV4(view, traits), ...findV6(view, traits)],
  raising: words(
    ..."ip$ ips$ ipv addr host client remote source src$ server ping ssh$ http listen proxy vpn$ subnet inet forwarded real adresse dns$ firewall".split(
      " ",
    ),
  ),
  lowering: words(
    ..."version ver$ v$ release upgrad downgrad firmware bios$ driver build patch changelog revision edition".split(
      " ",
    ),
    ..."section chapter paragraph clause article annex oid$ abschnitt kapitel".split(" "),
  ),
};
