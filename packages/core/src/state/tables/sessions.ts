/** Rows of other devices: contacts, and letters that wait. */
import { type SessionSet, sessionSetCodec } from '@sotto/crypto'
import { accountId, boolean, certificate, type Decoded, inboxAddress, optional, type PreKeyBundle, struct, uint48 } from '@sotto/wire'
import { durable, volatile } from '../table.ts'
import { carried } from './links.ts'
import { anyBytes, row } from './shapes.ts'

const contactDevice = struct({
  certificate,
  /** The newest address that we know: from a group's log first, then the one with a send capability of our own. */
  address: optional(inboxAddress),
  sessions: optional(row<SessionSet>(sessionSetCodec)),
  /** We granted it a send capability of its own. */
  sendCapabilityGiven: boolean,
  /** After an unclean stop: open a new session before sealing again. */
  renew: boolean,
  /** When we last opened a session; 0: never. */
  openedMs: uint48,
  /** When we last replaced a session in which no answer came; 0: never. */
  replacedMs: uint48,
})

export type ContactDevice = Decoded<typeof contactDevice>

/** Key: device. */
export const CONTACT = durable('contact', contactDevice, { scope: 'device', owner: 'sessions' })

/** Devices that wrote to us and are in no roster that we have. Key: device. */
export const STRANGER = durable('stranger', struct({ atMs: uint48 }), { scope: 'device', owner: 'groups' })

/** Control messages that wait to be sealed into a letter, whether each carries a sender key, and what waits for it. Key: device, number. */
export const CONTROL_QUEUE = durable('controlQueue', struct({ body: anyBytes, carriesKey: boolean, carries: optional(carried) }), {
  scope: 'device',
  owner: 'sessions',
})

/** Control messages of a device that came before we knew it as a member. Key: group, device, number. */
export const PENDING_BODY = durable('pendingBody', struct({ account: accountId, body: anyBytes, atMs: uint48 }), { scope: 'group', owner: 'sessions' })

/** Devices that sent letters, and when the first came since we last looked at what they lack. Key: device. */
export const HEARD = volatile<{ readonly atMs: number }>('heard', { scope: 'device', owner: 'cipher' })

/** Prekey bundles being fetched: since when, how often, and the name of the relay whose client was asked. Key: device. */
export const FETCHING = volatile<{ readonly atMs: number; readonly attempts: number; readonly relay: string | null }>('fetching', {
  scope: 'device',
  owner: 'sessions',
})

/** Prekey bundles that came when a session was there already. The next session uses them. Key: device. */
export const SPARE_BUNDLE = volatile<PreKeyBundle>('spareBundle', { scope: 'device', owner: 'sessions' })

/** Devices to look at when letters are sealed next: something was queued for them, or they became reachable. Key: device. */
export const LETTERS_DUE = volatile<true>('lettersDue', { scope: 'device', owner: 'sessions' })

/** Devices that sent the last letters, the latest first. Key: `self`. */
export const LAST_WRITERS = volatile<readonly string[]>('lastWriters', { scope: 'self', owner: 'sessions' })

/** Hashes of the last records that opened, the latest last: each comes from two relays. Key: `self`. */
export const RECENT_LETTERS = volatile<readonly string[]>('recentLetters', { scope: 'self', owner: 'sessions' })

/** When everything in CONTROL_QUEUE was last looked at. Key: `self`. */
export const LETTERS_REVIEWED = volatile<number>('lettersReviewed', { scope: 'self', owner: 'sessions' })

/** When a relay was first named by one account's devices, that nothing here wants. Key: account, relay name. */
export const RELAY_NAMED = volatile<number>('relayNamed', { scope: 'account', owner: 'sessions' })
