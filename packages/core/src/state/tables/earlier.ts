/** Rows of what was said before a member came, which members pass on to it where the group wants that (PROTOCOL §8.92). */
import {
  accountId,
  boolean,
  type Decoded,
  deviceId,
  envelopeHash,
  LIMITS,
  list,
  messageId,
  optional,
  struct,
  text,
  uint16,
  uint32,
  uint48,
  uint8,
} from '@sotto/wire'
import { durable } from '../table.ts'
import { describedFiles } from './files.ts'
import { mentionList } from './messages.ts'

/** A message as the device that passes it on has it now. `timeMs` and `counter` are its place there. */
export const passedOn = struct({
  message: messageId,
  account: accountId,
  timeMs: uint48,
  counter: uint32,
  envelope: envelopeHash,
  text: text(LIMITS.textBytes),
  mentions: mentionList,
  replyTo: optional(messageId),
  forwarded: boolean,
  files: describedFiles,
})

export type PassedOn = Decoded<typeof passedOn>

const asking = struct({
  /** When this device came in: what is passed on was said before. */
  sinceMs: uint48,
  /** Devices that were asked, in the end the one that was asked last. */
  asked: list(deviceId, LIMITS.historyAsked),
  /** When that was, for how many times it was asked for the same page, and whether it has answered. */
  askedMs: uint48,
  times: uint8,
  hasAnswered: boolean,
  /** Where its next page begins, in its own words; null: with the newest message. */
  beyond: optional(text(96)),
  /** Messages that came. */
  count: uint16,
})

export type Asking = Decoded<typeof asking>

/** This device is new in the group, and asks for what was said before. Key: group. */
export const EARLIER_ASKING = durable('earlierAsking', asking, { scope: 'group', owner: 'messages' })

const given = struct({
  fromMs: uint48,
  /** Where its last page began, and how many had gone before that: who stopped before it was saved asks for it again. */
  beyond: optional(text(96)),
  before: uint16,
  sinceBegun: uint16,
  inAll: uint16,
})

/** Messages that were passed on to a new device within a day: since it last began with the newest, and in all. Key: group, device. */
export const EARLIER_GIVEN = durable('earlierGiven', given, { scope: 'group', owner: 'messages' })
