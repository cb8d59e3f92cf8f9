import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import { CA_DAYS, RENEW_BEFORE_DAYS, SERVER_CERTIFICATE_DAYS } from "./limits.ts";

/** A certificate with its key, both PEM; the certificate is followed by its authority's. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** The deployment's own certificate authority. Its key stays in the data directory, mode 0600. */
export interface LocalCa {
  /** PEM of the authority's certificate, for clients to trust. */
  readonly certificate: string;
  /** Where that certificate lies. */
  readonly path: string;
  /**
   * The certificate named `name` for these host names and addresses: made at first, and anew when it nears its end or the
   * hosts changed. `directory` (default: the authority's own) receives `<name>.pem` and `<name>-key.pem`.
   */
  serverCertificate(name: string, hosts: readonly string[], directory?: string): Promise<ServerCertificate>;
}

interface CaPorts {
  readonly data_dir: string;
  readonly clock: Clock;
  readonly ids: IdSource;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;
const BACKDATED_MS = 3_600_000;

/** Opens the authority in `<data_dir>/tls`, making it at first start. */
export async function openLocalCa(ports: CaPorts): Promise<LocalCa> {
  const directory = join(ports.data_dir, "tls");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const ca = (await readPair(directory, "ca")) ?? (await makeCa(directory, ports));
  return {
    certificate: ca.cert,
    path: join(directory, "ca.pem"),
    serverCertificate: async (name, hosts, into = directory) => {
      const present = await readPair(into, name);
      if (present && isFit(present.cert, ca.cert, hosts, ports.clock)) return present;
      return makeServer(into, name, ca, hosts, ports);
    },
  };
}

async function makeCa(directory: string, { clock, ids }: CaPorts): Promise<ServerCertificate> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serial(ids),
      name: "CN=Lakeward local authority",
      ...validity(clock, CA_DAYS),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  return writePair(directory, "ca", certificate.toString("pem"), await keyPem(keys.privateKey));
}

async function makeServer(
  directory: string,
  name: string,
  ca: ServerCertificate,
  hosts: readonly string[],
  { clock, ids }: CaPorts,
): Promise<ServerCertificate> {
  const issuer = new X509Certificate(ca.cert);
  const signingKey = await crypto.subtle.importKey("pkcs8", PemConverter.decodeFirst(ca.key), algorithm, false, [
    "sign",
  ]);
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serial(ids),
      subject: [{ CN: [hosts[0] ?? "localhost"] }],
      issuer: issuer.subjectName,
      ...validity(clock, SERVER_CERTIFICATE_DAYS),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(
          hosts.map((host) => ({ type: isIP(host) ? ("ip" as const) : ("dns" as const), value: host })),
        ),
        await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return writePair(
    directory,
    name,
    `${certificate.toString("pem")}\n${ca.cert.trim()}\n`,
    await keyPem(keys.privateKey),
  );
}

/** True for a certificate of this authority that names exactly these hosts and has time left. */
function isFit(pem: string, ca: string, hosts: readonly string[], clock: Clock): boolean {
  const certificate = new X509Certificate(pem);
  const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.toJSON() ?? [];
  const named = new Set(names.map(({ value }) => value));
  return (
    certificate.issuer === new X509Certificate(ca).subject &&
    certificate.notAfter.getTime() - clock.now_ms() > RENEW_BEFORE_DAYS * DAY_MS &&
    hosts.length === named.size &&
    hosts.every((host) => named.has(host))
  );
}

function validity(clock: Clock, days: number): { notBefore: Date; notAfter: Date } {
  const now_ms = clock.now_ms();
  return { notBefore: new Date(now_ms - BACKDATED_MS), notAfter: new Date(now_ms + days * DAY_MS) };
}

/** RFC 5280 section 4.1.2.2: positive, at most 20 octets. */
const serial = (ids: IdSource): string => `01${ids.hex(15)}`;

async function keyPem(key: CryptoKey): Promise<string> {
  return `${PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}

async function readPair(directory: string, name: string): Promise<ServerCertificate | null> {
  try {
    const [cert, key] = await Promise.all(pathsOf(directory, name).map((path) => readFile(path, "utf8")));
    return cert && key ? { cert, key } : null;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return null;
    throw thrown;
  }
}

/** The key first: a certificate without its key would never be replaced. */
async function writePair(directory: string, name: string, cert: string, key: string): Promise<ServerCertificate> {
  const [certPath, keyPath] = pathsOf(directory, name);
  await writeOnce(keyPath, key);
  await writeOnce(certPath, cert);
  return { cert, key };
}

async function writeOnce(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

function pathsOf(directory: string, name: string): readonly [cert: string, key: string] {
  return [join(directory, `${name}.pem`), join(directory, `${name}-key.pem`)];
}
