import type { EmailAddress } from "../store/principals.ts";

/** What SCIM can change of a principal. Members and groups are ids. */
export interface Draft {
  readonly display_name: string;
  readonly external_id: string | null;
  readonly given_name: string | null;
  readonly family_name: string | null;
  readonly emails: readonly EmailAddress[];
  readonly active: boolean;
  readonly entitlements: readonly string[];
  readonly roles: readonly string[];
  readonly members: readonly string[];
  readonly groups: readonly string[];
}

interface Sent {
  readonly value: string;
  readonly type?: string;
  readonly primary?: boolean;
}

/** A resource as a client sends it, to make one or in place of one. */
export interface SentResource {
  readonly displayName?: string;
  readonly externalId?: string;
  readonly name?: { readonly givenName?: string; readonly familyName?: string };
  readonly active?: boolean;
  readonly emails?: readonly Sent[];
  readonly entitlements?: readonly Sent[];
  readonly roles?: readonly Sent[];
  readonly members?: readonly Sent[];
  readonly groups?: readonly Sent[];
}

/** Values without those that are empty, which clients send for an empty list, each once. */
export const textsOf = (sent: readonly { readonly value: string }[] = []): readonly string[] => [
  ...new Set(sent.map(({ value }) => value).filter((value) => value !== "")),
];

/**
 * `present` replaced by what was sent (RFC 7644 section 3.5.1). What is left out is emptied, but for what must have a value,
 * `active`, and `groups`, which is the groups' to say (RFC 7643 section 4.1.2 has it read-only).
 */
export function replaced(present: Draft, sent: SentResource): Draft {
  return {
    display_name: sent.displayName ?? present.display_name,
    external_id: sent.externalId ?? null,
    given_name: sent.name?.givenName ?? null,
    family_name: sent.name?.familyName ?? null,
    emails: sent.emails?.map(emailOf) ?? present.emails,
    active: sent.active ?? present.active,
    entitlements: textsOf(sent.entitlements),
    roles: textsOf(sent.roles),
    members: textsOf(sent.members),
    groups: sent.groups ? textsOf(sent.groups) : present.groups,
  };
}

const emailOf = ({ value, type, primary }: Sent): EmailAddress => ({
  value,
  ...(type !== undefined && { type }),
  ...(primary !== undefined && { primary }),
});

/** A new principal's, before anything that was sent. */
export const blank = (display_name: string, emails: readonly EmailAddress[]): Draft => ({
  display_name,
  external_id: null,
  given_name: null,
  family_name: null,
  emails,
  active: true,
  entitlements: [],
  roles: [],
  members: [],
  groups: [],
});
