#!/usr/bin/env bash
# Asks the sample agent a question as the person whom DATABRICKS_OIDC_TOKEN speaks for, by curl alone.
#
# In the environment:
#   DATABRICKS_HOST        the workspace, https://localhost:8443
#   DATABRICKS_OIDC_TOKEN  the identity provider's token: npm run --silent login -- rosa.diaz@board.example
#   CURL_CA_BUNDLE         the workspace's authority, .lakeward/tls/ca.pem
set -euo pipefail

workspace="${DATABRICKS_HOST:?is not set: the workspace, such as https://localhost:8443}"
workspace="${workspace#https://}"
subject_token="${DATABRICKS_OIDC_TOKEN:?is not set: npm run --silent login -- rosa.diaz@board.example}"
question="${1:-Which airports in my area had the most strikes, and what did they cost?}"

granted="$(curl --silent --show-error --request POST "https://$workspace/oidc/v1/token" \
  --data "subject_token=$subject_token" \
  --data 'subject_token_type=urn:ietf:params:oauth:token-type:jwt' \
  --data 'grant_type=urn:ietf:params:oauth:grant-type:token-exchange' \
  --data 'scope=all-apis')"
access_token="$(printf '%s' "$granted" | sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p')"
if [ -z "$access_token" ]; then
  echo "The token exchange was refused: $granted" >&2
  exit 1
fi

# A JSON string: backslashes and quotes escaped.
quoted="$(printf '%s' "$question" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g')"
curl --silent --show-error --fail-with-body --no-buffer --request POST "https://$workspace/serving-endpoints/responses" \
  --header "Authorization: Bearer $access_token" \
  --header 'Content-Type: application/json' \
  --data-binary @- <<JSON
{
  "model": "safety-agent",
  "input": [{"role": "user", "content": "$quoted"}],
  "stream": true,
  "custom_inputs": {"thread_id": "abc123"},
  "databricks_options": {"return_trace": true}
}
JSON
