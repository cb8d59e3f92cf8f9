"""What code in a model server does for who asked it: the invoker's token is handed to the main thread. Prints, for each token, as JSON what came of it."""

import json
import os
import threading

from databricks.sdk import WorkspaceClient
from databricks.sdk.credentials_provider import ModelServingUserCredentials
from databricks.sdk.errors import DatabricksError


def outcome(call):
    try:
        return call()
    except DatabricksError as refused:
        return {"refused": type(refused).__name__, "message": str(refused)}


def seen(token: str) -> dict:
    threading.main_thread().__dict__["invokers_token"] = token
    w = WorkspaceClient(credentials_strategy=ModelServingUserCredentials())
    return {
        "by": w.config.auth_type,
        "me": outcome(lambda: w.current_user.me().user_name),
        "undeclared": outcome(lambda: [one.comment for one in w.tokens.list()]),
        "exchanged": outcome(lambda: exchanged(w, token)),
    }


def exchanged(w: WorkspaceClient, token: str):
    """A token for more, in exchange for this one."""
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": token,
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "scope": "all-apis",
    }
    answer = w.api_client._api_client._session.post(f"{w.config.host}/oidc/v1/token", data=form)
    return [answer.status_code, answer.json()["error"]]


print(json.dumps([seen(token) for token in json.loads(os.environ["INVOKERS_TOKENS"])]))
