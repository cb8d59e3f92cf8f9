/** A source of unique ids. Passed in wherever ids are minted, so that tests can fix them. */
export interface IdSource {
  /** A UUID of version 7 (RFC 9562 section 5.7): its text order is its order of creation, to the millisecond. */
  uuid(): string;
  /** `bytes` random bytes, as lower-case hexadecimal. */
  hex(bytes: number): string;
}
