/** What is looked for unless told otherwise: the list of Databricks' guardrail, and what identifies somebody as surely. */
export const DEFAULT_ENTITIES = [
  "EMAIL_ADDRESS",
  "CREDIT_CARD",
  "US_SSN",
  "PHONE_NUMBER",
  "US_BANK_NUMBER",
  "IBAN_CODE",
  "IP_ADDRESS",
  "US_PASSPORT",
] as const;

/** Kinds of personal data, by the names that Presidio gave them and that placeholders on the wire carry. */
export const ENTITIES = [
  ...DEFAULT_ENTITIES,
  "US_DRIVER_LICENSE",
  "US_ITIN",
  "ABA_ROUTING_NUMBER",
  "CRYPTO",
  "UK_NHS",
  "MEDICAL_LICENSE",
  "URL",
  "DATE_TIME",
  "PERSON",
] as const;

export type Entity = (typeof ENTITIES)[number];
