import { join } from "node:path";
import type { LoadedFile } from "#sql/mod.ts";

/** Data files of the package vega-datasets; it exports its code alone, so its folder is named. */
const vega = join(import.meta.dirname, "../../../node_modules/vega-datasets/data");

/** What fills each table, column by column, from which file. */
export const tables: Readonly<Record<string, LoadedFile>> = {
  "aviation.safety.strikes": {
    path: join(vega, "birdstrikes.csv"),
    format: "csv",
    from: {
      airport_name: "Airport Name",
      aircraft: "Aircraft Make Model",
      damage: "Effect Amount of damage",
      flight_date: "Flight Date",
      operator: "Aircraft Airline Operator",
      state: "Origin State",
      phase: "Phase of flight",
      wildlife_size: "Wildlife Size",
      species: "Wildlife Species",
      time_of_day: "Time of day",
      cost_other_usd: "Cost Other",
      cost_repair_usd: "Cost Repair",
      cost_total_usd: "Cost Total $",
      speed_knots: "Speed IAS in knots",
    },
  },
  "aviation.ops.airports": {
    path: join(vega, "airports.csv"),
    format: "csv",
    from: {
      iata: "iata",
      name: "name",
      city: "city",
      state: "state",
      country: "country",
      latitude: "latitude",
      longitude: "longitude",
    },
  },
  "aviation.ops.airport_codes": {
    path: join(import.meta.dirname, "airport-codes.csv"),
    format: "csv",
    from: { airport_name: "airport_name", iata: "iata" },
  },
  "aviation.ops.flights": {
    path: join(vega, "flights-3m.parquet"),
    format: "parquet",
    from: {
      departed_at: "date",
      delay_min: "delay",
      distance_miles: "distance",
      origin: "origin",
      destination: "destination",
    },
  },
};
