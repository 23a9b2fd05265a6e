/**
 * History (messages, kept envelopes, contents for resends) is kept outside of the state, in logs of records. The
 * machine writes them with its rows and reads them by an effect.
 */

/**
 * One record of a log: history that is paged and never part of the machine's state (messages, their states, ciphertext
 * kept for other members).
 */
export interface HistoryWrite {
  /** Name of the log, such as `messages/GROUP`. Secret like a row's key. */
  readonly history: string
  /** Unique inside the log. Writing an id again replaces its record. */
  readonly id: string
  /** Sort key inside the log, compared by UTF-16 code units. Secret: it may hold a time. */
  readonly order: string
  /** null deletes the record. */
  readonly value: Uint8Array | null
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
      /** Exclusive bound: records strictly older (or newer) than this order. Absent: from the newest (or oldest) on. */
      readonly beyond: string | null
      readonly direction: 'older' | 'newer'
      readonly limit: number
    }
  | { readonly kind: 'byId'; readonly history: string; readonly ids: readonly string[] }
