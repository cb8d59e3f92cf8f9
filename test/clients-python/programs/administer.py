"""What an administrator does by the Databricks SDK, as JSON: a catalog, grants, a statement, rights on the warehouse."""

import json
import sys

from databricks.sdk import WorkspaceClient
from databricks.sdk.service.catalog import PermissionsChange, Privilege
from databricks.sdk.service.sql import StatementParameterListItem

name = sys.argv[1]
w = WorkspaceClient()
w.catalogs.create(name, comment="Made by the Python SDK")
w.schemas.create("s", name)
w.grants.update(
    "CATALOG",
    name,
    changes=[PermissionsChange(principal="account users", add=[Privilege.USE_CATALOG, Privilege.USE_SCHEMA])],
)
w.grants.update("CATALOG", name, changes=[PermissionsChange(principal="account users", remove=[Privilege.USE_SCHEMA])])
warehouse = next(iter(w.warehouses.list()))
done = w.statement_execution.execute_statement(
    statement="SELECT :n * 2 AS twice, current_user() AS me, :day AS day, :nothing AS nothing",
    warehouse_id=warehouse.id,
    wait_timeout="30s",
    parameters=[
        StatementParameterListItem(name="n", value="21", type="INT"),
        StatementParameterListItem(name="day", value="2020-02-29", type="DATE"),
        StatementParameterListItem(name="nothing"),
    ],
)
print(
    json.dumps(
        {
            "auth_type": w.config.auth_type,
            "me": w.current_user.me().user_name,
            "catalog": w.catalogs.get(name).comment,
            "schemas": [one.full_name for one in w.schemas.list(name)],
            "grants": w.grants.get("CATALOG", name).as_dict(),
            "rows": done.result.data_array,
            "types": [one.type_text for one in done.manifest.schema.columns],
            "permissions": w.permissions.get("warehouses", warehouse.id).as_dict(),
        }
    )
)
