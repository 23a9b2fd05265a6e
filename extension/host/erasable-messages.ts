/** The messages between the page and the Worker that overwrites a file. */

/** The Worker's one request. */
export interface OverwriteRequest {
  readonly name: string
  /** In bytes from the file's beginning. */
  readonly offset: number
  readonly bytes: Uint8Array
}

export type OverwriteReply =
  | { readonly ok: true }
  /** The name of the browser's error: only a Worker may write, and errors lose their kind on the way out of it. */
  | { readonly ok: false; readonly name: string }
