import { readFileSync } from "node:fs";
import { type Static, type TSchema, Type } from "typebox";
import Value from "typebox/value";
import { parse } from "yaml";
import { CATALOG as LADDER, ladder } from "./stated/holders.ts";

/** The shape of world.yaml. Nothing beside what stands here is allowed in it, so that a slip of the pen is an error. */
const closed = { additionalProperties: false } as const;
const Names = Type.Array(Type.String());
const Grants = Type.Optional(Type.Record(Type.String(), Names));
const Owner = Type.Optional(Type.String());
const Cell = Type.Union([Type.Null(), Type.String(), Type.Number()]);

/** What is asked of tags, as a tree: `{ has_tag: k }`, `{ has_tag_value: [k, v] }`, `{ all | any: [...] }`, `{ not: ... }`. */
const Condition = Type.Cyclic(
  {
    Condition: Type.Union([
      Type.Object({ has_tag: Type.String() }, closed),
      Type.Object({ has_tag_value: Type.Tuple([Type.String(), Type.String()]) }, closed),
      Type.Object({ all: Type.Array(Type.Ref("Condition"), { minItems: 1 }) }, closed),
      Type.Object({ any: Type.Array(Type.Ref("Condition"), { minItems: 1 }) }, closed),
      Type.Object({ not: Type.Ref("Condition") }, closed),
    ]),
  },
  "Condition",
);

/** A policy by tags: of a `mask` the alias that it is for stands in `on`. Of `using`, a text names an alias, a number is one. */
const Policy = Type.Object(
  {
    filter: Type.Optional(Type.String()),
    mask: Type.Optional(Type.String()),
    to: Names,
    except: Type.Optional(Names),
    when: Type.Optional(Condition),
    match: Type.Optional(Type.Record(Type.String(), Condition)),
    on: Type.Optional(Type.String()),
    using: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Number()]))),
  },
  closed,
);
const Tags = Type.Record(Type.String(), Type.String());
const attributes = { tags: Type.Optional(Tags), policies: Type.Optional(Type.Record(Type.String(), Policy)) };

const Table = Type.Object(
  {
    ...attributes,
    column_tags: Type.Optional(Type.Record(Type.String(), Tags)),
    columns: Type.String(),
    rows: Type.Array(Type.Array(Cell), { minItems: 1 }),
    owner: Owner,
    grants: Grants,
    row_filter: Type.Optional(Type.Object({ function: Type.String(), on: Names }, closed)),
    masks: Type.Optional(
      Type.Record(Type.String(), Type.Object({ function: Type.String(), using: Type.Optional(Names) }, closed)),
    ),
  },
  closed,
);
const Text = Type.Object({ sql: Type.String(), owner: Owner, grants: Grants }, closed);
/** A model service that asks the model behind an endpoint. */
const ModelService = Type.Object({ endpoint: Type.String(), grants: Grants }, closed);
const Schema = Type.Object(
  {
    ...attributes,
    owner: Owner,
    grants: Grants,
    tables: Type.Optional(Type.Record(Type.String(), Table)),
    views: Type.Optional(Type.Record(Type.String(), Text)),
    functions: Type.Optional(Type.Record(Type.String(), Text)),
    model_services: Type.Optional(Type.Record(Type.String(), ModelService)),
  },
  closed,
);
const Catalog = Type.Object(
  { ...attributes, owner: Owner, grants: Grants, schemas: Type.Optional(Type.Record(Type.String(), Schema)) },
  closed,
);
const Agent = Type.Object(
  {
    scopes: Names,
    declared_before: Type.Optional(Names),
    resources: Names,
    itself: Type.Optional(Names),
    grants: Grants,
  },
  closed,
);
const Granted = Type.Object({ grants: Grants }, closed);

const Declared = Type.Object(
  {
    administrator: Type.String(),
    users: Type.Record(Type.String(), Names),
    service_principals: Type.Record(Type.String(), Names),
    groups: Type.Record(Type.String(), Names),
    agents: Type.Record(Type.String(), Agent),
    models: Type.Record(Type.String(), Granted),
    warehouses: Type.Record(Type.String(), Granted),
    secret_scopes: Type.Record(Type.String(), Granted),
    governed_tags: Type.Record(Type.String(), Type.Object({ values: Names, grants: Grants }, closed)),
    catalogs: Type.Record(Type.String(), Catalog),
  },
  closed,
);

/** The organisation as its file declares it. */
export type Declared = Static<typeof Declared>;
export type DeclaredTable = Static<typeof Table>;
export type DeclaredCondition = Static<typeof Condition>;
export type DeclaredPolicy = Static<typeof Policy>;
export type DeclaredModelService = Static<typeof ModelService>;
export type DeclaredText = Static<typeof Text>;

const written = readYaml(new URL("world.yaml", import.meta.url), Declared);
const onLadder = ladder();

export const declared: Declared = {
  ...written,
  users: { ...written.users, ...onLadder.users },
  groups: { ...written.groups, ...onLadder.groups },
  catalogs: { ...written.catalogs, [LADDER]: onLadder.catalog },
};

/** The agent whose own principal this is, when it is one. */
export function agentOf(principal: string): string | undefined {
  const [, agent] = /^(.+)-itself$/.exec(principal) ?? [];
  return agent !== undefined && agent in declared.agents ? agent : undefined;
}

/** A YAML file that must have this shape. @throws Error naming the first thing that does not fit. */
export function readYaml<T extends TSchema>(file: URL, shape: T): Static<T> {
  const read: unknown = parse(readFileSync(file, "utf8"));
  if (Value.Check(shape, read)) return read as Static<T>;
  const [first] = Value.Errors(shape, read);
  throw new Error(`${file.pathname.split("/").at(-1)}${first?.instancePath ?? ""}: ${first?.message ?? "misshapen"}`);
}
