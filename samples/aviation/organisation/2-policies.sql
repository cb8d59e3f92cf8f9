-- Who sees what of the strikes, and the functions by which agents ask. Policy functions are granted to nobody.

CREATE OR REPLACE FUNCTION aviation.safety.own_area(of_state STRING) RETURNS BOOLEAN
COMMENT 'Rows of the states that the caller inspects'
RETURN EXISTS (
  SELECT 1 FROM aviation.safety.inspector_areas AS a
  WHERE a.inspector = current_user() AND a.state = of_state
);

CREATE OR REPLACE FUNCTION aviation.safety.finance_only(cost BIGINT) RETURNS BIGINT
COMMENT 'Costs for members of finance, NULL for all others'
RETURN CASE WHEN is_account_group_member('finance') THEN cost END;

CREATE OR REPLACE FUNCTION aviation.safety.investigators_only(operator STRING) RETURNS STRING
COMMENT 'The operator for investigators, ''withheld'' for all others'
RETURN CASE WHEN is_account_group_member('investigators') THEN operator ELSE 'withheld' END;

ALTER TABLE aviation.safety.strikes SET ROW FILTER aviation.safety.own_area ON (state);
ALTER TABLE aviation.safety.strikes ALTER COLUMN cost_other_usd SET MASK aviation.safety.finance_only;
ALTER TABLE aviation.safety.strikes ALTER COLUMN cost_repair_usd SET MASK aviation.safety.finance_only;
ALTER TABLE aviation.safety.strikes ALTER COLUMN cost_total_usd SET MASK aviation.safety.finance_only;
ALTER TABLE aviation.safety.strikes ALTER COLUMN operator SET MASK aviation.safety.investigators_only;

CREATE OR REPLACE FUNCTION aviation.safety.top_airports(n INT DEFAULT 3 COMMENT 'How many airports to return')
RETURNS TABLE (airport STRING, strikes BIGINT, cost_total_usd BIGINT)
COMMENT 'Airports in the caller''s area with the most wildlife strikes. Gives the number of strikes and what they cost in total, in US dollars'
RETURN
  SELECT ranked.airport, ranked.strikes, ranked.cost_total_usd
  FROM (
    SELECT s.airport_name AS airport, count(*) AS strikes, sum(s.cost_total_usd) AS cost_total_usd,
      row_number() OVER (ORDER BY count(*) DESC, s.airport_name) AS place
    FROM aviation.safety.strikes AS s
    GROUP BY s.airport_name
  ) AS ranked
  WHERE ranked.place <= n
  ORDER BY ranked.place;

CREATE OR REPLACE FUNCTION aviation.safety.strikes_near(
  iata STRING COMMENT 'IATA code of an airport',
  km DOUBLE DEFAULT 100 COMMENT 'Radius in kilometres'
)
RETURNS TABLE (airport STRING, iata_code STRING, distance_km DOUBLE, strikes BIGINT)
COMMENT 'Wildlife strikes at airports within a distance of an airport, given by its IATA code'
RETURN
  SELECT near.airport_name, near.code, round(near.distance_km, 1), count(*)
  FROM (
    SELECT c.airport_name, c.iata AS code,
      2 * 6371 * asin(sqrt(
        power(sin(radians(there.latitude - here.latitude) / 2), 2)
        + cos(radians(here.latitude)) * cos(radians(there.latitude))
          * power(sin(radians(there.longitude - here.longitude) / 2), 2))) AS distance_km
    FROM aviation.ops.airports AS here
    CROSS JOIN aviation.ops.airport_codes AS c
    JOIN aviation.ops.airports AS there ON there.iata = c.iata
    WHERE here.iata = upper(strikes_near.iata)
  ) AS near
  JOIN aviation.safety.strikes AS s ON s.airport_name = near.airport_name
  WHERE near.distance_km <= strikes_near.km
  GROUP BY near.airport_name, near.code, near.distance_km
  ORDER BY near.distance_km;

CREATE OR REPLACE FUNCTION aviation.safety.strikes_of(species STRING COMMENT 'Part of the species'' name, such as gull')
RETURNS BIGINT
COMMENT 'Number of wildlife strikes by one species in the caller''s area'
RETURN (SELECT count(*) FROM aviation.safety.strikes AS s WHERE contains(lower(s.species), lower(strikes_of.species)));

CREATE OR REPLACE FUNCTION aviation.ops.iata_of(airport_name STRING COMMENT 'As the strike reports spell it')
RETURNS STRING
COMMENT 'IATA code of an airport by its name in the strike reports'
RETURN (SELECT max(c.iata) FROM aviation.ops.airport_codes AS c WHERE c.airport_name = upper(iata_of.airport_name));

CREATE OR REPLACE FUNCTION aviation.ops.mean_delay(origin STRING COMMENT 'IATA code of the airport of departure')
RETURNS DOUBLE
COMMENT 'Mean delay in minutes of flights that departed from an airport'
RETURN (SELECT round(avg(f.delay_min), 1) FROM aviation.ops.flights AS f WHERE f.origin = upper(mean_delay.origin));
