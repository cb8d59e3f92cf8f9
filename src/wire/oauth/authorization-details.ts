/**
 * One entry of `authorization_details` (RFC 9396) as Databricks' clients send it: actions on one object of the workspace.
 * Source: databricks-sdk-py `oauth.py` AuthorizationDetail; Databricks docs, "Query route-optimized serving endpoints".
 */
export type AuthorizationDetail = {
  readonly type: "workspace_permission";
  readonly object_type: string;
  readonly object_path: string;
  readonly actions: readonly string[];
};
