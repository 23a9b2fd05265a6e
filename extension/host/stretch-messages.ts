/** The messages between the page and the Worker that stretches a passphrase. */

/** The Worker's one request. */
export interface StretchRequest {
  readonly passphrase: Uint8Array
  readonly salt: Uint8Array
  readonly cost: { readonly memoryKib: number; readonly passes: number }
}

export interface StretchReply {
  /** 32 bytes. */
  readonly stretched: Uint8Array
}
