"""Logs a person in through a browser as the SDK does, then again from what it keeps, then by a refresh. Prints what came of it as JSON."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from databricks.sdk import WorkspaceClient
from databricks.sdk.core import Config


def client() -> WorkspaceClient:
    return WorkspaceClient(config=Config(auth_type="external-browser"))


def kept() -> Path:
    return next(Path("~/.config/databricks-sdk-py/oauth").expanduser().glob("*.json"))


def kept_token() -> dict:
    return json.loads(kept().read_text())["token"]


first = client()
me = first.current_user.me()
logged_in = kept_token()

os.environ["BROWSER"] = "/bin/false"
again = client().current_user.me().user_name

former = json.loads(kept().read_text())
former["token"]["expiry"] = (datetime.now() - timedelta(minutes=1)).isoformat()
kept().write_text(json.dumps(former))
refreshing = client()
refreshed = refreshing.current_user.me().user_name

print(
    json.dumps(
        {
            "me": me.user_name,
            "groups": [one.display for one in me.groups or []],
            "token_type": logged_in["token_type"],
            "can_refresh": bool(logged_in["refresh_token"]),
            "again": again,
            "refreshed": refreshed,
            "token_is_new": refreshing.config.authenticate()["Authorization"] != f"Bearer {logged_in['access_token']}",
        }
    )
)
