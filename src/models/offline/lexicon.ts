/**
 * General English, as data. Each line of `groups` is one concept, its first word the name; a word stands in one group only.
 * Nothing here belongs to one organisation's vocabulary.
 */
export const groups: readonly string[] = [
  "most top highest largest biggest greatest worst leading maximum frequent often rank ranked ranking best",
  "least lowest smallest fewest minimum rare",
  "number count quantity tally frequency",
  "total sum overall altogether combined",
  "average mean median typical",
  "cost price expense expensive expenditure damage charge fee spend spent",
  "revenue turnover sale income earn proceeds earning",
  "profit margin gain",
  "amount sum",
  "money dollar cash usd funds",
  "near around close nearby within distance radius vicinity circle away surrounding proximity",
  "kilometer kilometre km mile mi",
  "area region district zone territory part",
  "city town municipality",
  "country nation",
  "employee staff worker personnel colleague",
  "person people human",
  "vacation holiday leave pto off",
  "left remain remaining balance unused rest",
  "day date",
  "convert exchange change conversion swap",
  "currency money",
  "rate quote",
  "parcel package shipment consignment",
  "deliver arrive delivery arrival delivered",
  "track trace tracking locate status",
  "book title novel publication read volume",
  "author writer written wrote",
  "subject topic theme",
  "publish published released appeared appear",
  "library bookshop",
  "bed berth",
  "free available vacant unoccupied availability spare",
  "hospital clinic",
  "ward unit department",
  "doctor physician surgeon",
  "electricity power energy current",
  "consumption usage use used consume consumed",
  "ticket request case issue",
  "support helpdesk help",
  "urgent priority important pressing critical",
  "open unresolved outstanding pending",
  "close resolve shut",
  "shop store outlet branch",
  "product item goods article merchandise",
  "group category class",
  "customer client buyer shopper",
  "order purchase",
  "invoice bill",
  "payment pay paid",
  "supplier vendor provider",
  "stock inventory warehouse",
  "record recorded register registered report reported log logged",
  "happen occur occurrence event incident",
  "animal creature beast",
  "plane aircraft aeroplane airplane jet",
  "hit collide collision crash impact",
  "car vehicle automobile",
  "house home building",
  "road street",
  "student pupil learner",
  "teacher instructor professor",
  "school university college",
  "course lesson class",
  "begin start first commence",
  "end finish last stop",
  "early earliest oldest",
  "late latest newest recent",
  "delay delayed",
  "cancel cancelled cancellation",
  "type kind sort",
  "name called named",
  "size magnitude",
  "height tall altitude elevation",
  "weight heavy",
  "age old",
  "salary wage compensation",
  "weather climate",
  "temperature heat",
  "phone telephone",
  "email mail",
  "address location place position whereabouts",
  "compare comparison versus",
  "month monthly",
  "year annual yearly calendar",
  "week weekly",
  "hour hourly",
  "project initiative",
  "machine device equipment",
  "error failure fault defect",
  "visit trip travel journey",
  "water river",
  "medicine drug medication",
  "patient inpatient",
  "contract agreement",
  "budget allocation",
  "document file paper",
  "picture image photo",
  "dictionary glossary",
  "growth increase rise",
  "decline decrease drop fall",
];

/** Words that carry no subject of their own. */
export const stopWords: ReadonlySet<string> = new Set(
  (
    "a an the this that these those there here and or but if then than so as at by for from in into of off on onto out over to up with without " +
    "is are was were be been being am do does did done have has had having can could may might shall should would " +
    "i me my mine we us our ours you your yours he him his she her it its they them their who whom whose which what when where how " +
    "please kindly show list give tell find get display fetch name present want wish like need know let see look looking ask asked " +
    "many much some any each every all both few more other another only just still yet also too very again ever already per say mean terms " +
    "now today current currently please thanks thank hello hi not no yes came come going goes go said something anything thing " +
    "between during since until till after before against about regarding concerning ve ll re number id isn don didn doesn " +
    "one two three four five six seven eight nine ten eleven twelve twenty hundred thousand million billion dozen maximum january february march april june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec " +
    "caller caller's given middle instance iso code letter letters"
  ).split(" "),
);

/** Verbs that ask for a change. A tool serves such a request only when its own text speaks of that change. */
export const changes: ReadonlySet<string> = new Set(
  (
    "cancel delete remove erase drop close create add insert update modify edit write send forward return book reserve order buy sell hire fire " +
    "approve reject assign move rename grant revoke pay refund translate draft compose schedule remind call email print install open start stop exchange change"
  ).split(" "),
);

/** Words that ask for a cause, an opinion or the future, which stored facts do not hold. */
export const beyondFacts: ReadonlySet<string> = new Set(
  "why reason cause explain forecast predict prediction expect opinion think recommend suggest advise should".split(
    " ",
  ),
);

// biome-ignore format: a table is read in columns
export const numberWords: Readonly<Record<string, number>> = {
  one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12,
  fifteen: 15, twenty: 20, thirty: 30, forty: 40, fifty: 50, hundred: 100, dozen: 12,
};

export const months: readonly string[] = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

/** Metres in a unit of length. */
export const metresIn: Readonly<Record<string, number>> = {
  m: 1,
  metre: 1,
  meter: 1,
  km: 1000,
  kilometre: 1000,
  kilometer: 1000,
  mi: 1609.344,
  mile: 1609.344,
  nm: 1852,
  ft: 0.3048,
  foot: 0.3048,
  feet: 0.3048,
};
