"""What an endpoint tells of itself, by the official client; what came, as JSON."""

import json

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError
from databricks.sdk.service.serving import (
    ChatMessage,
    ChatMessageRole,
    EndpointCoreConfigInput,
    ServedEntityInput,
)

w = WorkspaceClient()
served = ServedEntityInput(
    name="offline", entity_name="lakeward-offline", entity_version="1"
)
w.serving_endpoints.create_and_wait(
    "depth", config=EndpointCoreConfigInput(name="depth", served_entities=[served])
)
w.serving_endpoints.query(
    "depth",
    messages=[ChatMessage(role=ChatMessageRole.USER, content="How deep is it?")],
)


def refused(call):
    try:
        call()
    except DatabricksError as error:
        return [error.error_code, str(error)]
    return None


api = json.loads(w.serving_endpoints.get_open_api("depth").contents.read())
metrics = w.serving_endpoints.export_metrics("depth").contents.read().decode()
types = {
    line.split()[2]: line.split()[3]
    for line in metrics.splitlines()
    if line.startswith("# TYPE")
}
print(
    json.dumps(
        {
            "openapi": [api["openapi"], api["info"]["title"], list(api["paths"])],
            "types": types,
            "logs": refused(lambda: w.serving_endpoints.logs("depth", "offline")),
            "build_logs": refused(
                lambda: w.serving_endpoints.build_logs("depth", "offline")
            ),
            "unserved": refused(lambda: w.serving_endpoints.logs("depth", "nothing")),
        }
    )
)
