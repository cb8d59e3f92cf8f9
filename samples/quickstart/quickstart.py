"""Asks the sample agent a question as the person whom DATABRICKS_OIDC_TOKEN speaks for.

Needs `pip install "databricks-sdk[openai]"` and, in the environment:
    DATABRICKS_HOST           the workspace, https://localhost:8443
    DATABRICKS_AUTH_TYPE      env-oidc
    DATABRICKS_OIDC_TOKEN     the identity provider's token: npm run --silent login -- rosa.diaz@board.example
    REQUESTS_CA_BUNDLE and SSL_CERT_FILE    the workspace's authority, .lakeward/tls/ca.pem
"""

import sys

from databricks.sdk import WorkspaceClient

QUESTION = "Which airports in my area had the most strikes, and what did they cost?"

w = WorkspaceClient()
client = w.serving_endpoints.get_open_ai_client()
events = client.responses.create(
    model="safety-agent",
    input=[{"role": "user", "content": sys.argv[1] if len(sys.argv) > 1 else QUESTION}],
    stream=True,
    extra_body={"custom_inputs": {"thread_id": "abc123"}, "databricks_options": {"return_trace": True}},
)
trace = None
for event in events:
    if event.type == "response.output_text.delta":
        print(event.delta, end="", flush=True)
    elif event.type == "response.output_item.done" and event.item.type == "message":
        trace = event.databricks_output["trace"]
    elif event.type == "response.completed":
        print(f"\n\ncustom_outputs: {event.response.custom_outputs}")
    elif event.type == "error":
        sys.exit(f"\n{event.message}")

if trace is None:
    sys.exit("The agent ended without an answer.")
print(f"\ntrace {trace['info']['trace_id']} of {trace['info']['trace_metadata']['subject']}")
for span in trace["data"]["spans"]:
    attributes = span["attributes"]
    securables = ", ".join(attributes["securables"])
    policies = ", ".join(attributes["obligations"])
    print(f"  {attributes['effect']}  {span['name']}  {securables}" + (f"  under {policies}" if policies else ""))
