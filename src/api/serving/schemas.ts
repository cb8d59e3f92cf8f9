import { Type } from "typebox";

/** Bodies are read field by field by the surface that they are written in, which refuses what it does not know. */
export const NamedBody = Type.Object({ name: Type.String() }, { additionalProperties: true });
export const ModelBody = Type.Object({ model: Type.String() }, { additionalProperties: true });
export const TargetBody = Type.Object(
  { target: Type.String(), alt: Type.Optional(Type.String()) },
  { additionalProperties: true },
);

export const NamedInput = Type.Object({ name: Type.String() });

/** Shapes that are told by their types in wire/serving; documents only. */
export const AnyObject = Type.Object({}, { additionalProperties: true });
