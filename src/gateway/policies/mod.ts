/**
 * gateway/policies: functions of Unity Catalog that allow or refuse what a model service is asked and answers.
 *
 * Owns: which policies a service has, what they look at, what a denial says in each protocol.
 * Never: runs a policy's text itself (sql does), lets out what a policy has not looked at, tells what a policy looked at.
 * Depends on: models, kernel (ServicePolicies, Metastore), wire, base; sql by a port.
 */
export { readAttached } from "./attached.ts";
export { deniedEvents, findingOf, type PolicyDenial, withDenial } from "./denial.ts";
export { createPolicies, type OpensPolicies, type PolicyPorts } from "./open.ts";
