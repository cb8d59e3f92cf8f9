import type { Detector } from "../detector.ts";
import type { Entity } from "../entities.ts";
import { abaRoutingNumber } from "./aba-routing-number.ts";
import { creditCard } from "./credit-card.ts";
import { crypto } from "./crypto.ts";
import { dateTime } from "./date-time.ts";
import { emailAddress } from "./email-address.ts";
import { ibanCode } from "./iban-code.ts";
import { ipAddress } from "./ip-address.ts";
import { medicalLicense } from "./medical-license.ts";
import { phoneNumber } from "./phone-number.ts";
import { ukNhs } from "./uk-nhs.ts";
import { url } from "./url.ts";
import { usBankNumber } from "./us-bank-number.ts";
import { usDriverLicense } from "./us-driver-license.ts";
import { usItin } from "./us-itin.ts";
import { usPassport } from "./us-passport.ts";
import { usSsn } from "./us-ssn.ts";

/** Every detector but that of persons, which needs their names. */
export const detectors: Readonly<Record<Exclude<Entity, "PERSON">, Detector>> = {
  EMAIL_ADDRESS: emailAddress,
  CREDIT_CARD: creditCard,
  US_SSN: usSsn,
  PHONE_NUMBER: phoneNumber,
  US_BANK_NUMBER: usBankNumber,
  IBAN_CODE: ibanCode,
  IP_ADDRESS: ipAddress,
  US_PASSPORT: usPassport,
  US_DRIVER_LICENSE: usDriverLicense,
  US_ITIN: usItin,
  ABA_ROUTING_NUMBER: abaRoutingNumber,
  CRYPTO: crypto,
  UK_NHS: ukNhs,
  MEDICAL_LICENSE: medicalLicense,
  URL: url,
  DATE_TIME: dateTime,
};
