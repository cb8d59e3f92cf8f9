/** A value at rest, with the data key that opens it. */
export interface Sealed {
  readonly data_key_id: string;
  readonly sealed: Uint8Array;
}

/** Seals values by the deployment's data key. `purpose` names the row: a value that was moved to another one does not open. Implemented by identity. */
export interface Sealing {
  seal(purpose: string, value: Uint8Array): Sealed;
  /** @throws Error when it was sealed for another purpose, by another key, or was changed. */
  unseal(purpose: string, value: Sealed): Uint8Array;
}
