/** Rows of messages on their way, and the record of a message in a conversation. */
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
  uint48,
  union,
  varBytes,
  word,
} from '@sotto/wire'
import { durable, volatile } from '../table.ts'

const conversation = struct({
  unread: uint32,
  /** The message that stands last. */
  last: optional(struct({ text: text(LIMITS.textBytes), account: accountId, atMs: uint48, order: text(96) })),
  /** Messages that were ever given a place (`conversation-order.ts`). */
  placed: uint32,
})

export type Conversation = Decoded<typeof conversation>

/** What was said in a group, as its list shows it; the messages are in the log `messages/GROUP`. None: nothing yet. Key: group. */
export const CONVERSATION = durable('conversation', conversation, { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** What is written there and not sent yet. Key: group. */
export const COMPOSER_DRAFT = durable('composerDraft', text(LIMITS.draftBytes), { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** Bytes of ciphertext kept for other members. Key: group, epoch. */
export const KEPT_BYTES = durable('keptBytes', uint48, { scope: 'epoch', owner: 'messages', outlasts: 'membership' })

/** Messages of a device that were opened here and that it is to be told of. Key: group, device. */
export const RECEIPT_DUE = durable('receiptDue', list(messageId, LIMITS.receiptsPerLetter), { scope: 'group', owner: 'messages' })

/** A message's record in the log `messages/GROUP`. */
export const messageRecord = struct({
  account: accountId,
  own: boolean,
  timeMs: uint48,
  /** The last two are ends: one was out of the group before the message left. */
  state: word(['none', 'sending', 'sent', 'delivered', 'notSentRemoved', 'notSentLeft']),
  resent: boolean,
  /** Of one's own: zeros until it was sealed. */
  envelope: envelopeHash,
  /** Where it was sealed, and the heads of the log that its author had seen; none where only the content came. null: not sealed yet, or a notice. */
  sealed: optional(struct({ epoch: epochId, device: deviceId, keyId: uint16, iteration: uint16, frontier: list(operationId, LIMITS.operationParents) })),
  body: union({
    text: [1, struct({ text: text(LIMITS.textBytes) })],
    notice: [
      2,
      struct({
        notice: word(['created', 'joined', 'removed', 'left', 'youWereRemoved', 'madeAdmin', 'madeMember']),
        about: accountId,
      }),
    ],
  }),
})

export type MessageRecord = Decoded<typeof messageRecord>

const place = struct({
  tag: messageTag,
  /** Its id in the log of messages, and the end of its sort key there. */
  message: text(64),
  end: text(32),
  /** Where it stands: its author's time, unless that is too far ahead or not after what its author had seen. */
  timeMs: uint48,
  counter: uint16,
  shownMs: uint48,
  seen: said.seen,
  /** Its record in the log still has its place of before. */
  isMoving: boolean,
})

export type Place = Decoded<typeof place>

/** Where the newest messages of a conversation stand. Key: group, slot. */
export const PLACE = durable('place', place, { scope: 'group', owner: 'messages', outlasts: 'membership' })

const saidWhen = struct(said)

/** What a message says of when it was said. */
export type Said = Decoded<typeof saidWhen>

const reaction = struct({ emoji: text(LIMITS.emojiBytes), timeMs: uint48, counter: uint16 })

export type Reaction = Decoded<typeof reaction>

/** What a member put last beside a message, by its logical time; an empty emoji: taken back. Key: group, account, message id. */
export const REACTION = durable('reaction', reaction, { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** Who put something beside a message. Key: group, message id, account. */
export const REACTED = volatile<true>('reacted', { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** What every own message has on its way. */
const ownMessage = {
  /** Its id. */
  message: text(64),
  said: saidWhen,
  /** The content's body as it is encoded (`messages/contents`). */
  body: varBytes(LIMITS.recordBytes),
  writtenMs: uint48,
  /** Where it was sealed first, in an epoch that ended before it was known to have left. */
  again: optional(struct({ epoch: epochId, keyId: uint16, iteration: uint16 })),
  /** The line that it is in the conversation, if it is one. */
  line: optional(struct({ order: text(96), record: messageRecord })),
}

/** Own messages not sealed yet. Key: group, number. */
export const PENDING_MESSAGE = durable('pendingMessage', struct(ownMessage), { scope: 'group', owner: 'messages' })

/** Own messages sealed and not yet opened by all whom they were sealed for. Key: group, epoch, generation, iteration. */
export const SENT = durable(
  'sent',
  struct({
    ...ownMessage,
    /** Its key among what is not sealed yet: its turn, should it be sealed once more. */
    turn: text(16),
    envelope: envelopeHash,
    state: word(['sending', 'sent', 'delivered']),
    frontier: list(operationId, LIMITS.operationParents),
  }),
  { scope: 'epoch', owner: 'messages' },
)

/** Messages in SENT that neither a relay nor a member's device is known to have. Key: group, epoch, generation, iteration. */
export const UNCONFIRMED = volatile<true>('unconfirmed', { scope: 'epoch', owner: 'messages' })

/** Where a message in SENT stands there. Key: group, epoch, message id. */
export const SENT_AT = volatile<readonly string[]>('sentAt', { scope: 'epoch', owner: 'messages' })

/** The slot of a message in `PLACE`. Key: group, tag. */
export const PLACE_OF = volatile<string>('placeOf', { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** Slots of messages that name one that is not here. Key: group, tag of the one, slot. */
export const PLACED_BEFORE = volatile<true>('placedBefore', { scope: 'group', owner: 'messages', outlasts: 'membership' })
