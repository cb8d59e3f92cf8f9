"""What a person sees of the workspace by the Databricks SDK, as JSON. Credentials come from the environment."""

import json
import sys

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError
from databricks.sdk.service.sql import StatementParameterListItem

STRIKES = """
    SELECT airport_name, count(*) AS strikes, sum(cost_total_usd) AS cost, max(operator) AS operator
    FROM aviation.safety.strikes WHERE wildlife_size = :size
    GROUP BY airport_name HAVING count(*) >= :least ORDER BY strikes DESC, airport_name
"""


def refusal(call):
    try:
        call()
    except DatabricksError as error:
        return {"type": type(error).__name__, "code": error.error_code, "message": str(error)}
    return None


size, least = sys.argv[1:3]
w = WorkspaceClient()
warehouse = next(iter(w.warehouses.list()))
done = w.statement_execution.execute_statement(
    statement=STRIKES,
    warehouse_id=warehouse.id,
    wait_timeout="30s",
    parameters=[
        StatementParameterListItem(name="size", value=size),
        StatementParameterListItem(name="least", value=least, type="INT"),
    ],
)
print(
    json.dumps(
        {
            "auth_type": w.config.auth_type,
            "me": w.current_user.me().user_name,
            "workspace_id": str(w.get_workspace_id()),
            "catalogs": [one.name for one in w.catalogs.list()],
            "tables": [one.name for one in w.tables.list("aviation", "safety")],
            "columns": [one.name for one in done.manifest.schema.columns],
            "rows": done.result.data_array or [],
            "grants": w.grants.get("TABLE", "aviation.safety.strikes").as_dict(),
            "permissions": w.permissions.get("warehouses", warehouse.id).as_dict(),
            "endpoint_permissions": w.serving_endpoints.get_permissions(
                w.serving_endpoints.get("safety-agent").id
            ).as_dict(),
            "hidden": refusal(lambda: w.tables.get("aviation.safety.inspector_areas")),
            "missing": refusal(lambda: w.tables.get("aviation.safety.nothing_of_this")),
            "not_allowed": refusal(lambda: w.catalogs.create("of_mine")),
        }
    )
)
