/** What a search found, as pages show it. */

export interface FoundMessage {
  readonly message: string
  /** Its sort key in the conversation. */
  readonly order: string
  readonly senderName: string
  readonly senderAnother: number
  readonly own: boolean
  readonly atMs: number
  /** The part of its text around the first hit. */
  readonly parts: readonly { readonly text: string; readonly isHit: boolean }[]
  readonly isCutBefore: boolean
  readonly isCutBehind: boolean
  /** It has a lifetime: a page that shows it asks again when its conversation changed. */
  readonly vanishes: boolean
}

export interface FoundConversation {
  readonly group: string
  /** How many of its messages have every word: those of `messages`, and others. */
  readonly count: number
  /** The newest first. */
  readonly messages: readonly FoundMessage[]
}

export interface FoundView {
  /** The one with the newest hit first. */
  readonly conversations: readonly FoundConversation[]
  /** There are others: more messages where one conversation was asked for, else more conversations. */
  readonly more: boolean
  /** False: some messages are not in the index yet. */
  readonly isWhole: boolean
}

export interface SearchView {
  readonly isOn: boolean
  /** How much of all messages is in the index, per cent; null: everything. */
  readonly percent: number | null
}
