/** What the browser may take a file for; null: it is nothing that is shown, whatever is said of it. */
export interface TypeOf {
  /** From its first bytes: of what is nothing, the rest is not read. */
  readonly first: (bytes: Uint8Array) => string | null
  /** From all of it. */
  readonly whole: (bytes: Uint8Array) => string | null
}
