/** Portkey's gateway for the gateway's figures, a process of its own, as its command starts it. */
import { providePortkey } from "../../tools/portkey.ts";
import { freePort, listening } from "./port.ts";
import { tellUsage } from "./told.ts";

const { path } = await providePortkey(() => {});
const port = await freePort();
process.env.NODE_ENV = "production";
process.argv = [process.argv[0]!, path, `--port=${port}`, "--headless"];
await import(path);
await listening(port);
process.send?.({ port });
tellUsage();
