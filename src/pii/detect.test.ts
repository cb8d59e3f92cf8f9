import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type DetectOptions, detect, ENTITIES, mask, Names } from "./mod.ts";

const all: DetectOptions = { entities: ENTITIES.filter((entity) => entity !== "URL" && entity !== "DATE_TIME") };

function masks(
  title: string,
  options: DetectOptions,
  cases: readonly (readonly [text: string, masked: string])[],
): void {
  describe(title, () => {
    for (const [text, masked] of cases)
      it(JSON.stringify(text), () => assert.equal(mask(text, detect(text, options)), masked));
  });
}

masks("found as it is meant to be read", all, [
  ["john&#64;example&#46;com", "<EMAIL_ADDRESS>"],
  ["?user=john%40example.com&x=1", "?user=<EMAIL_ADDRESS>&x=1"],
  ['{"mail":"john\\u0040example.com"}', '{"mail":"<EMAIL_ADDRESS>"}'],
  ["john=40example.com", "<EMAIL_ADDRESS>"],
  ["a long line to john@exam=\r\nple.com.", "a long line to <EMAIL_ADDRESS>."],
  ["ｊｏｈｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "<EMAIL_ADDRESS>"],
  ["jоhn@example.com with a Cyrillic о", "<EMAIL_ADDRESS> with a Cyrillic о"],
  ["müller@bücher.example and иван@почта.рф", "<EMAIL_ADDRESS> and <EMAIL_ADDRESS>"],
  ["邮箱john@example.com谢谢", "邮箱<EMAIL_ADDRESS>谢谢"],
  ["4111\u200b1111\u200b1111\u200b1111", "<CREDIT_CARD>"],
  ["4111\u00a01111\u202f1111 1111", "<CREDIT_CARD>"],
  ["4111‑1111‑1111‑1111", "<CREDIT_CARD>"],
  ["４１１１１１１１１１１１１１１１", "<CREDIT_CARD>"],
  ["٤١١١١١١١١١١١١١١١", "<CREDIT_CARD>"],
  ["𝟒111111111111111", "<CREDIT_CARD>"],
  ["&#52;111&nbsp;1111&nbsp;1111&nbsp;1111", "<CREDIT_CARD>"],
  ["card 41 11 11 11 11 11 11 11", "card <CREDIT_CARD>"],
  ["SSN 536–22–1234", "SSN <US_SSN>"],
]);

masks("left alone", all, [
  ["icon@2x.png, @types/node@24.1.0, a @ b, @media", "icon@2x.png, @types/node@24.1.0, a @ b, @media"],
  ["4111 1111 1111 1112", "4111 1111 1111 1112"],
  ["DE89 3704 0044 0532 0130 01", "DE89 3704 0044 0532 0130 01"],
  [
    "000-12-3456 666-12-3456 900-12-3456 123-00-4567 123-45-0000 078-05-1120",
    "000-12-3456 666-12-3456 900-12-3456 123-00-4567 123-45-0000 078-05-1120",
  ],
  ["version 10.4.2.117, Chrome/120.0.6099.109", "version 10.4.2.117, Chrome/120.0.6099.109"],
  ["std::vector a::b 10:12:01 aa:bb:cc:dd:ee:ff", "std::vector a::b 10:12:01 aa:bb:cc:dd:ee:ff"],
  ["order 4155550132, 123456789 rows", "order 4155550132, 123456789 rows"],
  ["1-415-111-0132 and 011-555-0132", "1-415-111-0132 and 011-555-0132"],
  ["911-555-01322 and +999 12345678", "911-555-01322 and +999 12345678"],
]);

masks("told apart by the words before", all, [
  ["ssn: 536221234", "ssn: <US_SSN>"],
  ["passport number: 536221234", "passport number: <US_PASSPORT>"],
  ["bank account: 536221234", "bank account: <US_BANK_NUMBER>"],
  ["routing: 021000021", "routing: <ABA_ROUTING_NUMBER>"],
  ["NHS 943 476 5919, phone 943 476 5919", "NHS <UK_NHS>, phone <PHONE_NUMBER>"],
  ["customerPhone=4155550132", "customerPhone=<PHONE_NUMBER>"],
  ["customer_ssn=536221234", "customer_ssn=<US_SSN>"],
  ["the host at 10.4.2.117", "the host at <IP_ADDRESS>"],
  ["the account team handled 12345678 tickets", "the account team handled 12345678 tickets"],
  ["client version 10.4.2.117, client 10.4.2.117", "client version 10.4.2.117, client <IP_ADDRESS>"],
  ["version 3 of the client runs on 10.4.2.117", "version 3 of the client runs on <IP_ADDRESS>"],
  ["5.1.2.2 Scope; release notes 19.3.0.0; dns 9.9.9.9", "5.1.2.2 Scope; release notes 19.3.0.0; dns <IP_ADDRESS>"],
  ["Form W-9, Part I: 536-22-1234, part no 536-22-1234", "Form W-9, Part I: <US_SSN>, part no 536-22-1234"],
  ["chat id 4155550132, text 4155550132", "chat id 4155550132, text <PHONE_NUMBER>"],
  ["at 0041 79 555 01 32, counter 0041795550132", "at <PHONE_NUMBER>, counter 0041795550132"],
]);

masks("the longer of what overlaps", all, [
  ["4155550132@example.com", "<EMAIL_ADDRESS>"],
  ["DE89 3704 0044 0532 0130 00", "<IBAN_CODE>"],
  ["bank account 4111111111111111", "bank account <CREDIT_CARD>"],
]);

masks("lists without spaces, and with them", {}, [
  ["1001,4111111111111111,19.99", "1001,<CREDIT_CARD>,19.99"],
  ["4111111111111111 5500000000000004", "<CREDIT_CARD> <CREDIT_CARD>"],
  ["10.1.2.3,10.1.2.4", "<IP_ADDRESS>,<IP_ADDRESS>"],
  ["212-555-0132 212-555-0133", "<PHONE_NUMBER> <PHONE_NUMBER>"],
  ["+1 (212) 555-0132/+44 20 7946 0958", "<PHONE_NUMBER>/<PHONE_NUMBER>"],
]);

masks(
  "names that were handed in",
  { entities: ["PERSON"], names: new Names(["Ada Lovelace", "Ada", "Rose", "Jean-Luc de la Tour"]) },
  [
    ["Ask Ada Lovelace, or ADA LOVELACE's aunt", "Ask <PERSON>, or <PERSON>'s aunt"],
    ["Ada rose; Rose sat", "<PERSON> rose; <PERSON> sat"],
    ["jean-luc de la tour came", "<PERSON> came"],
    ["Adamant lovelace", "Adamant lovelace"],
  ],
);

masks("kinds that are asked for", { entities: ["URL", "DATE_TIME"] }, [
  [
    "see https://example.com/a?b=c on 2026-11-24T10:15:00Z, ana@example.com",
    "see <URL> on <DATE_TIME>, ana@example.com",
  ],
]);

describe("detect", () => {
  it("finds persons among the names handed in only, and no more than is asked for", () => {
    assert.deepEqual(detect("Ada Lovelace", { entities: ["PERSON"] }), []);
    assert.deepEqual(
      detect("a@example.com 10.1.2.3", { entities: ["IP_ADDRESS"] }).map(({ entity }) => entity),
      ["IP_ADDRESS"],
    );
  });

  it("leaves out what is less sure than wanted", () => {
    assert.equal(detect("10.1.2.3", { score_min: 0.5 }).length, 1);
    assert.equal(detect("10.1.2.3", { score_min: 0.7 }).length, 0);
    assert.equal(detect("host 10.1.2.3", { score_min: 0.7 }).length, 1);
  });

  it("gives spans in order, without overlaps, at places of the text as it was given", () => {
    assert.deepEqual(detect("x ana&#64;example.com y"), [{ entity: "EMAIL_ADDRESS", start: 2, end: 21, score: 1 }]);
  });
});
