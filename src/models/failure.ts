/** How a provider failed, for whoever decides whether another is asked. Nothing of its words, which may repeat the key or the prompt. */
export class ProviderFailure extends Error {
  /** HTTP status; null when none came: the connection failed, broke, or took too long. */
  readonly status: number | null;
  /** As the provider's Retry-After asked, in milliseconds. */
  readonly retry_after_ms: number | null;
  /** Something of the answer had come already. */
  readonly isMidStream: boolean;

  constructor(parts: {
    readonly status: number | null;
    readonly retry_after_ms?: number | null;
    readonly isMidStream?: boolean;
  }) {
    super(`The provider failed: ${parts.status ?? "no answer"}.`);
    this.name = "ProviderFailure";
    this.status = parts.status;
    this.retry_after_ms = parts.retry_after_ms ?? null;
    this.isMidStream = parts.isMidStream ?? false;
  }
}
