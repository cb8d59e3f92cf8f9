import type { Row } from "../row.ts";
import { loginRows } from "./login.ts";
import { logoutRows } from "./logout.ts";
import { metadataRows } from "./metadata.ts";
import { tokenRows } from "./token.ts";

export const oidcRows: readonly Row[] = [...metadataRows, ...loginRows, ...logoutRows, ...tokenRows];
