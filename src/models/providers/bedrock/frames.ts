import { malformed } from "../call.ts";

/** A longer frame is no event of Converse, and would fill the memory. */
const FRAME_BYTES_MAX = 4 * 1024 * 1024;
/** Lengths and checksums around what a frame holds. Source: AWS event stream encoding, in the Smithy specification. */
const FRAME_BYTES_MIN = 16;

/** An event of a stream: what kind of message it is, of which event or exception, and its data. */
export interface Frame {
  readonly kind: string;
  readonly type: string;
  readonly data: string;
}

/**
 * The frames of a body in AWS's event stream encoding, both checksums verified. The reader of frames is loaded when it is first
 * needed. @throws Fault BAD_GATEWAY
 */
export async function* frames(body: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  const { EventStreamCodec } = await import("@smithy/core/event-streams");
  const codec = new EventStreamCodec(
    (bytes) => (typeof bytes === "string" ? bytes : new TextDecoder().decode(bytes)),
    (text) => new TextEncoder().encode(text),
  );
  let held: Uint8Array = new Uint8Array();
  for await (const part of body) {
    held = held.length === 0 ? part : Buffer.concat([held, part]);
    for (let length = lengthOf(held); length !== undefined && held.length >= length; length = lengthOf(held)) {
      yield frameOf(codec, held.subarray(0, length));
      held = held.subarray(length);
    }
  }
  if (held.length > 0) malformed("a frame of its stream broke off", true);
}

function lengthOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < Uint32Array.BYTES_PER_ELEMENT) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length < FRAME_BYTES_MIN || length > FRAME_BYTES_MAX) malformed("a frame of its stream has no such length", true);
  return length;
}

interface Codec {
  decode(message: Uint8Array): {
    readonly headers: Readonly<Record<string, { readonly value: unknown }>>;
    readonly body: Uint8Array;
  };
}

function frameOf(codec: Codec, bytes: Uint8Array): Frame {
  const { headers, body } = decoded(codec, bytes);
  const header = (name: string): string => {
    const value = headers[name]?.value;
    return typeof value === "string" ? value : "";
  };
  const kind = header(":message-type");
  const type = header(kind === "exception" ? ":exception-type" : ":event-type");
  return { kind, type, data: new TextDecoder().decode(body) };
}

function decoded(codec: Codec, bytes: Uint8Array): ReturnType<Codec["decode"]> {
  try {
    return codec.decode(bytes);
  } catch {
    return malformed("a frame of its stream is damaged", true);
  }
}
