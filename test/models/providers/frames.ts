import { crc32 } from "node:zlib";

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** A header whose value is a text (type 7). */
function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7]), length, Buffer.from(value)]);
}

/** A frame of AWS's event stream encoding, written from its specification (smithy.io, "Amazon Event Stream") and not by its library. */
export function frame(headers: Readonly<Record<string, string>>, body: string): Uint8Array {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const data = Buffer.from(body);
  const prelude = Buffer.concat([u32(16 + head.length + data.length), u32(head.length)]);
  const unsummed = Buffer.concat([prelude, u32(crc32(prelude)), head, data]);
  return Buffer.concat([unsummed, u32(crc32(unsummed))]);
}

export const event = (type: string, body: object): Uint8Array =>
  frame(
    { ":event-type": type, ":content-type": "application/json", ":message-type": "event" },
    JSON.stringify({ ...body, p: "abcdefgh" }),
  );

export const exception = (type: string, message: string): Uint8Array =>
  frame(
    { ":exception-type": type, ":content-type": "application/json", ":message-type": "exception" },
    JSON.stringify({ message }),
  );
