/**
 * gateway/services: models and their providers as services of a schema, Unity Catalog's dialect of the gateway's configuration.
 *
 * Owns: what a model service or a model provider service is configured to do, and how that is read, kept and shown; how a service's
 * destinations are reached by its owner's right.
 * Never: shows a credential, has one sent elsewhere than it was given for, asks what the service's owner may not.
 * Depends on: models, agents (the registry), kernel (Services), wire, base.
 */
export { askedOf } from "./asked.ts";
export { createServiceConfiguration, type ServiceConfiguration } from "./create.ts";
export { serviceInfo, type View } from "./info.ts";
export { collections, schemaAt, serviceNamed } from "./names.ts";
export { type ReachPorts, reachEndpoint, reachProvider } from "./reach.ts";
