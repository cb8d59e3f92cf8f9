import { Type } from "typebox";

/** Source: databricks-sdk-py `service/catalog.py` ModelService, ModelProviderService. What `config` holds is read by the gateway. */
const Service = {
  name: Type.String(),
  comment: Type.Optional(Type.String()),
  config: Type.Object({}, { additionalProperties: true }),
  effective_owner: Type.String(),
  /** Which version was read, for a change that is to be of that one alone. */
  etag: Type.String(),
  metastore_id: Type.String(),
  create_time: Type.String(),
  created_by: Type.String(),
  update_time: Type.String(),
  updated_by: Type.String(),
};

export const ModelService = Type.Object({ ...Service, supported_api_types: Type.Array(Type.String()) });
export const ModelProviderService = Type.Object(Service);

const next = { next_page_token: Type.Optional(Type.String()) };

export const ModelServiceList = Type.Object({ model_services: Type.Array(ModelService), ...next });
export const ModelProviderServiceList = Type.Object({
  model_provider_services: Type.Array(ModelProviderService),
  ...next,
});
