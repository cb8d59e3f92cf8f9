/** A name part, as in Unity Catalog ("object names": 255 characters; bytes here, since files and URLs carry them). */
export const NAME_BYTES_MAX = 255;

/** A comment: long enough for documentation that an agent reads as a tool's description, short enough for a list of them. */
export const COMMENT_BYTES_MAX = 16 * 1024;

/** Columns of one relation: wider ones are a mistake more often than a need, and every plan carries them all. */
export const COLUMNS_MAX = 4096;

/** Principals named in one change of grants: it runs under the lock that orders all of them. */
export const GRANT_CHANGES_MAX = 1000;

/** Characters of a tag's key or value. Databricks docs, "Governed tags". */
export const TAG_CHARACTERS_MAX = 256;

/** Values that a governed tag allows. Databricks docs, tag policies API: 500. */
export const TAG_VALUES_MAX = 500;

/** Characters of a governed tag's description, as there. */
export const TAG_DESCRIPTION_CHARACTERS_MAX = 4096;

/** Tags on one securable or column. Databricks docs, "Apply tags": 50. */
export const TAGS_MAX = 50;

/** Policies on one securable, by its kind, and in all. Databricks docs, "ABAC quotas". */
export const POLICIES_MAX = Object.freeze({ CATALOG: 100, SCHEMA: 100, TABLE: 50, METASTORE: 10_000 });

/** Principals of one policy, TO and EXCEPT together, as there. */
export const POLICY_PRINCIPALS_MAX = 20;

/** MATCH COLUMNS conditions of one policy, as there. */
export const POLICY_MATCHES_MAX = Object.freeze({ mask: 3, filter: 6 });

/** Characters of one condition of a policy: every decision on a table beneath weighs it. */
export const POLICY_CONDITION_CHARACTERS_MAX = 4096;
