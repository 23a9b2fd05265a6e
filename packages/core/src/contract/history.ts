/**
 * The history store holds messages, kept envelopes and contents for resends, outside of the state. The machine writes its
 * records together with its rows and reads them by an effect.
 */

/**
 * A write of one record of a history. Histories are paged and never part of the machine's state (messages, their states,
 * ciphertext kept for other members).
 */
export interface HistoryWrite {
  /** Name of the history, such as `messages/GROUP`. Secret like a row's key. */
  readonly history: string
  /** Unique inside the history. Writing an id again replaces its record. */
  readonly id: string
  /** Sort key inside the history, compared by UTF-16 code units. Secret: it may hold a time. */
  readonly order: string
  /** null deletes the record. */
  readonly value: Uint8Array | null
  /** The name of the key that it is sealed under besides, which ends before the profile does. Absent: none of its own. */
  readonly under?: string
}

export interface HistoryRecord {
  readonly id: string
  readonly order: string
  readonly value: Uint8Array
}

export type HistoryQuery =
  | {
      readonly kind: 'page'
      readonly history: string
      /** Exclusive bound: only records older (or newer) than this order. null: begin with the newest (or oldest). */
      readonly beyond: string | null
      readonly direction: 'older' | 'newer'
      readonly limit: number
    }
  | { readonly kind: 'byId'; readonly history: string; readonly ids: readonly string[] }
  /** Records of several histories, in this order; those that are missing are left out. */
  | { readonly kind: 'across'; readonly records: readonly { readonly history: string; readonly id: string }[] }
