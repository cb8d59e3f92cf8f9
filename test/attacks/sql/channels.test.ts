import { suite } from "./attack.ts";
import { ofMany } from "./catalogue/all.ts";

suite("the catalogue, over many rows", ofMany);
