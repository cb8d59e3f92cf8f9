import { suite } from "./attack.ts";
import { failingPolicies } from "./failing-policies.ts";

suite("attacks beyond the catalogue", [...failingPolicies]);
