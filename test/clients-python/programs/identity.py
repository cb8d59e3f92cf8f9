"""What an administrator does with identity by the Databricks SDK, as JSON: users, groups, secrets, tokens, federation policies."""

import base64
import json

from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.core import Config
from databricks.sdk.errors import NotFound
from databricks.sdk.oauth import PATOAuthTokenExchange
from databricks.sdk.service import iam, oauth2, settings, workspace
from google.protobuf.field_mask_pb2 import FieldMask

w = WorkspaceClient()
account_id = w.api_client.do("GET", "/.well-known/databricks-config")["account_id"]
a = AccountClient(host=w.config.host, account_id=account_id, token=w.config.token)


def missing(call) -> bool:
    """Whether the call says, as its client understands it, that there is no such thing."""
    try:
        call()
    except NotFound:
        return True
    return False


def change(op: iam.PatchOp, path: str, value=None) -> iam.Patch:
    return iam.Patch(op=op, path=path, value=value)


ana = w.users_v2.create(user_name="ana@board.example", display_name="Ana")
for i in range(3):
    w.users_v2.create(user_name=f"crew{i}@ship.example", display_name=f"Crew {i}")
team = w.groups_v2.create(display_name="team", members=[iam.ComplexValue(value=ana.id)])
robot = w.service_principals_v2.create(display_name="robot")
w.groups_v2.patch(team.id, operations=[change(iam.PatchOp.ADD, "members", [{"value": robot.id}])])
w.groups_v2.patch(team.id, operations=[change(iam.PatchOp.REMOVE, f'members[value eq "{ana.id}"]')])
# As text: this client leaves a value out that is False.
w.users_v2.patch(ana.id, operations=[change(iam.PatchOp.REPLACE, "active", "false")])
scim = {
    "members": [one.display for one in w.groups_v2.get(team.id).members],
    "active": a.users_v2.get(ana.id).active,
    "crew": [
        one.display_name
        for one in w.users_v2.list(
            filter='userName co "@ship.example" and displayName ne "Crew 1"',
            sort_by="displayName",
            sort_order=iam.ListSortOrder.DESCENDING,
            attributes="displayName",
        )
    ],
    "paged": len(list(w.users_v2.list(count=2))) == len(list(a.users_v2.list())),
    "robots": [one.id == robot.id for one in a.service_principals_v2.list(filter=f"applicationId eq {robot.application_id}")],
}

made = w.service_principal_secrets_proxy.create(robot.id, lifetime="3600s", scopes=["scim", "sql.warehouses"])
m2m = WorkspaceClient(
    config=Config(
        host=w.config.host,
        client_id=robot.application_id,
        client_secret=made.secret,
        auth_type="oauth-m2m",
        scopes=["scim"],
    )
)
secrets = {
    "me": m2m.current_user.me().user_name == robot.application_id,
    "listed": [one.id == made.id for one in a.service_principal_secrets.list(robot.id)],
}
w.service_principal_secrets_proxy.delete(robot.id, made.id)
secrets["left"] = len(list(w.service_principal_secrets_proxy.list(robot.id)))

token = w.tokens.create(comment="laptop", lifetime_seconds=600, scopes=["scim", "dashboards.genie"])
w.tokens.update(token.token_info.token_id, settings.PublicTokenInfo(comment="desk"), FieldMask(paths=["comment"]))
for_robot = w.token_management.create_obo_token(robot.application_id, comment="nightly")
exchanged = PATOAuthTokenExchange(
    get_original_token=lambda: token.token_value,
    host=w.config.host,
    scopes="scim",
)
tokens = {
    "comments": [one.comment for one in w.tokens.list()],
    "scopes": w.token_management.get(token.token_info.token_id).token_info.scopes,
    "owner": for_robot.token_info.owner_id == int(robot.id),
    "by": [one.comment for one in w.token_management.list(created_by_username=w.current_user.me().user_name)],
    "exchanged": WorkspaceClient(host=w.config.host, token=exchanged.token().access_token).current_user.me().user_name,
}
w.tokens.delete(token.token_info.token_id)
w.token_management.delete(for_robot.token_info.token_id)
tokens["ended"] = missing(lambda: w.token_management.get(for_robot.token_info.token_id))

oidc = oauth2.OidcFederationPolicy(issuer="https://idp.example", audiences=["board"])
policy = a.federation_policy.create(oauth2.FederationPolicy(oidc_policy=oidc), policy_id="board/people")
changed = a.federation_policy.update(
    policy.policy_id,
    oauth2.FederationPolicy(oidc_policy=oauth2.OidcFederationPolicy(audiences=["other"])),
    update_mask="oidc_policy.audiences",
)
subject = oauth2.OidcFederationPolicy(issuer="https://ci.example", subject="repo:board/app")
own = a.service_principal_federation_policy.create(int(robot.id), oauth2.FederationPolicy(oidc_policy=subject))
federation = {
    "name": policy.name == f"accounts/{account_id}/federationPolicies/board/people",
    "audiences": changed.oidc_policy.audiences,
    "issuer": changed.oidc_policy.issuer,
    "listed": [one.policy_id for one in a.federation_policy.list()],
    "principal": own.service_principal_id == int(robot.id),
    "subjects": [one.oidc_policy.subject for one in a.service_principal_federation_policy.list(int(robot.id))],
}
a.service_principal_federation_policy.delete(int(robot.id), own.policy_id)
a.federation_policy.delete(policy.policy_id)
federation["ended"] = missing(lambda: a.federation_policy.get(policy.policy_id))

w.secrets.create_scope("harbour")
w.secrets.put_secret("harbour", "text", string_value="grüße")
w.secrets.put_secret("harbour", "bytes", bytes_value=base64.b64encode(b"\x00\xff").decode())
w.secrets.put_acl("harbour", "team", workspace.AclPermission.READ)
vault = {
    "scopes": [one.name for one in w.secrets.list_scopes()],
    "keys": [one.key for one in w.secrets.list_secrets("harbour")],
    "text": w.dbutils.secrets.get("harbour", "text"),
    "bytes": w.dbutils.secrets.getBytes("harbour", "bytes").hex(),
    "acls": {one.principal: one.permission.value for one in w.secrets.list_acls("harbour")},
}
w.secrets.delete_scope("harbour")
vault["ended"] = missing(lambda: w.secrets.list_secrets("harbour"))

w.service_principals_v2.delete(robot.id)
w.users_v2.delete(ana.id)
scim["ended"] = missing(lambda: w.users_v2.get(ana.id)) and missing(lambda: w.service_principals_v2.get(robot.id))

print(
    json.dumps({"scim": scim, "secrets": secrets, "tokens": tokens, "federation": federation, "vault": vault})
)
