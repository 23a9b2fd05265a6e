/**
 * What a kind of content is. One member sends contents to all others of a group (PROTOCOL §8). Each kind is a value in a file
 * of its own in this folder, and a line in `contents.ts`: how it is encoded, what it shows, what follows from it.
 */
import type { AccountId, DeviceId, FieldsOf, Kind, MessageId } from '@sotto/wire'
import type { MessageView } from '../../contract/message-view.ts'
import type { Context } from '../../state/context.ts'
import type { MessageRecord, Said } from '../../state/tables/messages.ts'

/** Who says it, when, and its id. */
export interface Saying {
  readonly group: string
  readonly id: MessageId
  readonly account: AccountId
  readonly device: DeviceId
  /** This device says it: it takes effect here when it is written, before it leaves. */
  readonly isOwn: boolean
  readonly said: Said
}

/** What is shown beside a message because of other contents about it. */
export type Beside = Pick<MessageView, BesideField>

/** Fields of a message's view that contents about it fill. */
export type BesideField = 'reactions'

/** What a kind means. Only contents that a cipher opened, or that we wrote, reach this. Whatever they say is a claim of their author. */
export interface Meaning<F> {
  /** Its line in the conversation, which gets a place there and counts as unread. Absent or null: it has none. */
  readonly line?: (fields: F) => MessageRecord['body'] | null
  /** What else it changes. The same content may come again, and an author's contents may come in any order. */
  readonly happens?: (context: Context, saying: Saying, fields: F) => void
  /** What it shows beside a message, from all contents about that message. */
  readonly beside?: (context: Context, group: string, message: string) => Partial<Beside>
  /** After a start: builds what is derived from its rows. */
  readonly started?: (context: Context) => void
}

/** A kind and what it means: one line in the list. */
export interface ContentKind<K extends Kind = Kind> extends Meaning<never> {
  readonly kind: K
}

export const contentKind = <const K extends Kind>(kind: K, meaning: Meaning<FieldsOf<K>>): ContentKind<K> => ({ kind, ...(meaning as Meaning<never>) })
