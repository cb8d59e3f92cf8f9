"""A model in a GGUF file, asked by OpenAI's client as the Databricks SDK makes it; what it said, as JSON."""

import json

from databricks.sdk import WorkspaceClient

openai = WorkspaceClient().serving_endpoints.get_open_ai_client()

chunks = list(
    openai.chat.completions.create(
        model="local",
        messages=[{"role": "user", "content": "Name a colour."}],
        max_tokens=8,
        temperature=1,
        stream=True,
        stream_options={"include_usage": True},
    )
)
pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]

weather = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
told = openai.chat.completions.create(
    model="local",
    messages=[
        {"role": "user", "content": "What is the weather in Oslo?"},
        {
            "role": "assistant",
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": '{"sky": "snow"}'},
    ],
    tools=[weather],
    max_tokens=16,
    temperature=0,
)
schema = {"type": "object", "properties": {"made": {"const": "by a grammar"}}, "required": ["made"]}
forced = openai.chat.completions.create(
    model="local",
    messages=[{"role": "user", "content": "Go."}],
    response_format={"type": "json_schema", "json_schema": {"name": "forced", "schema": schema}},
)
choice = told.choices[0]
print(
    json.dumps(
        {
            "streamed": "".join(pieces),
            "pieces": len(pieces) > 2,
            "tokens": 3 <= chunks[-1].usage.completion_tokens <= 8,
            "told": bool(choice.message.content or choice.message.tool_calls),
            "forced": json.loads(forced.choices[0].message.content)["made"],
        }
    )
)
