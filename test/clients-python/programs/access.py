"""What an administrator does with access by the Databricks SDK beside `identity.py`, as JSON: token permissions, apps, account clients."""

import json

from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.errors import InvalidParameterValue, NotFound, PermissionDenied
from databricks.sdk.service import iam, oauth2

w = WorkspaceClient()
account_id = w.api_client.do("GET", "/.well-known/databricks-config")["account_id"]
a = AccountClient(host=w.config.host, account_id=account_id, token=w.config.token)


def refused(call, kind) -> bool:
    """Whether the call is refused, as its client understands it, in this way."""
    try:
        call()
    except kind:
        return True
    return False


def names(permissions: iam.ObjectPermissions) -> list[str]:
    return sorted(
        one.group_name or one.user_name or one.service_principal_name for one in permissions.access_control_list
    )


def entry(level: iam.PermissionLevel, **who: str) -> iam.AccessControlRequest:
    return iam.AccessControlRequest(permission_level=level, **who)


CAN_USE, CAN_MANAGE = iam.PermissionLevel.CAN_USE, iam.PermissionLevel.CAN_MANAGE
robot = w.service_principals_v2.create(display_name="robot")
made = w.token_management.create_obo_token(robot.application_id, comment="nightly")
r = WorkspaceClient(host=w.config.host, token=made.token_value)
tokens = {
    "levels": [one.permission_level.value for one in w.permissions.get_permission_levels("authorization", "tokens").permission_levels],
    "first": names(w.permissions.get("authorization", "tokens")),
    "set": names(
        w.permissions.set("authorization", "tokens", access_control_list=[entry(CAN_MANAGE, group_name="admins")])
    ),
}
tokens["taken"] = refused(r.current_user.me, PermissionDenied)
tokens["updated"] = names(
    w.permissions.update(
        "authorization",
        "tokens",
        access_control_list=[entry(CAN_USE, service_principal_name=robot.application_id)],
    )
)
tokens["given"] = r.current_user.me().user_name == robot.application_id
tokens["own"] = r.tokens.create(comment="mine").token_info.comment
tokens["management"] = refused(
    lambda: w.permissions.update(
        "authorization",
        "tokens",
        access_control_list=[entry(CAN_MANAGE, service_principal_name=robot.application_id)],
    ),
    InvalidParameterValue,
)
w.permissions.set("authorization", "tokens", access_control_list=[entry(CAN_USE, group_name="users")])

app = a.custom_app_integration.create(
    name="board",
    redirect_urls=["https://board.example/callback"],
    confidential=True,
    scopes=["sql", "dashboards.genie"],
    token_access_policy=oauth2.TokenAccessPolicy(access_token_ttl_in_minutes=10, refresh_token_ttl_in_minutes=60),
)
a.custom_app_integration.update(app.integration_id, redirect_urls=["https://board.example/other"])
kept = a.custom_app_integration.get(app.integration_id)
apps = {
    "secret": bool(app.client_secret),
    "redirects": kept.redirect_urls,
    "scopes": kept.scopes,
    "minutes": kept.token_access_policy.access_token_ttl_in_minutes,
    "listed": [one.name for one in a.custom_app_integration.list()],
}
a.custom_app_integration.delete(app.integration_id)
apps["ended"] = refused(lambda: a.custom_app_integration.get(app.integration_id), NotFound)

ana = a.users_v2.create(user_name="ana@board.example", display_name="Ana")
a.users_v2.update(ana.id, user_name="ana@board.example", display_name="Anna")
crew = a.groups_v2.create(display_name="crew", members=[iam.ComplexValue(value=ana.id)])
a.groups_v2.update(crew.id, display_name="crew", members=[iam.ComplexValue(value=ana.id), iam.ComplexValue(value=robot.id)])
a.service_principals_v2.patch(
    robot.id,
    operations=[iam.Patch(op=iam.PatchOp.REPLACE, path="displayName", value="machine")],
    schemas=[iam.PatchSchema.URN_IETF_PARAMS_SCIM_API_MESSAGES_2_0_PATCH_OP],
)
account = {
    "user": w.users_v2.get(ana.id).display_name,
    "members": sorted(one.display for one in w.groups_v2.get(crew.id).members),
    "robot": [one.display_name for one in a.service_principals_v2.list(filter='displayName sw "mach"')],
}
a.groups_v2.delete(crew.id)
a.users_v2.delete(ana.id)
a.service_principals_v2.delete(robot.id)
account["ended"] = refused(r.current_user.me, Exception) and refused(lambda: a.groups_v2.get(crew.id), NotFound)

print(json.dumps({"tokens": tokens, "apps": apps, "account": account}))
