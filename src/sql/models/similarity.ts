/**
 * How near two texts' vectors are: the cosine of their angle, 1 for the same direction. Source: Databricks SQL language manual,
 * "ai_similarity function". NULL for vectors that cannot be compared.
 */
export function cosine([a, b]: readonly (readonly number[])[]): number | null {
  if (!a || !b || a.length !== b.length) return null;
  const dot = a.reduce((sum, one, at) => sum + one * b[at]!, 0);
  const length = Math.hypot(...a) * Math.hypot(...b);
  return length === 0 ? null : Math.max(-1, Math.min(1, dot / length));
}
