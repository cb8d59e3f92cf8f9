/** Row filters on two tables and three masks, as functions of the catalog and as a person would write them into a query by hand. */
export const policyStatements: readonly string[] = [
  `CREATE FUNCTION tpch.sf1.own_customers(segment STRING, nation INT) RETURNS BOOLEAN
     RETURN segment IN ('BUILDING', 'AUTOMOBILE', 'MACHINERY', 'FURNITURE')
       AND nation IN (SELECT n_nationkey FROM tpch.sf1.nation WHERE n_regionkey <> 0)`,
  "CREATE FUNCTION tpch.sf1.not_by_air(ship_mode STRING) RETURNS BOOLEAN RETURN ship_mode <> 'REG AIR'",
  "CREATE FUNCTION tpch.sf1.country_code(phone STRING) RETURNS STRING RETURN concat(left(phone, 2), '-***-***-****')",
  `CREATE FUNCTION tpch.sf1.own_balance(balance DECIMAL(15,2), nation INT) RETURNS DECIMAL(15,2)
     RETURN CASE WHEN nation IN (7, 8, 9) THEN balance END`,
  "CREATE FUNCTION tpch.sf1.beginning(remark STRING) RETURNS STRING RETURN concat(left(remark, 3), '***')",
  "ALTER TABLE tpch.sf1.customer SET ROW FILTER tpch.sf1.own_customers ON (c_mktsegment, c_nationkey)",
  "ALTER TABLE tpch.sf1.lineitem SET ROW FILTER tpch.sf1.not_by_air ON (l_shipmode)",
  "ALTER TABLE tpch.sf1.customer ALTER COLUMN c_phone SET MASK tpch.sf1.country_code",
  "ALTER TABLE tpch.sf1.customer ALTER COLUMN c_acctbal SET MASK tpch.sf1.own_balance USING COLUMNS (c_nationkey)",
  "ALTER TABLE tpch.sf1.lineitem ALTER COLUMN l_comment SET MASK tpch.sf1.beginning",
];

/** The engine's text of each filter, by table. */
export const filtersByHand: Readonly<Record<string, string>> = {
  customer: `c_mktsegment IN ('BUILDING', 'AUTOMOBILE', 'MACHINERY', 'FURNITURE')
    AND c_nationkey IN (SELECT n_nationkey FROM rel.nation WHERE n_regionkey <> 0)`,
  lineitem: "l_shipmode <> 'REG AIR'",
};

/** The engine's text of each mask, by column. */
export const masksByHand: Readonly<Record<string, string>> = {
  c_phone: `left(c_phone, 2) || '-***-***-****'`,
  c_acctbal: "CASE WHEN c_nationkey IN (7, 8, 9) THEN c_acctbal END",
  l_comment: "left(l_comment, 3) || '***'",
};
