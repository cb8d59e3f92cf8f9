/** The calendar month of an instant, UTC. */
export function monthOf(at_ms: number): { readonly start_ms: number; readonly end_ms: number } {
  const at = new Date(at_ms);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  return { start_ms: Date.UTC(year, month, 1), end_ms: Date.UTC(year, month + 1, 1) };
}
