"""Who the SDK is by the credentials that its environment gives it: as JSON, the way it chose and the name, or why it is nobody."""

import json

from databricks.sdk import WorkspaceClient

try:
    w = WorkspaceClient()
    print(json.dumps({"by": w.config.auth_type, "name": w.current_user.me().user_name}))
except Exception as refused:  # Whatever it is: the test asserts its words.
    print(json.dumps({"refused": str(refused)}))
