import { type TSchema, Type } from "typebox";
import type { JsonObject } from "#base/json.ts";
import { collections, schemaAt, serviceInfo, type View } from "#gateway/mod.ts";
import { type ServiceType, what } from "#kernel/mod.ts";
import {
  ModelProviderService,
  ModelProviderServiceList,
  ModelService,
  ModelServiceList,
} from "#wire/unity-catalog/services.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { listVisible } from "./list-visible.ts";

/** Each kind of service by its words; the endpoints are the same. */
interface Kind {
  readonly type: ServiceType;
  /** The query parameter that names a new one. */
  readonly id: string;
  /** The field of a list that holds them. */
  readonly list: string;
  readonly output: TSchema;
  readonly outputs: TSchema;
}

const kinds: readonly Kind[] = [
  {
    type: "MODEL_PROVIDER_SERVICE",
    id: "model_provider_service_id",
    list: "model_provider_services",
    output: ModelProviderService,
    outputs: ModelProviderServiceList,
  },
  {
    type: "MODEL_SERVICE",
    id: "model_service_id",
    list: "model_services",
    output: ModelService,
    outputs: ModelServiceList,
  },
];

/** Services on a page when its length is left to the server. Source: databricks-sdk-py `service/catalog.py`, list_model_services. */
const PAGE_SIZE = 200;

const full_name = Type.String({ minLength: 1 });
const etag = Type.Optional(Type.String());

/** Bodies are read field by field by the gateway, which refuses what it does not know. */
const open = { additionalProperties: true };

/** Source: databricks-sdk-py `service/catalog.py`, create_model_service and its like, whose `name` is `model-services/{full_name}`. */
function endpointsOf({ type, id, list, output, outputs }: Kind): readonly Endpoint[] {
  const PATH = `/api/2.1/unity-catalog/${collections[type]}`;
  const shared = { scope: "unity-catalog" } as const;
  return [
    endpoint({
      ...shared,
      method: "GET",
      path: PATH,
      input: Type.Object({
        parent: Type.String(),
        page_size: Type.Optional(Type.Integer({ minimum: 0 })),
        page_token: Type.Optional(Type.String()),
        view: Type.Optional(Type.Union([Type.Literal("BASIC"), Type.Literal("FULL")])),
      }),
      output: outputs,
      what: ({ parent }) => schemaAt(parent, "parent"),
      action: "schema.read_metadata",
      run: async (services, permit, { page_size, page_token, view = "BASIC" }, call) => {
        const wanted = {
          type,
          see: "service.read_metadata",
          max_results: page_size || PAGE_SIZE,
          ...(page_token !== undefined && { page_token }),
        } as const;
        const { items, next } = await listVisible(services, permit, wanted, call);
        const found = await services.catalog.services.listServices(permit, items);
        return { [list]: found.map((one) => serviceInfo(one, view as View, services.site.metastore_id)), ...next };
      },
    }),
    endpoint({
      ...shared,
      method: "POST",
      path: PATH,
      input: Type.Object({ parent: Type.String(), [id]: Type.String() }, open),
      output,
      what: ({ parent }) => schemaAt(String(parent), "parent"),
      action: "service.create",
      run: async ({ gateway, site }, permit, { parent: _, [id]: name, ...body }) =>
        serviceInfo(
          await gateway.services.create(permit, type, String(name), body as JsonObject),
          "FULL",
          site.metastore_id,
        ),
    }),
    endpoint({
      ...shared,
      method: "GET",
      path: `${PATH}/{full_name}`,
      input: Type.Object({ full_name }),
      output,
      what: (input) => what(type, input.full_name.toLowerCase()),
      action: "service.read_metadata",
      run: async ({ catalog, site }, permit) =>
        serviceInfo(await catalog.services.service(permit), "FULL", site.metastore_id),
    }),
    endpoint({
      ...shared,
      method: "PATCH",
      path: `${PATH}/{full_name}`,
      input: Type.Object({ full_name, update_mask: Type.String({ minLength: 1 }), etag }, open),
      output,
      what: (input) => what(type, input.full_name.toLowerCase()),
      action: "service.update",
      run: async ({ gateway, site }, permit, { full_name: _, update_mask, etag: read, ...body }) =>
        serviceInfo(
          await gateway.services.update(permit, update_mask, read, body as JsonObject),
          "FULL",
          site.metastore_id,
        ),
    }),
    endpoint({
      ...shared,
      method: "DELETE",
      path: `${PATH}/{full_name}`,
      input: Type.Object({ full_name, etag }),
      output: Type.Object({}),
      what: (input) => what(type, input.full_name.toLowerCase()),
      action: "service.delete",
      run: async ({ gateway }, permit, { etag: read }) => {
        await gateway.services.remove(permit, read);
        return {};
      },
    }),
  ];
}

export const serviceEndpoints: readonly Endpoint[] = kinds.flatMap(endpointsOf);
