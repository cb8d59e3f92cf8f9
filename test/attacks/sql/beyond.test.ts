import { suite } from "./attack.ts";
import { failingPolicies } from "./failing-policies.ts";
import { lent } from "./lent.ts";

suite("attacks beyond the catalogue", [...failingPolicies, ...lent]);
