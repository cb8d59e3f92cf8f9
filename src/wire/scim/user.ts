/** A user or service principal as SCIM 2.0 says it (RFC 7643 section 4.1; databricks-sdk-py `service/iam.py` User). */
export type ScimUser = {
  readonly schemas: readonly string[];
  readonly id: string;
  readonly userName: string;
  readonly displayName: string;
  readonly active: boolean;
  readonly emails: readonly ScimValue[];
  readonly groups: readonly ScimValue[];
};

export type ScimValue = {
  readonly value: string;
  readonly display?: string;
  readonly type?: string;
  readonly primary?: boolean;
  readonly $ref?: string;
};
