import { Type } from "typebox";

/** The scope that every request about secrets names. */
export const scope = Type.String({ minLength: 1 });

export const key = Type.String({ minLength: 1 });

export const principal = Type.String({ minLength: 1 });
