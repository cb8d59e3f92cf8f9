"""Vectors of texts by the official clients, from the embedded model and from a provider's; what comes back, as JSON."""

import json
import sys

from databricks.sdk import WorkspaceClient
from databricks.sdk.service.serving import (
    EndpointCoreConfigInput,
    ExternalModel,
    ExternalModelProvider,
    OpenAiConfig,
    ServedEntityInput,
)
from mlflow.deployments import get_deploy_client
from openai import BadRequestError

base_url = sys.argv[1]
w = WorkspaceClient()
external = ExternalModel(
    name="upstream",
    provider=ExternalModelProvider.OPENAI,
    task="llm/v1/embeddings",
    openai_config=OpenAiConfig(openai_api_base=base_url, openai_api_key_plaintext="sk-of-a-provider"),
)
tasks = {}
for name, entity in (
    ("own", ServedEntityInput(entity_name="lakeward-embeddings")),
    ("outside", ServedEntityInput(name="first", external_model=external)),
):
    config = EndpointCoreConfigInput(name=name, served_entities=[entity])
    tasks[name] = w.serving_endpoints.create_and_wait(name, config=config).task

texts = ["a goose hit the engine", "bird strike on the motor", "quarterly revenue grew"]
openai = w.serving_endpoints.get_open_ai_client()
packed = openai.embeddings.create(model="own", input=texts)
plain = openai.embeddings.create(model="own", input=texts[0], encoding_format="float")
goose, strike, revenue = [one.embedding for one in packed.data]


def near(a, b):
    return sum(x * y for x, y in zip(a, b))


try:
    openai.embeddings.create(model="own", input=texts, dimensions=256)
    refused = None
except BadRequestError as error:
    refused = error.message
queried = w.serving_endpoints.query("own", input=texts[0])
predicted = get_deploy_client("databricks").predict(endpoint="own", inputs={"input": texts[:2]})
outside = openai.embeddings.create(model="outside", input=["one", "three"])
print(
    json.dumps(
        {
            "tasks": tasks,
            "lengths": [len(one.embedding) for one in packed.data],
            "tokens": packed.usage.prompt_tokens == packed.usage.total_tokens > 9,
            "same": near(plain.data[0].embedding, goose) > 0.9999,
            "nearer": near(goose, strike) > near(goose, revenue) + 0.2,
            "refused": refused,
            "queried": len(queried.data[0].embedding),
            "predicted": [len(one["embedding"]) for one in predicted["data"]],
            "outside": [one.embedding for one in outside.data],
        }
    )
)
