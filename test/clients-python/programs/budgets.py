"""A budget made, read, listed, changed and deleted by the account's official client; what comes back, as JSON."""

import json
import sys

from databricks.sdk import AccountClient
from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.service.billing import (
    ActionConfigurationType,
    AlertConfigurationQuantityType,
    AlertConfigurationScopeType,
    AlertConfigurationTimePeriod,
    AlertConfigurationTriggerType,
    BudgetConfigurationFilter,
    BudgetConfigurationFilterClause,
    BudgetConfigurationFilterOperator,
    BudgetConfigurationFilterTagClause,
    BudgetResourceType,
    CreateBudgetConfigurationBudget,
    CreateBudgetConfigurationBudgetActionConfigurations,
    CreateBudgetConfigurationBudgetAlertConfigurations,
    UpdateBudgetConfigurationBudget,
)

account_id, reader_token = sys.argv[1:3]
a = AccountClient(account_id=account_id)


def alert(threshold, actions):
    return CreateBudgetConfigurationBudgetAlertConfigurations(
        time_period=AlertConfigurationTimePeriod.MONTH,
        trigger_type=AlertConfigurationTriggerType.CUMULATIVE_SPENDING_EXCEEDED,
        quantity_type=AlertConfigurationQuantityType.LIST_PRICE_DOLLARS_USD,
        quantity_threshold=threshold,
        scope_type=AlertConfigurationScopeType.ALERT_CONFIGURATION_SCOPE_TYPE_SHARED,
        action_configurations=[
            CreateBudgetConfigurationBudgetActionConfigurations(action_type=action) for action in actions
        ],
    )


operator = BudgetConfigurationFilterOperator.IN
team = BudgetConfigurationFilterTagClause(
    key="team", value=BudgetConfigurationFilterClause(operator=operator, values=["docks"])
)
made = a.budgets.create(
    budget=CreateBudgetConfigurationBudget(
        display_name="docks",
        resource_type=BudgetResourceType.BUDGET_RESOURCE_TYPE_UNITY_AI_GATEWAY,
        filter=BudgetConfigurationFilter(tags=[team]),
        alert_configurations=[alert("50", []), alert("100", [ActionConfigurationType.BLOCK_USAGE])],
    )
).budget
shown = a.budgets.get(made.budget_configuration_id).budget
is_same = shown.as_dict() == made.as_dict()
listed = [each.display_name for each in a.budgets.list()]
shown.alert_configurations[1].quantity_threshold = "120.50"
changed = a.budgets.update(
    made.budget_configuration_id,
    budget=UpdateBudgetConfigurationBudget(
        account_id=shown.account_id,
        budget_configuration_id=shown.budget_configuration_id,
        display_name="piers",
        resource_type=shown.resource_type,
        filter=shown.filter,
        alert_configurations=shown.alert_configurations,
    ),
).budget
try:
    AccountClient(account_id=account_id, token=reader_token).budgets.get(made.budget_configuration_id)
    refused = None
except PermissionDenied as denied:
    refused = str(denied)
a.budgets.delete(made.budget_configuration_id)
try:
    a.budgets.get(made.budget_configuration_id)
    gone = None
except NotFound as missing:
    gone = str(missing)

print(
    json.dumps(
        {
            "isSame": is_same,
            "listed": listed,
            "changed": [changed.display_name, [each.quantity_threshold for each in changed.alert_configurations]],
            "keepsIds": [each.alert_configuration_id for each in changed.alert_configurations]
            == [each.alert_configuration_id for each in made.alert_configurations],
            "refused": refused,
            "gone": gone,
        }
    )
)
