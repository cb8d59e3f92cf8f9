"""Tags and policies by tags, as an administrator makes them by the Databricks SDK; what comes back, as JSON."""

import json

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError
from databricks.sdk.service.catalog import (
    ColumnMaskOptions,
    EntityTagAssignment,
    FunctionArgument,
    MatchColumn,
    PolicyInfo,
    PolicyType,
    RowFilterOptions,
    SecurableType,
)
from databricks.sdk.service.iam import GrantRule, RuleSetUpdateRequest
from databricks.sdk.service.tags import TagPolicy, Value

w = WorkspaceClient()
warehouse = next(iter(w.warehouses.list()))


def run(statement):
    done = w.statement_execution.execute_statement(statement, warehouse.id, wait_timeout="50s")
    if done.status.error:
        return done.status.error.message
    return (done.result.data_array or []) if done.result else []


for statement in (
    "CREATE CATALOG clinic",
    "CREATE SCHEMA clinic.ward",
    "CREATE TABLE clinic.ward.patients (id INT, name STRING, zone STRING)",
    "INSERT INTO clinic.ward.patients VALUES (1, 'verne', 'north'), (2, 'roe', 'south')",
    "CREATE FUNCTION clinic.ward.end_of(s STRING, n INT) RETURNS STRING RETURN concat('*', right(s, n))",
    "CREATE FUNCTION clinic.ward.north(z STRING) RETURNS BOOLEAN RETURN z = 'north'",
):
    run(statement)

made = w.tag_policies.create_tag_policy(TagPolicy(tag_key="pii", description="d", values=[Value("name"), Value("id")]))
w.tag_policies.create_tag_policy(TagPolicy(tag_key="zone"))
updated = w.tag_policies.update_tag_policy("pii", TagPolicy(tag_key="pii", values=[Value("name")]), "values")
account = w.api_client.do("GET", "/.well-known/databricks-config")["account_id"]
rules = f"accounts/{account}/tagPolicies/{made.id}/ruleSets/default"
before = w.account_access_control_proxy.get_rule_set(rules, "")
after = w.account_access_control_proxy.update_rule_set(
    rules,
    RuleSetUpdateRequest(
        name=rules, etag=before.etag, grant_rules=[GrantRule("roles/tagPolicy.assigner", ["groups/account users"])]
    ),
)

NAME = "clinic.ward.patients.name"
assigned = w.entity_tag_assignments.create(
    EntityTagAssignment(entity_name=NAME, entity_type="columns", tag_key="pii", tag_value="name")
)
w.entity_tag_assignments.create(
    EntityTagAssignment(entity_name="clinic.ward.patients.zone", entity_type="columns", tag_key="zone")
)
w.entity_tag_assignments.create(EntityTagAssignment(entity_name="clinic", entity_type="catalogs", tag_key="free", tag_value="a"))
w.entity_tag_assignments.update(
    "catalogs", "clinic", "free", EntityTagAssignment("clinic", "free", "catalogs", tag_value="b"), "tag_value"
)

everybody = dict(to_principals=["account users"], for_securable_type=SecurableType.TABLE)
mask = w.policies.create_policy(
    PolicyInfo(
        name="ends",
        policy_type=PolicyType.POLICY_TYPE_COLUMN_MASK,
        on_securable_type=SecurableType.CATALOG,
        on_securable_fullname="clinic",
        match_columns=[MatchColumn(alias="n", condition="has_tag_value('pii', 'name')")],
        column_mask=ColumnMaskOptions("clinic.ward.end_of", "n", [FunctionArgument(constant="2")]),
        **everybody,
    )
)
w.policies.create_policy(
    PolicyInfo(
        name="north",
        policy_type=PolicyType.POLICY_TYPE_ROW_FILTER,
        on_securable_type=SecurableType.SCHEMA,
        on_securable_fullname="clinic.ward",
        match_columns=[MatchColumn(alias="z", condition="has_tag('zone')")],
        row_filter=RowFilterOptions("clinic.ward.north", [FunctionArgument(alias="z")]),
        **everybody,
    )
)
READ = "SELECT * FROM clinic.ward.patients ORDER BY id"
governed = run(READ)
listed = [one.name for one in w.policies.list_policies("TABLE", "clinic.ward.patients", include_inherited=True)]
exempt = w.policies.update_policy(
    "CATALOG",
    "clinic",
    "ends",
    PolicyInfo(except_principals=["admins"], policy_type=mask.policy_type, **everybody),
    update_mask="except_principals",
)
unmasked = run(READ)
w.policies.delete_policy("SCHEMA", "clinic.ward", "north")
open_rows = run(READ)
try:
    w.policies.get_policy("SCHEMA", "clinic.ward", "north")
    gone = None
except DatabricksError as error:
    gone = [type(error).__name__, error.error_code]
w.entity_tag_assignments.delete("columns", NAME, "pii")
w.policies.delete_policy("CATALOG", "clinic", "ends")
w.tag_policies.delete_tag_policy("pii")

print(
    json.dumps(
        {
            "values": [one.name for one in updated.values],
            "rules": [one.as_dict() for one in after.grant_rules],
            "assigned": [assigned.tag_value, w.entity_tag_assignments.get("catalogs", "clinic", "free").tag_value],
            "tags": [one.tag_key for one in w.entity_tag_assignments.list("tables", "clinic.ward.patients")],
            "mask": [mask.column_mask.as_dict(), [one.as_dict() for one in mask.match_columns], mask.on_securable_type.value],
            "governed": governed,
            "listed": listed,
            "exempt": exempt.except_principals,
            "unmasked": unmasked,
            "open": open_rows,
            "gone": gone,
            "keys": [one.tag_key for one in w.tag_policies.list_tag_policies()],
        }
    )
)
