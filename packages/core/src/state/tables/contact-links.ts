/** Rows of contact links: this person's own, those that were used to write to others, and who asks to write (PROTOCOL §5). */
import { accountId, boolean, type Decoded, LIMITS, struct, text, uint48, varBytes } from '@sotto/wire'
import { durable } from '../table.ts'
import { seed } from './shapes.ts'

const ownContactLink = struct({ rendezvousSeed: seed, token: seed })

/** What this person's contact link follows from, with its relays of now. No row: there is none. Key: `self`. */
export const OWN_CONTACT_LINK = durable('ownContactLink', ownContactLink, { scope: 'self', owner: 'members' })

const contactRequest = struct({
  account: accountId,
  /** What it calls itself, a claim. */
  name: text(LIMITS.nameBytes),
  /** The beginning of what it wrote. Empty once it was blocked, as is the invite. */
  words: text(LIMITS.firstWordsBytes),
  invite: text(LIMITS.inviteTextBytes),
  askedMs: uint48,
  /** When it came first, and until when it can be accepted. */
  sinceMs: uint48,
  untilMs: uint48,
})

export type WaitingRequest = Decoded<typeof contactRequest>

/** Who asks to write, and shares no group with this person. Key: account. */
export const CONTACT_REQUEST = durable('contactRequest', contactRequest, { scope: 'account', owner: 'members' })

const usedContactLink = struct({
  /** A group that both are in is the way to its person: the link is kept for when there is none any more. */
  isSpare: boolean,
  link: text(LIMITS.contactLinkBytes),
  sinceMs: uint48,
  /** The sealed request; empty: nothing was written yet. The same is left again, so that a relay keeps one of it. */
  record: varBytes(LIMITS.strangerRecordBytes),
  nextMs: uint48,
})

export type UsedContactLink = Decoded<typeof usedContactLink>

/** Links by which direct chats were begun here. Key: group. */
export const USED_CONTACT_LINK = durable('usedContactLink', usedContactLink, { scope: 'group', owner: 'members' })
