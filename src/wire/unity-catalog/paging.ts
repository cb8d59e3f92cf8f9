import { Type } from "typebox";

/** Page parameters of every Unity Catalog list. Source: databricks-sdk-py `service/catalog.py`: without max_results, all are returned. */
export const paging = {
  max_results: Type.Optional(Type.Integer({ minimum: 0 })),
  page_token: Type.Optional(Type.String()),
};
