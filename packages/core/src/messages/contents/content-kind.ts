/**
 * What a kind of content is: what one member says to all others of a group (PROTOCOL §8). Each kind is a value in a file of
 * its own in this folder, and a line in `contents.ts`: how it is encoded, what it shows, what follows from it.
 */
import type { AccountId, DeviceId, FieldsOf, Kind, MessageId } from '@sotto/wire'
import type { MessageView } from '../../contract/pages.ts'
import type { Context } from '../../state/context.ts'
import type { MessageRecord, Said } from '../../state/tables/messages.ts'

/** Who says it, when, and its id. */
export interface Saying {
  readonly group: string
  readonly id: MessageId
  readonly account: AccountId
  readonly device: DeviceId
  /** We say it ourselves: it happens here when it is written down, before it has left. */
  readonly isOwn: boolean
  readonly said: Said
}

/** What is shown beside a message that another one speaks of. */
export type Beside = Pick<MessageView, BesideField>

/** Fields of a message's view that contents about it fill. */
export type BesideField = 'reactions'

/** What a kind means. Only contents that a cipher opened, or that we wrote, come here; whatever they say is a claim of their author. */
export interface Meaning<F> {
  /** The line that it is in the conversation: it gets a place there and counts as unread. Absent: it is none. */
  readonly line?: (fields: F) => MessageRecord['body']
  /** What it changes besides. The same one may come again, and any of its author in any order. */
  readonly happens?: (context: Context, saying: Saying, fields: F) => void
  /** What it shows beside a message, once for all that was said of that. */
  readonly beside?: (context: Context, group: string, message: string) => Partial<Beside>
  /** After a start: what is derived from its rows. */
  readonly started?: (context: Context) => void
}

/** A kind and what it means: a line in the list. */
export interface ContentKind<K extends Kind = Kind> extends Meaning<never> {
  readonly kind: K
}

export const contentKind = <const K extends Kind>(kind: K, meaning: Meaning<FieldsOf<K>>): ContentKind<K> => ({ kind, ...(meaning as Meaning<never>) })
