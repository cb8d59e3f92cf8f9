import { Type } from "typebox";

/** What is sent to an endpoint by name: an agent's `input` or a model's `messages`; the rest is the model's or agent's own. */
export const InvocationInput = Type.Object(
  {
    name: Type.String(),
    input: Type.Optional(Type.Union([Type.String(), Type.Array(Type.Object({}, { additionalProperties: true }))])),
    messages: Type.Optional(Type.Array(Type.Object({ role: Type.String() }, { additionalProperties: true }))),
    stream: Type.Optional(Type.Boolean()),
    custom_inputs: Type.Optional(Type.Object({}, { additionalProperties: true })),
    databricks_options: Type.Optional(
      Type.Object({ return_trace: Type.Optional(Type.Boolean()) }, { additionalProperties: true }),
    ),
  },
  { additionalProperties: true },
);

export const ResponsesInput = Type.Object(
  {
    model: Type.String(),
    input: Type.Union([Type.String(), Type.Array(Type.Object({}, { additionalProperties: true }))]),
    stream: Type.Optional(Type.Boolean()),
    custom_inputs: Type.Optional(Type.Object({}, { additionalProperties: true })),
    databricks_options: Type.Optional(
      Type.Object({ return_trace: Type.Optional(Type.Boolean()) }, { additionalProperties: true }),
    ),
  },
  { additionalProperties: true },
);

const Message = Type.Object(
  {
    role: Type.Union([
      Type.Literal("system"),
      Type.Literal("developer"),
      Type.Literal("user"),
      Type.Literal("assistant"),
      Type.Literal("tool"),
    ]),
    content: Type.Optional(
      Type.Union([
        Type.String(),
        Type.Null(),
        Type.Array(
          Type.Object({ type: Type.String(), text: Type.Optional(Type.String()) }, { additionalProperties: true }),
        ),
      ]),
    ),
    tool_call_id: Type.Optional(Type.String()),
    tool_calls: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.String(),
          type: Type.Literal("function"),
          function: Type.Object({ name: Type.String(), arguments: Type.String() }),
        }),
      ),
    ),
  },
  { additionalProperties: true },
);

/** Source: platform.openai.com/docs/api-reference/chat/create; `model` is the endpoint's name. */
export const ChatInput = Type.Object(
  {
    model: Type.String(),
    messages: Type.Array(Message, { minItems: 1 }),
    stream: Type.Optional(Type.Boolean()),
    stream_options: Type.Optional(Type.Object({ include_usage: Type.Optional(Type.Boolean()) })),
    tools: Type.Optional(
      Type.Array(
        Type.Object({
          type: Type.Literal("function"),
          function: Type.Object(
            {
              name: Type.String(),
              description: Type.Optional(Type.String()),
              parameters: Type.Optional(Type.Object({}, { additionalProperties: true })),
            },
            { additionalProperties: true },
          ),
        }),
      ),
    ),
    tool_choice: Type.Optional(
      Type.Union([
        Type.Literal("auto"),
        Type.Literal("none"),
        Type.Literal("required"),
        Type.Object({ type: Type.Literal("function"), function: Type.Object({ name: Type.String() }) }),
      ]),
    ),
  },
  { additionalProperties: true },
);

export const NamedInput = Type.Object({ name: Type.String() });

/** Shapes that are told by their types in wire/serving; documents only. */
export const AnyObject = Type.Object({}, { additionalProperties: true });
