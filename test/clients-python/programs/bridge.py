"""The gateway asked by databricks-openai, databricks-langchain and MLflow's deployments client: whole, streamed, and with a tool; what they say, as JSON."""

import json

from databricks_langchain import ChatDatabricks
from databricks_openai import DatabricksOpenAI
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from mlflow.deployments import get_deploy_client

MODEL = "relay"
QUESTION = "I am rosa.diaz@board.example. To whom do I write?"
ASKED = [{"role": "user", "content": QUESTION}]
LOOK = {
    "type": "function",
    "function": {
        "name": "look",
        "description": "Looks at a place",
        "parameters": {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]},
        "strict": True,
    },
}
RESULT = "four fathoms"


def openai_whole(client):
    answer = client.chat.completions.create(model=MODEL, messages=ASKED, n=2)
    return [choice.message.content for choice in answer.choices]


def openai_streamed(client):
    texts = ["", ""]
    usage = None
    for chunk in client.chat.completions.create(
        model=MODEL, messages=ASKED, n=2, stream=True, stream_options={"include_usage": True}
    ):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
    return [*texts, usage.total_tokens]


def openai_tool(client):
    called = client.chat.completions.create(model=MODEL, messages=ASKED, tools=[LOOK]).choices[0].message
    [call] = called.tool_calls
    result = {"role": "tool", "tool_call_id": call.id, "content": RESULT}
    answer = client.chat.completions.create(model=MODEL, messages=[*ASKED, called, result], tools=[LOOK])
    return [call.function.name, json.loads(call.function.arguments), answer.choices[0].message.content]


def openai_tool_streamed(client):
    with client.chat.completions.stream(model=MODEL, messages=ASKED, tools=[LOOK]) as stream:
        final = stream.get_final_completion()
    [call] = final.choices[0].message.tool_calls
    return [call.function.name, json.loads(call.function.arguments)]


def openai_responses(client):
    tools = [{"type": "function", **{k: v for k, v in LOOK["function"].items()}}]
    whole = client.responses.create(model=MODEL, input=QUESTION).output_text
    streamed = "".join(
        event.delta
        for event in client.responses.create(model=MODEL, input=QUESTION, stream=True)
        if event.type == "response.output_text.delta"
    )
    [call] = [
        one for one in client.responses.create(model=MODEL, input=QUESTION, tools=tools).output
        if one.type == "function_call"
    ]
    return [whole, streamed, call.name, json.loads(call.arguments)]


@tool
def look(to: str) -> str:
    """Looks at a place"""
    return RESULT


def langchain(**options):
    llm = ChatDatabricks(model=MODEL, **options)
    whole = llm.invoke(QUESTION)
    streamed = None
    for chunk in llm.stream(QUESTION):
        streamed = chunk if streamed is None else streamed + chunk
    armed = llm.bind_tools([look])
    called = armed.invoke(QUESTION)
    [call] = called.tool_calls
    answer = armed.invoke(
        [HumanMessage(QUESTION), called, ToolMessage(look.invoke(call["args"]), tool_call_id=call["id"])]
    )
    streamed_call = None
    for chunk in armed.stream(QUESTION):
        streamed_call = chunk if streamed_call is None else streamed_call + chunk
    return [
        str(whole.text),
        str(streamed.text),
        streamed.usage_metadata and streamed.usage_metadata["total_tokens"],
        [call["name"], call["args"]],
        [[one["name"], one["args"]] for one in streamed_call.tool_calls],
        str(answer.text),
    ]


def mlflow():
    client = get_deploy_client("databricks")
    whole = client.predict(endpoint=MODEL, inputs={"messages": ASKED})
    streamed = "".join(
        choice["delta"].get("content") or ""
        for chunk in client.predict_stream(endpoint=MODEL, inputs={"messages": ASKED})
        for choice in chunk["choices"]
    )
    called = client.predict(endpoint=MODEL, inputs={"messages": ASKED, "tools": [LOOK]})
    [call] = called["choices"][0]["message"]["tool_calls"]
    return [
        whole["choices"][0]["message"]["content"],
        streamed,
        [call["function"]["name"], json.loads(call["function"]["arguments"])],
        client.get_endpoint(MODEL)["name"],
        [one["name"] for one in client.list_endpoints()],
    ]


serving = DatabricksOpenAI()
gateway = DatabricksOpenAI(use_ai_gateway=True)
native = DatabricksOpenAI(use_ai_gateway_native_api=True)
print(
    json.dumps(
        {
            "openai": {
                name: [openai_whole(one), openai_streamed(one), openai_tool(one), openai_tool_streamed(one)]
                for name, one in {"serving": serving, "gateway": gateway}.items()
            },
            "responses": {"serving": openai_responses(serving), "gateway": openai_responses(native)},
            "langchain": {
                "serving": langchain(),
                "gateway": langchain(use_ai_gateway=True),
                "responses": langchain(use_responses_api=True),
            },
            "mlflow": mlflow(),
        }
    )
)
