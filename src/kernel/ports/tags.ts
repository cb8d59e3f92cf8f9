import type { Permit } from "../permit.ts";
import type { Tag } from "../tags.ts";
import type { What } from "../what.ts";

/** A governed tag: a key that only those with ASSIGN may put on things, with one of these values; with none, the key alone. */
export interface TagPolicy {
  readonly id: string;
  readonly key: string;
  readonly description: string | null;
  readonly values: readonly string[];
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** A tag as it is assigned, to the securable itself or, `from`, to a parent. */
export interface AssignedTag extends Tag {
  readonly from: What | null;
  readonly updated_at: Date;
  readonly updated_by: string;
}

type Tagged = Permit<"tags.read"> | Permit<"tags.update">;

/**
 * Governed tags, and the tags on catalogs, schemas, tables and columns. Implemented by catalog. Each change bumps the governance
 * version in its own transaction. Faults: RESOURCE_ALREADY_EXISTS, RESOURCE_DOES_NOT_EXIST, INVALID_PARAMETER_VALUE,
 * PERMISSION_DENIED for a governed tag without ASSIGN on it.
 */
export interface Tagging {
  createTagPolicy(
    permit: Permit<"tag_policy.create">,
    input: { readonly key: string; readonly description?: string; readonly values: readonly string[] },
  ): Promise<void>;
  updateTagPolicy(
    permit: Permit<"tag_policy.update">,
    input: { readonly description?: string; readonly values?: readonly string[] },
  ): Promise<void>;
  /** The key is governed no more; what bears it keeps it. Policies that ask for it show nothing from then on. */
  deleteTagPolicy(permit: Permit<"tag_policy.delete">): Promise<void>;
  tagPolicy(permit: Permit<"tag_policy.read"> | Permit<"tag_policy.update">): Promise<TagPolicy>;
  /** All of them, unfiltered: pass them through `gate.filter` before anyone sees one. */
  tagPolicyCandidates(permit: Permit<"tag_policy.list">): Promise<readonly What[]>;
  tagPolicies(permit: Permit<"tag_policy.list">, visible: readonly What[]): Promise<readonly TagPolicy[]>;

  /** Puts tags on the permit's securable, or on one of its columns, and takes others away. All or nothing. */
  changeTags(
    permit: Permit<"tags.update">,
    column: string | null,
    change: {
      readonly set: readonly Tag[];
      readonly unset: readonly string[];
      /** What must be there before, or must not be; all the same when not told. */
      readonly expects?: "absent" | "present";
    },
  ): Promise<void>;
  /** The tags of the permit's securable, those that it inherits included, or of one of its columns, which inherit nothing. */
  tags(permit: Tagged, column: string | null): Promise<readonly AssignedTag[]>;
}
