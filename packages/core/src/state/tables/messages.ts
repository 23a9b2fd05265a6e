/** Rows of outgoing messages, and the record of a message in a conversation. */
import {
  accountId,
  boolean,
  type Decoded,
  deviceId,
  envelopeHash,
  epochId,
  LIMITS,
  list,
  messageId,
  messageTag,
  operationId,
  optional,
  said,
  struct,
  text,
  uint16,
  uint32,
  uint8,
  uint48,
  union,
  varBytes,
  word,
} from '@sotto/wire'
import { durable, volatile } from '../table.ts'
import { shownFiles } from './files.ts'

/** People who are mentioned in a text, and where (PROTOCOL §8.34): a place in it counts UTF-16 code units. */
export const mentionList = list(struct({ account: accountId, start: uint16, length: uint8 }), LIMITS.mentions)

export type Mention = Decoded<typeof mentionList>[number]

const conversation = struct({
  unread: uint32,
  /** What was read when the oldest unread message came: up to this place, and before this moment. */
  read: optional(struct({ order: text(96), atMs: uint48 })),
  /** How many of the unread messages mention this person. */
  mentions: uint32,
  /** The last message by its place. */
  last: optional(struct({ message: text(64), text: text(LIMITS.textBytes), deleted: boolean, account: accountId, atMs: uint48, order: text(96) })),
  /** The last message is gone from here: which one is it now has to be read. */
  isLastDue: boolean,
  /** How many messages ever got a place (`conversation-order.ts`). */
  placed: uint32,
})

export type Conversation = Decoded<typeof conversation>

/** A group's conversation for the list of groups; its messages are in the history `messages/GROUP`. No row: nothing yet. Key: group. */
export const CONVERSATION = durable('conversation', conversation, { scope: 'group', owner: 'messages', outlasts: 'membership' })

const conversationChoices = struct({
  /** Its turn among the pinned ones, which are on top. */
  pinned: optional(uint48),
  /** `LIMITS.foreverMs`: until the person says otherwise. */
  mutedUntilMs: optional(uint48),
  isArchived: boolean,
  /** The person wants to be reminded of it, though it is read. */
  isMarkedUnread: boolean,
})

export type ConversationChoices = Decoded<typeof conversationChoices>

/** What the person chose for a conversation on this device. No row: nothing. Key: group. */
export const CONVERSATION_CHOICES = durable('conversationChoices', conversationChoices, { scope: 'group', owner: 'messages', outlasts: 'membership' })

const draft = struct({ text: text(LIMITS.draftBytes), mentions: mentionList })

export type Draft = Decoded<typeof draft>

/** The composer draft of a group. Key: group. */
export const COMPOSER_DRAFT = durable('composerDraft', draft, { scope: 'group', owner: 'messages', outlasts: 'membership' })

const composerReply = struct({ message: messageId, account: accountId, own: boolean, atMs: uint48, text: text(4 * LIMITS.quotedCharacters) })

export type ComposerReply = Decoded<typeof composerReply>

/** How many seconds the next message lasts, where the person wants it shorter than the group says. Key: group. */
export const COMPOSER_LIFETIME = durable('composerLifetime', uint32, { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** The message that the next one answers, as it is quoted above the composer. Key: group. */
export const COMPOSER_REPLY = durable('composerReply', composerReply, { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** Bytes of ciphertext kept for other members. Key: group, epoch. */
export const KEPT_BYTES = durable('keptBytes', uint48, { scope: 'epoch', owner: 'messages', outlasts: 'membership' })

/** Messages of a device that were opened here and for which it is owed a receipt. Key: group, device. */
export const RECEIPT_DUE = durable('receiptDue', list(messageId, LIMITS.receiptsPerLetter), { scope: 'group', owner: 'messages' })

/** A message's record in the history `messages/GROUP`. */
export const messageRecord = struct({
  account: accountId,
  /** What the account called itself then, with the number that told it apart; empty: unknown, or this device's own. */
  called: struct({ name: text(LIMITS.nameBytes), another: uint16 }),
  own: boolean,
  timeMs: uint48,
  /** When it came, if it came late (`conversation-order.ts`). */
  lateMs: optional(uint48),
  /** What its author's clock showed. `timeMs` is what is shown here. */
  saidMs: uint48,
  /** The last two are final: this device was removed or left before the message left. */
  state: word(['none', 'sending', 'sent', 'delivered', 'notSentRemoved', 'notSentLeft']),
  resent: boolean,
  /** For an own message: zeros until it is sealed. */
  envelope: envelopeHash,
  /** Where it was sealed, and the author's heads of the log; no heads if only the content came. null: not sealed yet, or a notice. */
  sealed: optional(struct({ epoch: epochId, device: deviceId, keyId: uint16, iteration: uint16, frontier: list(operationId, LIMITS.operationParents) })),
  /** The member by whose word it is here, as it was said before this device came; null: its author sent it here. */
  passedOnBy: optional(accountId),
  body: union({
    /** `replyTo`: the message that it answers, if it answers one. `forwarded`: its author passed it on (PROTOCOL §8.37). */
    text: [1, struct({ text: text(LIMITS.textBytes), mentions: mentionList, replyTo: optional(messageId), forwarded: boolean, files: shownFiles })],
    notice: [
      2,
      struct({
        notice: word([
          'created',
          'joined',
          'removed',
          'left',
          'youWereRemoved',
          'madeAdmin',
          'madeMember',
          'devicesChanged',
          'markLost',
          'devicesForked',
          'pictureChanged',
          'descriptionChanged',
          'addressesHidden',
          'addressesShown',
        ]),
        about: accountId,
      }),
    ],
    renamed: [3, struct({ to: text(LIMITS.nameBytes) })],
    /** `by` was sent something else than this device, in the same place. */
    contentsDiffer: [4, struct({ by: accountId })],
    /** Its author deleted it for everyone. */
    deleted: [5, struct({})],
    /** How long messages last that are said from here on; 0: until they are deleted. */
    lifetime: [10, struct({ seconds: uint32 })],
    /** What new members are passed on from here on; both 0: nothing. */
    history: [12, struct({ days: uint16, messages: uint16 })],
    /** So many vanished before they were seen. */
    vanished: [11, struct({ count: uint32 })],
    titled: [8, struct({ to: text(LIMITS.nameBytes) })],
    /** A member told this admin of a message, in its own words. */
    reported: [9, struct({ message: messageId, author: accountId, text: text(LIMITS.textBytes), words: text(LIMITS.reportWordsBytes) })],
  }),
})

export type MessageRecord = Decoded<typeof messageRecord>

const place = struct({
  tag: messageTag,
  /** Its id in the history of messages, and the end of its sort key there. */
  message: text(64),
  end: text(32),
  /** Its place: the author's time, unless that is too far ahead or not after what the author had seen or answers. */
  timeMs: uint48,
  counter: uint16,
  shownMs: uint48,
  lateMs: optional(uint48),
  /** What its author had seen, and what it answers. */
  seen: list(messageTag, LIMITS.seenMessages + 1),
  /** Its record in the history still has the earlier place. */
  isMoving: boolean,
})

export type Place = Decoded<typeof place>

/** The places of the newest messages of a conversation. Key: group, slot. */
export const PLACE = durable('place', place, { scope: 'group', owner: 'messages', outlasts: 'membership' })

const saidWhen = struct(said)

/** The part of a message's header that says when it was said. */
export type Said = Decoded<typeof saidWhen>

const reaction = struct({ emoji: text(LIMITS.emojiBytes), revision: uint16, timeMs: uint48, counter: uint16 })

export type Reaction = Decoded<typeof reaction>

/** A member's last reaction to a message: which of its reactions that is, and its logical time. An empty emoji: it was removed. Key: group, account, message id. */
export const REACTION = durable('reaction', reaction, { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** The members that reacted to a message. Key: group, message id, account. */
export const REACTED = volatile<true>('reacted', { scope: 'group', owner: 'messages', outlasts: 'membership' })

const readUpTo = struct({
  message: messageTag,
  timeMs: uint48,
  counter: uint16,
  readMs: uint48,
  /** The others were told, as far as they were connected. */
  isSaid: boolean,
})

/** Up to which message of an author the person of this device has read, where it lets others know. Key: group, the beginning of the author's device id. */
export const READ_UP_TO = durable('readUpTo', readUpTo, { scope: 'group', owner: 'messages' })

const readBy = struct({
  /** The end of the conversation when the member came, as a sort key: nothing before it was for that one. */
  from: text(96),
  /** The last own message that it has read; empty: none. `order` is its sort key, `before` that of the one before, `readMs` when. */
  message: text(16),
  order: text(96),
  before: text(96),
  readMs: uint48,
})

export type ReadBy = Decoded<typeof readBy>

/** Up to which of our messages a member has read, in its own words. Key: group, account. */
export const READ_BY = durable('readBy', readBy, { scope: 'group', owner: 'messages' })

/** When we last said what was read. Key: group. */
export const READ_SAID = volatile<number>('readSaid', { scope: 'group', owner: 'messages' })

/** When it was last said that our person types. Key: group. */
export const TYPING_SAID = volatile<number>('typingSaid', { scope: 'group', owner: 'messages' })

/** Members who type. Key: group, account. */
export const TYPING = volatile<{ readonly sinceMs: number; readonly untilMs: number }>('typing', { scope: 'group', owner: 'messages' })

/** Who allows others to see it, and whether it is there. Key: group, account. */
export const PRESENCE = volatile<{ readonly isHere: boolean; readonly untilMs: number }>('presence', { scope: 'group', owner: 'messages' })

export interface OwnPresence {
  /** When our person last gave a sign; null: it gave none since the start. */
  readonly signMs: number | null
  /** When it was last said that it is there; null: it was not, or it has gone since. */
  readonly saidMs: number | null
  /** When it is said again. */
  readonly dueMs: number | null
}

/** Whether our person is there. Key: `self`. */
export const OWN_PRESENCE = volatile<OwnPresence>('ownPresence', { scope: 'self', owner: 'messages' })

/** The time of the last signal that this device said. Key: `self`. */
export const SIGNAL_SAID = volatile<number>('signalSaid', { scope: 'self', owner: 'messages' })

/** The time of the last signal of a kind that a device said. Key: group, device, kind. */
export const SIGNAL_HEARD = volatile<number>('signalHeard', { scope: 'group', owner: 'messages' })

/** How many signals of a group are still verified (`signalsHeard`). Key: group. */
export const SIGNAL_BUDGET = volatile<{ readonly left: number; readonly atMs: number }>('signalBudget', { scope: 'group', owner: 'messages' })

/** The fields of every own message that is outgoing. */
const ownMessage = {
  /** Its id. */
  message: text(64),
  said: saidWhen,
  /** The encoded body of the content (`messages/contents`). Empty: the message was deleted, and is not sealed again. */
  body: varBytes(LIMITS.recordBytes),
  writtenMs: uint48,
  /** Where it was sealed first, in an epoch that ended before it was known to have left. */
  again: optional(struct({ epoch: epochId, keyId: uint16, iteration: uint16 })),
  /** Its line in the conversation, if it has one. */
  line: optional(struct({ order: text(96), record: messageRecord })),
}

const pendingMessage = struct(ownMessage)

export type PendingMessage = Decoded<typeof pendingMessage>

/** Pending messages: own messages that are not sealed yet. Key: group, number. */
export const PENDING_MESSAGE = durable('pendingMessage', pendingMessage, { scope: 'group', owner: 'messages' })

const outgoing = struct({
  ...ownMessage,
  /** Its key as a pending message, which is its turn if it is sealed again. */
  turn: text(16),
  envelope: envelopeHash,
  /** `stored`: a relay or a member's device has it, and letters without which not everybody can open it have not left yet. */
  state: word(['sending', 'sent', 'delivered', 'stored']),
  frontier: list(operationId, LIMITS.operationParents),
})

export type Outgoing = Decoded<typeof outgoing>

/** Own messages that are sealed and not yet opened by every device they were sealed for. Key: group, epoch, key id, iteration. */
export const SENT = durable('sent', outgoing, { scope: 'epoch', owner: 'messages' })

/** Messages in SENT that neither a relay nor a member's device is known to have. Key: group, epoch, key id, iteration. */
export const UNCONFIRMED = volatile<true>('unconfirmed', { scope: 'epoch', owner: 'messages' })

/** Messages in SENT whose state is `stored`. Key: group, epoch, key id, iteration. */
export const AWAITING_LETTERS = volatile<true>('awaitingLetters', { scope: 'epoch', owner: 'messages' })

/** The key of a message in SENT. Key: group, epoch, message id. */
export const SENT_AT = volatile<readonly string[]>('sentAt', { scope: 'epoch', owner: 'messages' })

/** The slot of a message in `PLACE`. Key: group, tag. */
export const PLACE_OF = volatile<string>('placeOf', { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** Slots of messages that name a message which is not here. Key: group, tag of the missing message, slot. */
export const PLACED_BEFORE = volatile<true>('placedBefore', { scope: 'group', owner: 'messages', outlasts: 'membership' })
