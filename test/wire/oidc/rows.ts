import type { Row } from "../row.ts";
import { loginRows } from "./login.ts";
import { metadataRows } from "./metadata.ts";
import { tokenRows } from "./token.ts";

export const oidcRows: readonly Row[] = [...metadataRows, ...loginRows, ...tokenRows];
