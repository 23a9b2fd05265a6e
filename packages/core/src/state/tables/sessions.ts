/** Rows of other devices: contacts, and letters that wait. */
import { type SessionSet, sessionSetCodec } from '@sotto/crypto'
import { accountId, boolean, certificate, type Decoded, inboxAddress, optional, type PreKeyBundle, struct, uint48 } from '@sotto/wire'
import { durable, volatile } from '../table.ts'
import { anyBytes, row } from './shapes.ts'

const contactDevice = struct({
  certificate,
  /** The newest address it told us: a group's shared one, then our private lane. */
  address: optional(inboxAddress),
  sessions: optional(row<SessionSet>(sessionSetCodec)),
  /** We gave it a lane of its own. */
  sendCapabilityGiven: boolean,
  /** After an unclean stop: open a new session before sealing again. */
  renew: boolean,
  /** When we last opened a session; 0: never. */
  openedMs: uint48,
  /** When we last replaced one in which nothing had come back; 0: never. */
  replacedMs: uint48,
})

export type ContactDevice = Decoded<typeof contactDevice>

/** Key: device. */
export const CONTACT = durable('contact', contactDevice, { scope: 'device', owner: 'sessions' })

/** Devices that wrote to us and stand in no roster of ours. Key: device. */
export const STRANGER = durable('stranger', struct({ atMs: uint48 }), { scope: 'device', owner: 'groups' })

/** Control messages waiting to be sealed into a letter, and whether each hands over a sender key. Key: device, number. */
export const CONTROL_QUEUE = durable('controlQueue', struct({ body: anyBytes, carriesKey: boolean }), { scope: 'device', owner: 'sessions' })

/** What a device said before we knew it as a member. Key: group, device, number. */
export const PENDING_BODY = durable('pendingBody', struct({ account: accountId, body: anyBytes, atMs: uint48 }), { scope: 'group', owner: 'sessions' })

/** Devices that letters came from, and when the first did since what they lack was last looked at. Key: device. */
export const HEARD = volatile<{ readonly atMs: number }>('heard', { scope: 'device', owner: 'cipher' })

/** Prekey bundles being fetched: since when, how often, and the name of the relay whose client has the question. Key: device. */
export const FETCHING = volatile<{ readonly atMs: number; readonly attempts: number; readonly relay: string | null }>('fetching', {
  scope: 'device',
  owner: 'sessions',
})

/** Prekey bundles that came when their device could be written to already: they serve the next time. Key: device. */
export const SPARE_BUNDLE = volatile<PreKeyBundle>('spareBundle', { scope: 'device', owner: 'sessions' })

/** Devices for which something is queued since letters were last sealed, or that can be written to since. Key: device. */
export const LETTERS_DUE = volatile<true>('lettersDue', { scope: 'device', owner: 'sessions' })

/** Devices that letters came from last, the latest first. Key: `self`. */
export const LAST_WRITERS = volatile<readonly string[]>('lastWriters', { scope: 'self', owner: 'sessions' })

/** When everything in LETTER_QUEUE was last looked at. Key: `self`. */
export const LETTERS_REVIEWED = volatile<number>('lettersReviewed', { scope: 'self', owner: 'sessions' })
