import { type SecurableType, securables } from "#wire/securables.ts";

/** One securable. Names of the metastore's objects are full, dotted and lower-case: `main.sales.orders`. */
export interface What {
  readonly type: SecurableType;
  readonly name: string;
}

export const what = (type: SecurableType, name: string): What => Object.freeze({ type, name });

export const metastore = what("METASTORE", "metastore");
export const workspace = what("WORKSPACE", "workspace");
export const catalog = (name: string): What => what("CATALOG", name.toLowerCase());
export const schema = (fullName: string): What => what("SCHEMA", fullName.toLowerCase());
export const table = (fullName: string): What => what("TABLE", fullName.toLowerCase());
export const fn = (fullName: string): What => what("FUNCTION", fullName.toLowerCase());
/** Unity Catalog's own: a model, or a provider of models, as a securable of a schema. */
export const modelService = (fullName: string): What => what("MODEL_SERVICE", fullName.toLowerCase());
export const modelProviderService = (fullName: string): What => what("MODEL_PROVIDER_SERVICE", fullName.toLowerCase());
export const warehouse = (id: string): What => what("WAREHOUSE", id);
export const endpoint = (name: string): What => what("ENDPOINT", name);
/** People, programs and groups by their id; a service principal also by its application id. */
export const user = (id: string): What => what("USER", id);
export const group = (id: string): What => what("GROUP", id);
export const servicePrincipal = (id: string): What => what("SERVICE_PRINCIPAL", id);
/** A personal access token, by its id. */
export const token = (id: string): What => what("TOKEN", id);
/** A way of authenticating that rights are held on: `tokens`, personal access tokens as such. */
export const authorization = (id: string): What => what("AUTHORIZATION", id);
export const secretScope = (name: string): What => what("SECRET_SCOPE", name);
/** A governed tag, by its key, or by the id of its policy. */
export const tagPolicy = (key: string): What => what("TAG_POLICY", key);
export const statement = (id: string): What => what("STATEMENT", id);

/** The securable one level up, from which rights are inherited; null at a root. Pure naming, whether or not it exists. */
export function parentOf(child: What): What | null {
  switch (child.type) {
    case "METASTORE":
    case "WORKSPACE":
      return null;
    case "CATALOG":
    case "TAG_POLICY":
      return metastore;
    case "SCHEMA":
      return catalog(beforeLastDot(child.name));
    case "TABLE":
    case "FUNCTION":
    case "MODEL_SERVICE":
    case "MODEL_PROVIDER_SERVICE":
      return schema(beforeLastDot(child.name));
    case "WAREHOUSE":
    case "ENDPOINT":
    case "USER":
    case "GROUP":
    case "SERVICE_PRINCIPAL":
    case "TOKEN":
    case "AUTHORIZATION":
    case "SECRET_SCOPE":
    case "STATEMENT":
      return workspace;
  }
}

/** The securable and all above it, nearest first. */
export function lineOf(one: What): readonly What[] {
  const parent = parentOf(one);
  return parent ? [one, ...lineOf(parent)] : [one];
}

export const same = (a: What, b: What): boolean => a.type === b.type && a.name === b.name;

/** For messages: `Table 'main.sales.orders'`. */
export const spoken = (one: What): string => `${securables[one.type].word} '${one.name}'`;

function beforeLastDot(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(0, dot);
}
