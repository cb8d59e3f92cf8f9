/** One call to a provider. */
export interface ProviderCall {
  readonly purpose: "model";
  readonly method: "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeout_ms: number;
  /** Of the answer, however many pieces it comes in. */
  readonly bytes_max?: number;
  readonly signal?: AbortSignal;
  /** The answer is of use whole alone: it may come in one piece. */
  readonly isWhole?: boolean;
}

/** The egress function, as far as providers need it: an answer's body comes piece by piece, under bounds. */
export interface ProviderEgress {
  open(
    url: string,
    options: ProviderCall,
  ): Promise<{
    readonly status: number;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    readonly body: AsyncIterable<Uint8Array>;
  }>;
}
