import type { IncomingMessage, ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import { errors, faultOf } from "#wire/errors.ts";
import type { DirectoryStore, PrincipalRow } from "../store/directory.ts";
import { ALLOWED, leadsTo } from "./consent-policy.ts";
import { type Consent, consentPage, endedPage, loginPage, pageHeaders } from "./pages.ts";
import { workspaceResource } from "./provider.ts";

type Details = Awaited<ReturnType<Provider["interactionDetails"]>>;

/** What a person sent from one of the pages. */
export interface Submitted {
  readonly answer?: string;
  readonly name?: string;
  readonly password?: string;
  /** Of somebody who logged in at another provider. */
  readonly ticket?: string;
}

/** What a person who logged in elsewhere brings back to the interaction. */
export interface Ticket {
  readonly uid: string;
  readonly account_id: string;
  readonly until_ms: number;
}

interface InteractionPorts {
  readonly provider: Provider;
  /** @throws Fault UNAUTHENTICATED, RESOURCE_EXHAUSTED. */
  readonly logIn: (name: string, password: string) => Promise<PrincipalRow>;
  readonly directory: DirectoryStore;
  readonly workspace: string;
  /** Where the page's form is sent. */
  readonly action: string;
  /** Names of the other providers at which one may log in. */
  readonly elsewhere: readonly string[];
  /** The account of a ticket for this interaction, if it is one and not too old. */
  readonly accountOf: (ticket: string) => string | undefined;
}

/** Shows the page that an interaction is at, or takes what was sent from it; the browser's cookie says whose interaction it is. */
export async function interact(
  ports: InteractionPorts,
  uid: string,
  submitted: Submitted | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const details = await ports.provider.interactionDetails(request, response).catch(() => undefined);
  if (details?.uid !== uid)
    return show(response, 400, endedPage("It has ended, or was begun in another browser. Start it again."));
  if (submitted?.answer === "refuse") return finish(ports, request, response, REFUSED);
  const { name } = details.prompt;
  if (name === "login") return logIn(ports, details, submitted, request, response);
  if (name === "consent") return consent(ports, details, submitted, request, response);
  return show(response, 400, endedPage(`It asks for '${name}', which is not offered.`));
}

/** RFC 6749 section 4.1.2.1. */
const REFUSED = { error: "access_denied", error_description: "The person refused." };

async function logIn(
  ports: InteractionPorts,
  details: Details,
  submitted: Submitted | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const client = await clientName(ports.provider, details);
  const { action, elsewhere } = ports;
  const accountId = submitted?.ticket === undefined ? undefined : ports.accountOf(submitted.ticket);
  if (accountId) return finish(ports, request, response, { login: { accountId } });
  if (!submitted || submitted.ticket !== undefined)
    return show(response, 200, loginPage({ action, client, elsewhere }));
  const { name = "", password = "" } = submitted;
  try {
    const row = await ports.logIn(name, password);
    return await finish(ports, request, response, { login: { accountId: row.id } });
  } catch (thrown) {
    const { code, message, options } = faultOf(thrown);
    if (code !== "UNAUTHENTICATED" && code !== "RESOURCE_EXHAUSTED") throw thrown;
    return show(
      response,
      errors[code].http,
      loginPage({ action, client, elsewhere, failure: message, name }),
      options.headers,
    );
  }
}

async function consent(
  ports: InteractionPorts,
  details: Details,
  submitted: Submitted | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { provider, directory, workspace } = ports;
  const accountId = details.session?.accountId;
  const row = accountId ? await directory.byId(accountId) : undefined;
  if (!accountId || !row?.active) return show(response, 400, endedPage("The login has ended. Start it again."));
  const scope = String(details.params.scope ?? "");
  const resources = [details.params.resource ?? workspaceResource(workspace)].flat().map(String);
  if (submitted?.answer !== "allow")
    return show(response, 200, consentPage(await asked(ports, details, row.name, resources)));
  const present = details.grantId ? await provider.Grant.find(details.grantId) : undefined;
  const grant = present ?? new provider.Grant({ accountId, clientId: String(details.params.client_id) });
  grant.addOIDCScope(scope);
  for (const resource of resources) grant.addResourceScope(resource, scope);
  grant.addResourceScope(leadsTo(String(details.params.redirect_uri)), ALLOWED);
  // A client that asked for a login anew gets what both pages said.
  return finish(ports, request, response, { ...details.lastSubmission, consent: { grantId: await grant.save() } });
}

/** What the person is asked to allow. */
async function asked(
  { provider, workspace, action }: InteractionPorts,
  { params }: Details,
  person: string,
  resources: readonly string[],
): Promise<Consent> {
  const id = String(params.client_id);
  const client = await provider.Client.find(id);
  return {
    ...{ action, person },
    client: client?.clientName ?? id,
    // A client that describes itself is known by its address alone; its name is what it says.
    ...(URL.canParse(id) && { describedAt: new URL(id).host }),
    scopes: String(params.scope ?? "").split(" "),
    resources: resources.filter((one) => one !== workspaceResource(workspace)),
    leadsTo: new URL(String(params.redirect_uri)),
  };
}

async function finish(
  { provider }: InteractionPorts,
  request: IncomingMessage,
  response: ServerResponse,
  result: Parameters<Provider["interactionFinished"]>[2],
): Promise<void> {
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function clientName(provider: Provider, details: Details): Promise<string> {
  const id = String(details.params.client_id);
  return (await provider.Client.find(id))?.clientName ?? id;
}

function show(
  response: ServerResponse,
  status: number,
  page: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...pageHeaders, ...headers }).end(page);
}
