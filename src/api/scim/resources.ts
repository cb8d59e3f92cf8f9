import { type TObject, type TProperties, Type } from "typebox";
import {
  type Doorway,
  group,
  type Permit,
  servicePrincipal,
  user,
  type What,
  type Who,
  workspace,
} from "#kernel/mod.ts";
import { listOf, listQuery, PatchOperation, selection } from "#wire/scim/messages.ts";
import {
  ScimGroup,
  ScimServicePrincipal,
  ScimUser,
  sentGroup,
  sentServicePrincipal,
  sentUser,
} from "#wire/scim/resources.ts";
import { assertAccount } from "../accounts/account.ts";
import { type Endpoint, endpoint, Reply } from "../endpoint.ts";
import type { Services } from "../services.ts";

/** The workspace's directory and the account's are one. Source: databricks-sdk-py `service/iam.py`. */
const roots = ["/api/2.0/preview/scim/v2", "/api/2.0/accounts/{account_id}/scim/v2"];

const id = Type.String({ minLength: 1 });

export const scimHeaders = { "content-type": "application/scim+json; charset=utf-8" };

type KindName = "user" | "group" | "service_principal";

/** The part of identity that keeps principals of one kind. */
interface Kept<K extends KindName> {
  list(permit: Permit<`${K}.list`>, asked: object, seesDetails: boolean): Promise<object>;
  read(permit: Permit<`${K}.read`>, asked: object, seesDetails: boolean): Promise<object>;
  create(permit: Permit<`${K}.create`>, sent: object): Promise<object>;
  replace(permit: Permit<`${K}.update`>, sent: object): Promise<object>;
  patch(permit: Permit<`${K}.update`>, operations: readonly PatchOperation[]): Promise<object>;
  delete(permit: Permit<`${K}.delete`>): Promise<void>;
}

interface Kind<K extends KindName> {
  readonly kind: K;
  readonly segment: string;
  readonly what: (id: string) => What;
  /** What a client sends to make one, or to replace one. */
  readonly sent: TProperties;
  readonly resource: TObject;
  readonly keptBy: (services: Services) => Kept<K>;
}

const replyOf = (body: object, status = 200): Reply => new Reply({ status, headers: scimHeaders, body: { ...body } });

/** The six operations on one kind of principal, beneath one root. */
function operations<K extends KindName>(root: string, of: Kind<K>): readonly Endpoint[] {
  const { kind, keptBy } = of;
  const path = `${root}/${of.segment}`;
  const account = { account_id: root.includes("{account_id}") ? id : Type.Optional(id) };
  const common = { scope: "scim", errors: "scim" } as const;
  const reading = kind === "group" ? "iam.groups:read" : "scim";
  const one = {
    ...common,
    path: `${path}/{id}`,
    what: (input: { readonly id: string }) => of.what(input.id),
  };
  return [
    endpoint({
      ...common,
      method: "GET",
      scope: reading,
      path,
      input: Type.Object({ ...account, ...listQuery }),
      output: listOf(of.resource),
      what: () => workspace,
      action: `${kind}.list` as const,
      run: async (services, permit, input, call) => {
        ofAccount(input, services);
        const seesDetails = await maySeeDetails(services, permit.who, call.doorway);
        return replyOf(await keptBy(services).list(permit, input, seesDetails));
      },
    }),
    endpoint({
      ...common,
      method: "POST",
      path,
      input: Type.Object({ ...account, ...of.sent }),
      output: of.resource,
      what: () => workspace,
      action: `${kind}.create` as const,
      run: async (services, permit, input) => {
        ofAccount(input, services);
        return replyOf(await keptBy(services).create(permit, input), 201);
      },
    }),
    endpoint({
      ...one,
      method: "GET",
      scope: reading,
      input: Type.Object({ ...account, id, ...selection }),
      output: of.resource,
      action: `${kind}.read` as const,
      run: async (services, permit, input, call) => {
        ofAccount(input, services);
        const seesDetails = await maySeeDetails(services, permit.who, call.doorway);
        return replyOf(await keptBy(services).read(permit, input, seesDetails));
      },
    }),
    endpoint({
      ...one,
      method: "PUT",
      input: Type.Object({ ...account, id, ...of.sent }),
      output: of.resource,
      action: `${kind}.update` as const,
      run: async (services, permit, input) => {
        ofAccount(input, services);
        return replyOf(await keptBy(services).replace(permit, input));
      },
    }),
    endpoint({
      ...one,
      method: "PATCH",
      input: Type.Object({ ...account, id, Operations: Type.Array(PatchOperation) }),
      output: of.resource,
      action: `${kind}.update` as const,
      run: async (services, permit, input) => {
        ofAccount(input, services);
        return replyOf(await keptBy(services).patch(permit, input.Operations));
      },
    }),
    endpoint({
      ...one,
      method: "DELETE",
      input: Type.Object({ ...account, id }),
      output: Type.Object({}),
      action: `${kind}.delete` as const,
      run: async (services, permit, input) => {
        ofAccount(input, services);
        await keptBy(services).delete(permit);
        return new Reply({ status: 204, body: null });
      },
    }),
  ];
}

function ofAccount(input: { readonly account_id?: string }, { site }: Services): void {
  if (input.account_id !== undefined) assertAccount(input.account_id, site);
}

/** Whether the caller may see more of others than their names. */
async function maySeeDetails({ gate }: Services, who: Who, doorway: Doorway): Promise<boolean> {
  return (await gate.filter(who, "directory.read_details", [workspace], doorway)).length > 0;
}

export const principalEndpoints: readonly Endpoint[] = roots.flatMap((root) => [
  ...operations(root, {
    kind: "user",
    segment: "Users",
    what: user,
    sent: sentUser,
    resource: ScimUser,
    keptBy: ({ identity }) => identity.scim.users,
  }),
  ...operations(root, {
    kind: "group",
    segment: "Groups",
    what: group,
    sent: sentGroup,
    resource: ScimGroup,
    keptBy: ({ identity }) => identity.scim.groups,
  }),
  ...operations(root, {
    kind: "service_principal",
    segment: "ServicePrincipals",
    what: servicePrincipal,
    sent: sentServicePrincipal,
    resource: ScimServicePrincipal,
    keptBy: ({ identity }) => identity.scim.servicePrincipals,
  }),
]);
