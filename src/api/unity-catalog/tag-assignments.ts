import { Type } from "typebox";
import { type AssignedTag, catalog as catalogNamed, schema, table, type What } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { paging } from "#wire/unity-catalog/paging.ts";
import {
  EntityTagAssignmentList,
  EntityTagAssignment as EntityTagAssignmentShape,
  type EntityTagAssignment as EntityTagAssignmentType,
} from "#wire/unity-catalog/tags.ts";
import { endpoint } from "../endpoint.ts";
import { fieldsToUpdate } from "../update-mask.ts";
import { fromPage, pageOf } from "./page.ts";

/** Tags on catalogs, schemas, tables and columns. Source: databricks-sdk-py `service/catalog.py` EntityTagAssignmentsAPI. */
const PATH = "/api/2.1/unity-catalog/entity-tag-assignments";
const TAGS = `${PATH}/{entity_type}/{entity_name}/tags`;
const text = Type.String({ minLength: 1 });
const target = { entity_type: text, entity_name: text };
const tag_value = Type.Optional(Type.String());

interface Entity {
  readonly entity_type: string;
  readonly entity_name: string;
}

const named: Readonly<Record<string, (name: string) => What>> = {
  catalogs: catalogNamed,
  schemas: schema,
  tables: table,
  columns: (name) => table(name.split(".").slice(0, 3).join(".")),
};

function entity({ entity_type, entity_name }: Entity): What {
  if (Object.hasOwn(named, entity_type)) return named[entity_type]!(entity_name);
  throw new Fault(
    "INVALID_PARAMETER_VALUE",
    `'${entity_type.slice(0, 100)}' is not a kind of entity that bears tags here: use ${Object.keys(named).join(", ")}.`,
  );
}

/** The column that is meant, which stands behind its table's three names. */
function columnOf({ entity_type, entity_name }: Entity): string | null {
  if (entity_type !== "columns") return null;
  const column = entity_name.split(".").slice(3).join(".");
  if (column === "")
    throw new Fault("INVALID_PARAMETER_VALUE", "A column is named catalog.schema.table.column: give all four.");
  return column;
}

const assignment = ({ entity_type, entity_name }: Entity, tag: AssignedTag): EntityTagAssignmentType => ({
  entity_type,
  entity_name,
  tag_key: tag.key,
  ...(tag.value !== "" && { tag_value: tag.value }),
  ...(tag.from && { inherited: true }),
  update_time: tag.updated_at.toISOString(),
  updated_by: tag.updated_by,
});

/** @throws Fault RESOURCE_DOES_NOT_EXIST when no such tag is there. */
function assignedAs(found: readonly AssignedTag[], key: string): AssignedTag {
  const tag = found.find((one) => one.key === key);
  if (tag) return tag;
  throw new Fault("RESOURCE_DOES_NOT_EXIST", `The tag '${key.slice(0, 100)}' is not assigned to this. List its tags.`);
}

export const listTagAssignments = endpoint({
  method: "GET",
  path: TAGS,
  scope: "unity-catalog",
  input: Type.Object({ ...target, ...paging }),
  output: EntityTagAssignmentList,
  what: entity,
  action: "tags.read",
  run: async ({ catalog }, permit, input) => {
    const found = await catalog.metastore.tags(permit, columnOf(input));
    const listed = found.map((tag) => ({ name: tag.key, tag }));
    const { items, next } = pageOf(fromPage(listed, input.page_token), input.max_results);
    return { tag_assignments: items.map((one) => assignment(input, one.tag)), ...next };
  },
});

export const getTagAssignment = endpoint({
  method: "GET",
  path: `${TAGS}/{tag_key}`,
  scope: "unity-catalog",
  input: Type.Object({ ...target, tag_key: text }),
  output: EntityTagAssignmentShape,
  what: entity,
  action: "tags.read",
  run: async ({ catalog }, permit, input) =>
    assignment(input, assignedAs(await catalog.metastore.tags(permit, columnOf(input)), input.tag_key)),
});

export const createTagAssignment = endpoint({
  method: "POST",
  path: PATH,
  scope: "unity-catalog",
  input: Type.Object({ ...target, tag_key: text, tag_value }),
  output: EntityTagAssignmentShape,
  what: entity,
  action: "tags.update",
  run: async ({ catalog }, permit, input) => {
    const { tag_key: key, tag_value: value = "" } = input;
    const column = columnOf(input);
    await catalog.metastore.changeTags(permit, column, { set: [{ key, value }], unset: [], expects: "absent" });
    return assignment(input, assignedAs(await catalog.metastore.tags(permit, column), key));
  },
});

export const updateTagAssignment = endpoint({
  method: "PATCH",
  path: `${TAGS}/{tag_key}`,
  scope: "unity-catalog",
  input: Type.Object({ ...target, tag_key: text, tag_value, update_mask: Type.Optional(Type.String()) }),
  output: EntityTagAssignmentShape,
  what: entity,
  action: "tags.update",
  run: async ({ catalog }, permit, input) => {
    fieldsToUpdate(input.update_mask, input, ["tag_value"]);
    const { tag_key: key, tag_value: value = "" } = input;
    const column = columnOf(input);
    await catalog.metastore.changeTags(permit, column, { set: [{ key, value }], unset: [], expects: "present" });
    return assignment(input, assignedAs(await catalog.metastore.tags(permit, column), key));
  },
});

export const deleteTagAssignment = endpoint({
  method: "DELETE",
  path: `${TAGS}/{tag_key}`,
  scope: "unity-catalog",
  input: Type.Object({ ...target, tag_key: text }),
  output: Type.Object({}),
  what: entity,
  action: "tags.update",
  run: async ({ catalog }, permit, input) => {
    await catalog.metastore.changeTags(permit, columnOf(input), {
      set: [],
      unset: [input.tag_key],
      expects: "present",
    });
    return {};
  },
});
