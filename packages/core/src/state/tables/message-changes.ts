/** Rows of what became of messages after they were written: edits, deletions, and an edit that is being written. */
import { boolean, type Decoded, LIMITS, list, messageId, struct, text, uint16, uint48 } from '@sotto/wire'
import { durable, volatile } from '../table.ts'
import { mentionList } from './messages.ts'

/** Which of its author's edits it is, its logical time, and its author's clock then. Its text is in the history `edits/GROUP`. */
const version = struct({ revision: uint16, timeMs: uint48, counter: uint16, wallMs: uint48 })

export type Version = Decoded<typeof version>

const messageChange = struct({
  /** The newest edits, ascending. */
  versions: list(version, LIMITS.editsOfMessage),
  /** Deleted for everyone. */
  deleted: boolean,
  /** When the row last changed. */
  atMs: uint48,
  /** Not carried out yet: the message has to be read first, and may not be here. */
  isDue: boolean,
})

export type MessageChange = Decoded<typeof messageChange>

/**
 * What an account says has become of a message: a claim, until the message is here and is that account's own (PROTOCOL §13.37,
 * §13.38). Key: group, account, message id.
 */
export const MESSAGE_CHANGE = durable('messageChange', messageChange, { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** The accounts with a row about a message. Key: group, message id, account. */
export const CHANGED = volatile<true>('changed', { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** Messages that the person deleted on this device: they do not come back. Key: group, message id. */
export const HIDDEN = durable('hidden', struct({ atMs: uint48 }), { scope: 'group', owner: 'messages', outlasts: 'membership' })

/**
 * Places of own contents that no message's record names: of edits, and of messages that were sealed more than once. What a place
 * still holds goes with the message. Key: group, epoch, message id, key id, iteration.
 */
export const OWN_PLACE = durable('ownPlace', boolean, { scope: 'epoch', owner: 'messages' })

const composerEdit = struct({ message: messageId, text: text(LIMITS.draftBytes), mentions: mentionList })

export type ComposerEdit = Decoded<typeof composerEdit>

/** The message that is being edited, and its text as far as it is written. Key: group. */
export const COMPOSER_EDIT = durable('composerEdit', composerEdit, { scope: 'group', owner: 'messages', outlasts: 'membership' })
