"""An endpoint with a provider's model, made, governed and asked by the official clients; what comes back, as JSON."""

import json
import sys

import requests
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.serving import (
    AiGatewayGuardrailParameters,
    AiGatewayGuardrailPiiBehavior,
    AiGatewayGuardrailPiiBehaviorBehavior,
    AiGatewayGuardrails,
    AiGatewayRateLimit,
    AiGatewayRateLimitKey,
    AiGatewayRateLimitRenewalPeriod,
    ChatMessage,
    ChatMessageRole,
    EndpointCoreConfigInput,
    EndpointTag,
    ExternalModel,
    ExternalModelProvider,
    OpenAiConfig,
    ServedEntityInput,
)
from mlflow.deployments import get_deploy_client

base_url = sys.argv[1]
w = WorkspaceClient()
w.secrets.create_scope("providers")
w.secrets.put_secret("providers", "openai", string_value="sk-of-a-provider")

mask = AiGatewayGuardrailParameters(
    pii=AiGatewayGuardrailPiiBehavior(behavior=AiGatewayGuardrailPiiBehaviorBehavior.MASK)
)
external = ExternalModel(
    name="upstream",
    provider=ExternalModelProvider.OPENAI,
    task="llm/v1/chat",
    openai_config=OpenAiConfig(openai_api_base=base_url, openai_api_key="{{secrets/providers/openai}}"),
)
made = w.serving_endpoints.create_and_wait(
    "relay",
    config=EndpointCoreConfigInput(
        name="relay", served_entities=[ServedEntityInput(name="first", external_model=external)]
    ),
    tags=[EndpointTag(key="team", value="docks")],
)


def limit(calls):
    return AiGatewayRateLimit(
        calls=calls,
        key=AiGatewayRateLimitKey.ENDPOINT,
        renewal_period=AiGatewayRateLimitRenewalPeriod.MINUTE,
    )


guardrails = AiGatewayGuardrails(input=mask, output=mask)
governed = w.serving_endpoints.put_ai_gateway("relay", guardrails=guardrails, rate_limits=[limit(3)])
question = "I am rosa.diaz@board.example."
asked = w.serving_endpoints.query("relay", messages=[ChatMessage(content=question, role=ChatMessageRole.USER)])
predicted = get_deploy_client("databricks").predict(
    endpoint="relay", inputs={"messages": [{"role": "user", "content": question}]}
)
openai = w.serving_endpoints.get_open_ai_client()
pieces = [
    chunk.choices[0].delta.content or ""
    for chunk in openai.chat.completions.create(
        model="relay", messages=[{"role": "user", "content": question}], stream=True
    )
    if chunk.choices
]
w.serving_endpoints.put_ai_gateway("relay", rate_limits=[limit(0)])
# The SDK itself waits for as long as Retry-After says and asks again, so it is not asked here.
refused = requests.post(
    f"{w.config.host}/serving-endpoints/relay/invocations",
    headers=w.config.authenticate(),
    json={"messages": [{"role": "user", "content": "x"}]},
    timeout=10,
)
limited = refused.json()["error_code"]
shown = w.serving_endpoints.get("relay")
w.serving_endpoints.delete("relay")
print(
    json.dumps(
        {
            "state": made.state.config_update.value,
            "tags": [tag.as_dict() for tag in made.tags],
            "governed": governed.as_dict(),
            "asked": asked.choices[0].message.content,
            "usage": asked.usage.total_tokens,
            "served": asked.served_model_name,
            "predicted": predicted["choices"][0]["message"]["content"],
            "streamed": "".join(pieces),
            "limited": limited,
            "shown": shown.config.served_entities[0].external_model.openai_config.as_dict(),
            "left": [one.name for one in w.serving_endpoints.list()],
        }
    )
)
