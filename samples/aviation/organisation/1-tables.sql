-- The board's tables. Those of real data are filled from files; see tables.ts.

CREATE CATALOG IF NOT EXISTS aviation COMMENT 'The aviation safety board''s data';
CREATE SCHEMA IF NOT EXISTS aviation.safety COMMENT 'Wildlife strikes, with who may see which';
CREATE SCHEMA IF NOT EXISTS aviation.ops COMMENT 'Airports and flights';

CREATE TABLE IF NOT EXISTS aviation.safety.strikes (
  airport_name STRING NOT NULL COMMENT 'As the strike reports spell it',
  aircraft STRING,
  damage STRING COMMENT 'None, Minor, Medium, Substantial',
  flight_date DATE,
  operator STRING COMMENT 'Airline; withheld from all but investigators',
  state STRING NOT NULL COMMENT 'State of the airport',
  phase STRING COMMENT 'Phase of flight',
  wildlife_size STRING,
  species STRING,
  time_of_day STRING,
  cost_other_usd BIGINT,
  cost_repair_usd BIGINT,
  cost_total_usd BIGINT,
  speed_knots INT
) COMMENT 'Wildlife strikes reported to the FAA, 1990 to 2002';

CREATE TABLE IF NOT EXISTS aviation.safety.inspector_areas (
  inspector STRING NOT NULL COMMENT 'E-mail of the user',
  state STRING NOT NULL
) COMMENT 'Who inspects which states: the lookup table of the row filter own_area';

CREATE TABLE IF NOT EXISTS aviation.ops.airports (
  iata STRING NOT NULL,
  name STRING,
  city STRING,
  state STRING COMMENT 'Two letters',
  country STRING,
  latitude DOUBLE,
  longitude DOUBLE
) COMMENT 'Airports of the United States';

CREATE TABLE IF NOT EXISTS aviation.ops.airport_codes (
  airport_name STRING NOT NULL COMMENT 'As the strike reports spell it',
  iata STRING NOT NULL
) COMMENT 'IATA code of each airport in the strike reports';

CREATE TABLE IF NOT EXISTS aviation.ops.flights (
  departed_at TIMESTAMP,
  delay_min INT COMMENT 'Minutes late at arrival; negative is early',
  distance_miles INT,
  origin STRING COMMENT 'IATA code',
  destination STRING COMMENT 'IATA code'
) COMMENT 'Flights within the United States, January to June 2001';
