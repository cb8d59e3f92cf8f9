import type { ModelEndpoint } from "#agents/mod.ts";
import type { Json } from "#base/json.ts";
import { listAt, numberAt, objectAt, refuse, textAt } from "./fields.ts";

const WHOLE = 100;

/**
 * How the traffic is shared; all of it goes to the one model where nothing is said and there is one.
 * Source: databricks-sdk-py `service/serving.py`, TrafficConfig and Route.
 * @throws Fault INVALID_PARAMETER_VALUE
 */
export function readTraffic(value: Json | undefined, names: readonly string[]): ModelEndpoint["routes"] {
  if (value === undefined) {
    if (names.length === 1) return [{ entity: names[0]!, percentage: WHOLE }];
    return refuse("'config.traffic_config' must share the traffic among the served entities, since there are several.");
  }
  const at = "config.traffic_config.routes";
  const routes = listAt(objectAt(value, "config.traffic_config", ["routes"]).routes, at).map((one, index) => {
    const route = objectAt(one, `${at}[${index}]`, ["served_entity_name", "served_model_name", "traffic_percentage"]);
    const entity = textAt(route.served_entity_name ?? route.served_model_name, `${at}[${index}].served_entity_name`);
    if (!names.includes(entity)) refuse(`'${at}[${index}]' names '${entity}', which is none of: ${names.join(", ")}.`);
    return { entity, percentage: numberAt(route.traffic_percentage, `${at}[${index}].traffic_percentage`, 0, WHOLE) };
  });
  if (new Set(routes.map((one) => one.entity)).size < routes.length) refuse(`'${at}' names an entity twice.`);
  const sum = routes.reduce((total, one) => total + one.percentage, 0);
  return sum === WHOLE ? routes : refuse(`'${at}' must share out ${WHOLE} percent; these are ${sum}.`);
}
