import { weightedSum } from "../checks/weighted.ts";
import { words } from "../context.ts";
import { byShapes, type Detector, scores } from "../detector.ts";
import { whole } from "./edges.ts";

/** The check digit of the Drug Enforcement Administration's registrations. */
function isRegistered(match: string): boolean {
  const digits = match.slice(-7);
  return weightedSum(digits, [1, 2, 1, 2, 1, 2]) % 10 === Number(digits[6]);
}

export const medicalLicense: Detector = {
  entity: "MEDICAL_LICENSE",
  mayHold: ({ digits }) => digits >= 7,
  find: byShapes([
    {
      begins: "letters",
      digits_min: 7,
      pattern: whole("[ABCDEFGHJKLMPRSTUXabcdefghjklmprstux][A-Za-z9]\\d{7}"),
      isValid: isRegistered,
      scores: scores(0.55, 1, 0.3),
    },
  ]),
  raising: words("dea$", "medical", "license", "licence", "prescri", "registration"),
  lowering: words("order", "invoice", "serial", "part$", "sku"),
};
