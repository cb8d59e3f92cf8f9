/** The baseline of the gateway's figures, a process of its own: passes bodies on to the provider's port, and does nothing else. */
import { passOn } from "./passing.ts";

passOn(() => undefined);
