import assert from "node:assert/strict";
import { test } from "node:test";
import { readTraceContext, traceparentOf } from "./trace-context.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const parent = `00-${TRACE}-${SPAN}-01`;

test("a traceparent is read, and written again for what is called", () => {
  const read = readTraceContext(parent);
  assert.deepEqual(read, { trace_id: TRACE, parent_id: SPAN, flags: 1 });
  assert.equal(traceparentOf(read!), parent);
  assert.equal(traceparentOf({ ...read!, flags: 0 }), `00-${TRACE}-${SPAN}-00`);
});

test("a malformed traceparent is as none", () => {
  for (const malformed of [
    undefined,
    "",
    "00",
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE}-${SPAN}-0x`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-01-`,
    `01-${TRACE}-${SPAN}-01more`,
    ` ${parent}`,
    `${parent}, ${parent}`,
    `${parent}\n`,
  ])
    assert.equal(readTraceContext(malformed, "a=1"), undefined, String(malformed));
});

test("of a later version its four known parts are read, and flags that mean nothing yet go no further", () => {
  const later = readTraceContext(`cc-${TRACE}-${SPAN}-ff-what-is-new`);
  assert.deepEqual(later, { trace_id: TRACE, parent_id: SPAN, flags: 3 });
});

const stateOf = (text: string): string | undefined => readTraceContext(parent, text)?.state;

test("a tracestate is handed on in its order, without spaces around its members and without empty ones", () => {
  assert.equal(stateOf("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"), "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
  assert.equal(stateOf(" a=1 ,\t,fw529a3039@dt=FfAAAABC,0b/*=x y"), "a=1,fw529a3039@dt=FfAAAABC,0b/*=x y");
});

test("a tracestate with one malformed member, or with too many, is not handed on at all", () => {
  for (const malformed of [
    "",
    ",",
    "a",
    "=1",
    "A=1",
    "a=",
    "a=1=2",
    "a=1,a=2",
    "a=\u00e9",
    "a=1\r\nx: y",
    `${"k".repeat(257)}=1`,
    `a=${"v".repeat(257)}`,
    Array.from({ length: 33 }, (_, i) => `k${i}=1`).join(","),
  ])
    assert.equal(stateOf(malformed), undefined, malformed);
});

test("of a long tracestate whole members are left out, the long ones first and then the last ones", () => {
  const long = `long=${"v".repeat(200)}`;
  const short = Array.from({ length: 8 }, (_, i) => `k${i}=${"v".repeat(90)}`);
  const state = stateOf([short[0], long, ...short.slice(1)].join(","))!;
  assert.deepEqual(state.split(","), short.slice(0, 5));
  assert.ok(state.length <= 512);
});
