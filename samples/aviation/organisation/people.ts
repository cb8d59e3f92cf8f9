/** A person of the board: an account at its identity provider, a user of the workspace, a member of groups. */
export interface Person {
  readonly email: string;
  readonly name: string;
  readonly groups: readonly string[];
  /** States whose strikes the person inspects; rows of the lookup table behind the row filter. */
  readonly states: readonly string[];
}

export const people = [
  {
    email: "rosa.diaz@board.example",
    name: "Rosa Diaz",
    groups: ["inspectors", "finance"],
    states: ["Texas"],
  },
  {
    email: "noah.stern@board.example",
    name: "Noah Stern",
    groups: ["inspectors"],
    states: ["New York", "New Jersey", "Pennsylvania"],
  },
  {
    email: "ida.lind@board.example",
    name: "Ida Lind",
    groups: ["investigators"],
    states: ["California", "Hawaii"],
  },
] as const satisfies readonly Person[];

/** Groups and the groups within them: rights are granted to the staff, which nobody is a direct member of. */
export const groups: Readonly<Record<string, readonly string[]>> = {
  inspectors: [],
  finance: [],
  investigators: [],
  "board-staff": ["inspectors", "finance", "investigators"],
};

/** The two who are asked for in the demonstration. */
export const texas: Person = people[0];
export const northeast: Person = people[1];
