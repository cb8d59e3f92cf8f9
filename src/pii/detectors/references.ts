/** What a number is called that identifies a thing, in the languages of the labelled set: words against a person's number. */
export const references: readonly string[] = [
  "part no",
  "part num",
  "part nr",
  "spare part",
  ...(
    "order orders ordered invoice ticket tracking parcel sku serial catalog batch lot$ case$ claim isbn imei upc$ ean$ barcode cas$ " +
    "doi$ issue$ bug$ commit build job request trace transaction reference row rows record records bytes tokens timestamp epoch ts$ " +
    "created exp$ iat$ page box$ population bestell rechnung commande facture pedido factura ordine fattura"
  ).split(" "),
];
