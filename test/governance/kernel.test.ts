import { describe, it } from "node:test";
import { readCorpus } from "./case.ts";
import { checkKernel } from "./doors/kernel.ts";
import { Organisation } from "./organisation.ts";

describe("the governance corpus at the door kernel", () => {
  for (const { file, cases } of readCorpus()) {
    describe(file, () => {
      const organisation = new Organisation();
      for (const one of cases) {
        if ("not_reachable" in one.kernel) continue;
        it(one.case, () => {
          for (const change of one.after ?? []) organisation.apply(change);
          checkKernel(organisation, one);
        });
      }
    });
  }
});
