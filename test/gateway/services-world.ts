import type { JsonObject } from "#base/json.ts";
import type { Provider } from "./provider.ts";
import { type GatewayWorld, gatewayWorld, KEY, type Person, type Told } from "./world.ts";

const UC = "/api/2.1/unity-catalog";
export const PROVIDERS = `${UC}/model-provider-services`;
export const MODELS = `${UC}/model-services`;
const PARENT = "parent=schemas/main.ai";

export const messages = [{ role: "user", content: "hello" }];

/** A booted platform with the schema main.ai, in which all but dan may use what they are given; provider services `first` and `second`. */
export interface ServicesWorld extends GatewayWorld {
  /** Creates a service, of which nothing is expected. */
  create(kind: "model" | "model_provider", id: string, body: object, as?: Person): Promise<Told>;
  /** Changes a service. */
  change(path: string, update_mask: string, body: object, as?: Person): Promise<Told>;
  grant(type: string, name: string, privilege: string, to?: readonly Person[], word?: "add" | "remove"): Promise<void>;
  /** A model service of these providers' models, which ben and cleo may execute. */
  serviceOf(id: string, routing: object, more?: object): Promise<string>;
  ask(model: string, as?: Person, more?: object): Promise<Told>;
  must(told: Told): JsonObject;
}

/** The configuration of a provider with OpenAI's protocol. */
export const openai = (base_url: string, more: object = {}): object => ({
  provider_type: "EXTERNAL_MODEL_PROVIDER_TYPE_OPENAI",
  openai: { direct: { base_url, api_key: { plaintext: KEY } } },
  targets: [
    { model: "upstream", native_api_types: ["openai/v1/chat/completions"] },
    { model: "vectors", native_api_types: ["openai/v1/embeddings"] },
  ],
  ...more,
});

/** A model of a provider service as a destination. */
export const destination = (name: string, provider: string, more: object = {}, model = "upstream"): object => ({
  name,
  destination_type: "DESTINATION_TYPE_EXTERNAL_FOUNDATION_MODEL",
  external_model_config: { model_provider_service: `model-provider-services/${provider}`, target: { model } },
  ...more,
});

export async function servicesWorld(): Promise<ServicesWorld> {
  const world = await gatewayWorld();
  const must = (told: Told): JsonObject => {
    if (told.status !== 200) throw new Error(`${told.status} ${told.text}`);
    return told.body;
  };
  const grant: ServicesWorld["grant"] = async (type, name, privilege, to = ["ben", "cleo"], word = "add") => {
    const changes = to.map((one) => ({ principal: `${one}@board.org`, [word]: [privilege] }));
    must(await world.send("PATCH", `${UC}/permissions/${type}/${name}`, { changes }));
  };
  const create: ServicesWorld["create"] = (kind, id, body, as) =>
    world.send("POST", `${UC}/${kind.replaceAll("_", "-")}-services?${PARENT}&${kind}_service_id=${id}`, body, as);
  const made: ServicesWorld = {
    ...world,
    create,
    change: (path, update_mask, body, as) => world.send("PATCH", `${path}?update_mask=${update_mask}`, body, as),
    grant,
    serviceOf: async (id, routing, more = {}) => {
      must(await create("model", id, { config: { routing, ...more } }));
      await grant("model_service", `main.ai.${id}`, "EXECUTE");
      return `main.ai.${id}`;
    },
    ask: (model, as = "ben", more = {}) =>
      world.send("POST", "/ai-gateway/mlflow/v1/chat/completions", { model, messages, ...more }, as),
    must,
  };
  await world.rows("CREATE CATALOG main");
  await world.rows("CREATE SCHEMA main.ai");
  await grant("catalog", "main", "USE_CATALOG");
  await grant("schema", "main.ai", "USE_SCHEMA");
  const named: readonly (readonly [string, Provider])[] = [
    ["first", world.first],
    ["second", world.second],
  ];
  for (const [id, { base_url }] of named) must(await create("model_provider", id, { config: openai(base_url) }));
  return made;
}
