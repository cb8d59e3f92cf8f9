import { ADMIN, READER, setting } from "./setting.ts";
import { sqlWorld } from "./world.ts";

const w = await sqlWorld();
try {
  for (const s of setting) {
    const o = await w.run(ADMIN, s);
    if (o.error) console.log("SET", s.slice(0, 90).replace(/\n/g, " "), "=>", o.error);
  }
  for (const s of process.argv.slice(2)) {
    const o = await w.run(READER, s);
    console.log(s, "=>", JSON.stringify(o.rows), o.error, JSON.stringify(o.governed));
  }
} finally {
  await w[Symbol.asyncDispose]();
  process.exit(0);
}
