/**
 * Hazards by the code that Llama Guard 3 gives each: as it is called in the prompt, and as the wire shows it. Source: the Llama Guard 3
 * model card; recorded answers of workspaces for the names that the wire shows.
 */
export const hazards = [
  { code: "S1", title: "Violent Crimes", name: "violent-crimes" },
  { code: "S2", title: "Non-Violent Crimes", name: "non-violent-crimes" },
  { code: "S3", title: "Sex Crimes", name: "sex-crimes" },
  { code: "S4", title: "Child Exploitation", name: "child-exploitation" },
  { code: "S5", title: "Defamation", name: "defamation" },
  { code: "S6", title: "Specialized Advice", name: "specialized-advice" },
  { code: "S7", title: "Privacy", name: "privacy" },
  { code: "S8", title: "Intellectual Property", name: "intellectual-property" },
  { code: "S9", title: "Indiscriminate Weapons", name: "indiscriminate-weapons" },
  { code: "S10", title: "Hate", name: "hate" },
  { code: "S11", title: "Self-Harm", name: "self-harm" },
  { code: "S12", title: "Sexual Content", name: "sexual-content" },
  { code: "S13", title: "Elections", name: "elections" },
  { code: "S14", title: "Code Interpreter Abuse", name: "code-interpreter-abuse" },
] as const;

export type Hazard = (typeof hazards)[number]["name"];

/** Every category and whether it is among these. */
export const categoriesOf = (found: readonly string[]): Readonly<Record<string, boolean>> =>
  Object.fromEntries(hazards.map(({ name }) => [name, found.includes(name)]));
