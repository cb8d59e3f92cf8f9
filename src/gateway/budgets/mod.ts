/**
 * gateway/budgets: what models' answers may cost, and what they do.
 *
 * Owns: which budgets are for a question, what is held of them before it and spent after it, what blocks, what is told when a threshold is passed.
 * Never: lets through what cannot be counted, tells anybody what others have spent, takes a caller's word for what a question belongs to.
 * Depends on: audit (what models cost), db (store.ts), limits (what a question may take), kernel, wire, base.
 */
export { administerBudgets, type BudgetAdministration } from "./administer.ts";
export { type BudgetHold, type Budgets, createBudgets } from "./create.ts";
export { readPrices } from "./prices.ts";
