/** Our own inbox: reading it at our relays, addresses in it for others, and letting the relay delete what is durable here (PROTOCOL §8). */
import { grantSendCapability, type MailboxCredentials } from '@sotto/mailbox'
import { type InboxAddress, LIMITS } from '@sotto/wire'
import { inboxKeys, selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { sortable } from '../state/table.ts'
import { GRANTED, GRANTED_TO, MAILBOX, SECOND_READER, TAKEN } from '../state/tables/links.ts'
import { SELF } from '../state/tables/self.ts'
import { addressRelays, placesOf } from './group-relays.ts'
import { acknowledgeMailbox, readMailbox } from './mailboxes.ts'
import { ownRelays } from './own-relays.ts'
import { allWanted } from './wanted-relays.ts'

const inboxCredentials = (context: Context): MailboxCredentials => ({
  keys: inboxKeys(context),
  readSeed: selfOf(context).inboxReadSeed,
  appendSeed: null,
  grant: null,
})

/**
 * Reads our inbox at all of our relays and at those of our groups: a device that cannot reach our relays leaves letters
 * there. While we join, also at the relays of the invite.
 */
export function readOwnInbox(context: Context): void {
  const groups = allWanted(context, 'member').flatMap(({ group }) => placesOf(context, group))
  const joining = allWanted(context, 'join').flatMap(({ relays }) => relays)
  for (const relay of new Set([...ownRelays(context), ...groups, ...joining])) readMailbox(context, relay, inboxCredentials(context), { kind: 'inbox' })
}

/** How much later a notice must be to be kept: a relay may repeat it as often as it likes. A guess. */
const NOTED_AGAIN_MS = 60_000

/** A relay says that another client reads our inbox: a copy of this profile, or the relay is wrong. The person is told; nothing else rests on it. */
export function noteSecondReader(context: Context, mailbox: string): void {
  if (context.transaction.get(MAILBOX, mailbox)?.purpose.kind !== 'inbox') return
  const before = context.transaction.get(SECOND_READER, 'self')?.atMs
  if (before !== undefined && before <= context.nowMs && before + NOTED_AGAIN_MS > context.nowMs) return
  context.transaction.put(SECOND_READER, ['self'], { atMs: context.nowMs })
}

/** A record of an inbox or rendezvous was taken in: once this step is durable, the relay may delete it. */
export function taken(context: Context, relay: string, mailbox: string, cursor: number): void {
  context.transaction.put(TAKEN, [relay, mailbox], cursor)
}

/** Acknowledges to the relays, once for each mailbox and step. The frames leave after the commit, as every effect does. */
export function acknowledgeTaken(context: Context): void {
  for (const { key, value: cursor } of context.transaction.scan(TAKEN)) {
    const [relay = '', mailbox = ''] = key
    const credentials = context.transaction.get(MAILBOX, mailbox)?.credentials
    if (credentials !== undefined) acknowledgeMailbox(context, relay, credentials, cursor)
    context.transaction.delete(TAKEN, ...key)
  }
}

/** How many send capabilities of one device are known: a letter that waits elsewhere came by an earlier one. A guess. */
const GRANTED_KEPT = 4

/** Notes who is given a send capability, and forgets the oldest ones of that device. */
function noteGranted(context: Context, device: string, capability: number): void {
  context.transaction.put(GRANTED, [device, sortable(capability)], { atMs: context.nowMs })
  context.transaction.put(GRANTED_TO, [sortable(capability)], device)
  const known = context.transaction.scan(GRANTED, device)
  for (const { key } of known.slice(0, Math.max(0, known.length - GRANTED_KEPT))) {
    context.transaction.delete(GRANTED, ...key)
    context.transaction.delete(GRANTED_TO, key[1] ?? '')
  }
}

/** A device is forgotten. */
export function forgetGranted(context: Context, device: string): void {
  for (const { key } of context.transaction.scan(GRANTED, device)) context.transaction.delete(GRANTED_TO, key[1] ?? '')
  context.transaction.deleteAll(GRANTED, device)
}

/** After a start: which device was granted which send capability. */
export function indexGranted(context: Context): void {
  for (const { key } of context.transaction.scan(GRANTED)) context.transaction.put(GRANTED_TO, [key[1] ?? ''], key[0] ?? '')
}

/**
 * The device that a record of our inbox is of, as far as the relay says the truth about the send capability by which it came; undefined:
 * it came by none that was granted to one device. Where this is wrong, a session is tried in vain, and nothing else (PROTOCOL §8.56, §13.58).
 */
export const writerBy = (context: Context, capability: number | null): string | undefined =>
  capability === null ? undefined : context.transaction.get(GRANTED_TO, sortable(capability))

/**
 * An address in our inbox with a new send capability, for one contact or one group. It permits appending to this inbox and nothing else.
 * `device`: the one device that is given it, if it is for one.
 */
export function sendCapabilityFor(
  context: Context,
  relays: readonly string[] = addressRelays(context),
  device: string | null = null,
): InboxAddress | undefined {
  const self = selfOf(context)
  const { primitives, random } = context.provider
  if (relays.length === 0) return undefined
  if (device !== null) noteGranted(context, device, self.nextSendCapability)
  const sendCapabilitySeed = random(32)
  const keys = inboxKeys(context)
  const appendKey = primitives.ed25519.keyPairFromSeed(sendCapabilitySeed).publicKey
  const capability = { capability: self.nextSendCapability, appendKey, records: LIMITS.capabilityRecords, expiresMs: context.nowMs + LIMITS.sendCapabilityMs }
  const grant = grantSendCapability(primitives, { keys, readSeed: self.inboxReadSeed }, capability)
  context.transaction.put(SELF, ['self'], { ...self, nextSendCapability: self.nextSendCapability + 1 })
  return { relays, readKey: keys.readKey, strangerKey: keys.appendKey, grant, sendCapabilitySeed, bundleKey: self.bundleKey }
}
