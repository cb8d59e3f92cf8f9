"""MCP servers of the workspace by DatabricksMCPClient, as JSON: of each its tools, the results of calls, the resources behind it.

Argument: a JSON list of [path of the server, list of [tool, arguments]].
"""

import json
import sys

from databricks.sdk import WorkspaceClient
from databricks_mcp import DatabricksMCPClient

w = WorkspaceClient()


def innermost(error):
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return {"raised": str(error)}


def listed(client):
    try:
        return {one.name: one.description for one in client.list_tools()}
    except BaseException as error:
        return innermost(error)


def called(client, tool, arguments):
    try:
        result = client.call_tool(tool, arguments).model_dump(by_alias=True, mode="json")
    except BaseException as error:
        return innermost(error)
    return {"text": "".join(part["text"] for part in result["content"])}


def seen(path, calls):
    client = DatabricksMCPClient(server_url=w.config.host + path, workspace_client=w)
    return {
        "tools": listed(client),
        "results": [called(client, tool, arguments) for tool, arguments in calls],
        "resources": [one.to_dict() for one in client.get_databricks_resources()],
    }


print(json.dumps([seen(path, calls) for path, calls in json.loads(sys.argv[1])]))
