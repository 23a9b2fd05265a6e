/**
 * Letters out: bodies queue per device until a session can seal them, then leave through the outbox and, where the
 * device is connected, on its stream at once (PROTOCOL §2).
 */
import { acceptBundle, sealWithSessions, startSession } from '@sotto/crypto'
import { grantLane, type MailboxCredentials } from '@sotto/mailbox'
import {
  type DeviceId,
  decode,
  encode,
  type InboxAddress,
  letter,
  type LetterBody,
  letterBody,
  LIMITS,
  preKeyBundle,
  type PreKeyBundle,
} from '@sotto/wire'
import { bundleFromFetched } from './pre-keys.ts'
import { type Context, nextNumber, tell, textOf } from './context.ts'
import { ownIdentity, inboxKeys } from './profile.ts'
import { sendToPeer, peerOf } from './peer-link.ts'
import { selfOf } from './group-log.ts'
import { addressRelays, isConnected, relaysTo } from './group-relays.ts'
import { cancelFetch, fetchKeys, leave, relayName, withdraw } from './relay-link.ts'
import { sortable } from './table.ts'
import {
  CONTACT, type ContactDevice, FETCHING, HOLDER, LETTER_QUEUE, LETTERS_DUE, LETTERS_REVIEWED, OUTBOX, PEER, RELAY_LINK, SELF, SPARE_BUNDLE,
} from './tables.ts'

/** Says something to a device, in order, as soon as there is a session; durable from here on. Own device: nothing. */
export function queueLetter(context: Context, device: DeviceId, body: LetterBody): void {
  if (textOf(selfOf(context).device) === textOf(device)) return
  context.draft.put(LETTER_QUEUE, [textOf(device), sortable(nextNumber(context))], encode(letterBody, body))
  lettersDue(context, textOf(device))
}

/** A device can be written to, as it could not before: what is queued for it is looked at in this step. */
export const lettersDue = (context: Context, device: string): void => context.draft.put(LETTERS_DUE, [device], true)

/** A relay or a member is there that was not: everything that is queued is looked at in this step. */
export const reviewLetters = (context: Context): void => context.draft.delete(LETTERS_REVIEWED, 'self')

/** Bytes of bodies in one letter: a record less what an initial message and the padding take. */
export const LETTER_BYTES = LIMITS.recordBytes - 12 * 1024

/** Seals what is queued for every device that has a session, and fetches prekeys for those that have none. */
export function flushLetters(context: Context): void {
  for (const device of dueDevices(context)) {
    if (context.draft.first(LETTER_QUEUE, device) === undefined) continue
    const contact = context.draft.get(CONTACT, device)
    if (contact === undefined) dropQueue(context, device)
    else if (contact.sessions === null || contact.renew || (shouldRenew(context, contact) && canFetch(context, contact))) requestBundle(context, device, contact)
    else sealQueue(context, device, contact)
  }
}

/** How often what waits for prekeys is looked at without anything having come for it. A guess. */
const REVIEW_MS = 2_000

/** Where letters may go out now. With one for everybody in a large group most wait for prekeys: a step looks at those that it is about. */
function dueDevices(context: Context): Iterable<string> {
  const due = context.draft.scan(LETTERS_DUE).map(({ key }) => key[0] ?? '')
  for (const device of due) context.draft.delete(LETTERS_DUE, device)
  const reviewedMs = context.draft.get(LETTERS_REVIEWED, 'self')
  if (reviewedMs !== undefined && reviewedMs <= context.nowMs && reviewedMs + REVIEW_MS > context.nowMs) return due
  context.draft.put(LETTERS_REVIEWED, ['self'], context.nowMs)
  return new Set(context.draft.scan(LETTER_QUEUE).map(({ key }) => key[0] ?? ''))
}

/**
 * A session whose ratchet has not turned for some distributions does not heal, and one that nobody ever answered may
 * not have come into being at the other end: both are opened anew, the latter at most once in this time.
 */
const shouldRenew = (context: Context, contact: ContactDevice): boolean =>
  (contact.sessions?.distributionsSinceTurn ?? 0) >= LIMITS.distributionsWithoutTurn || isUnheard(context, contact)

/** Whether nobody answered in the session that seals towards this device for so long that it may not be there. */
export const isUnheard = (context: Context, { sessions, openedMs }: ContactDevice): boolean =>
  sessions?.sessions[0]?.unansweredHeader !== null && openedMs + LIMITS.unansweredSessionMs < context.nowMs

/** Without a relay the session that is there serves: its letters may still go over a direct stream. */
const canFetch = (context: Context, contact: ContactDevice): boolean =>
  memberBehind(context, contact.certificate.body.device) !== undefined ||
  relaysTo(context, contact, textOf(contact.certificate.body.device)).some((relay) => isConnected(context, relay))

/** The connected peer behind a device, once both know that they share a group: it answers for its prekeys. */
function memberBehind(context: Context, device: DeviceId): string | undefined {
  const peer = peerOf(context, device)
  return peer !== undefined && (context.draft.get(PEER, peer)?.epochs.length ?? 0) > 0 ? peer : undefined
}

function dropQueue(context: Context, device: string): void {
  for (const { key } of context.draft.scan(LETTER_QUEUE, device)) context.draft.delete(LETTER_QUEUE, ...key)
}

/** What opens a device's inbox for writing. */
function inboxCredentials(address: InboxAddress): MailboxCredentials {
  return {
    keys: { kind: 'inbox', readKey: address.readKey, appendKey: address.strangerKey },
    readSeed: null,
    appendSeed: address.laneSeed,
    grant: address.grant,
  }
}

/** How long an unanswered question for prekeys keeps another from being asked. */
const FETCH_AGAIN_MS = 10_000

/** The token of a question to a relay for a device's prekeys. */
const FETCH_TOKEN = 'keys-'

function requestBundle(context: Context, device: string, contact: ContactDevice): void {
  if (openWithSpare(context, device)) return sealQueue(context, device, context.draft.get(CONTACT, device) ?? contact)
  const fetching = context.draft.get(FETCHING, device)
  // First: with a letter for everybody in a large group, most of them wait.
  if (fetching !== undefined && fetching.atMs + FETCH_AGAIN_MS > context.nowMs) return
  const relays = relaysTo(context, contact, device)
  // A relay may be there and not have them: each has its turn.
  const attempts = fetching?.attempts ?? 0
  const relay = relays[attempts % Math.max(1, relays.length)]
  // A device gives prekeys once in a while only: the next ones come from its relay.
  const isGivenLately = contact.openedMs + LIMITS.unansweredSessionMs > context.nowMs && fetching === undefined && relay !== undefined && isConnected(context, relay)
  const peer = isGivenLately ? undefined : memberBehind(context, contact.certificate.body.device)
  if (peer === undefined && relay === undefined) return
  let asked = fetching?.relay ?? null
  // The one that has the question may not be there to answer, and another is.
  if (asked !== null && relay !== undefined && isElsewhere(context, asked, relay)) asked = cancelFetch(context, asked, `${FETCH_TOKEN}${device}`)
  // The device itself first: what a relay hands out may be old. Where it does not answer, the relay as well.
  if (peer !== undefined) sendToPeer(context, peer, { kind: 'preKeysWanted' })
  // A question that waits in a relay's client is not asked twice: each answer is a bundle that nobody else gets.
  if (asked === null && contact.address !== null && relay !== undefined && (peer === undefined || fetching !== undefined)) {
    asked = fetchKeys(context, relay, inboxCredentials(contact.address), `${FETCH_TOKEN}${device}`)
  }
  context.draft.put(FETCHING, [device], { atMs: context.nowMs, relay: asked, attempts: attempts + 1 })
}

const isElsewhere = (context: Context, asked: string, relay: string): boolean => asked !== relayName(context, relay) && context.draft.get(RELAY_LINK, asked)?.state !== 'connected'

/** Opens a session with a bundle that came when there was no need for it. False: there is none that is good. */
function openWithSpare(context: Context, device: string): boolean {
  const spare = context.draft.get(SPARE_BUNDLE, device)
  if (spare === undefined) return false
  context.draft.delete(SPARE_BUNDLE, device)
  return openSession(context, device, spare)
}

/** A relay has answered a question, or refused to: another may be asked, a while later. */
export function fetchAnswered(context: Context, token: string): void {
  const device = token.startsWith(FETCH_TOKEN) ? token.slice(FETCH_TOKEN.length) : undefined
  const fetching = device === undefined ? undefined : context.draft.get(FETCHING, device)
  if (device !== undefined && fetching !== undefined) context.draft.put(FETCHING, [device], { ...fetching, atMs: context.nowMs, relay: null })
}

/** A device can be written to: prekeys of it are not needed any more. */
export function endFetch(context: Context, device: string): void {
  const fetching = context.draft.get(FETCHING, device)
  if (fetching === undefined) return
  context.draft.delete(FETCHING, device)
  if (fetching.relay !== null) cancelFetch(context, fetching.relay, `${FETCH_TOKEN}${device}`)
}

/** Prekeys came from whoever is connected: of use if they are of a device that we asked for, whoever brings them. */
export function preKeysArrived(context: Context, bundle: PreKeyBundle): void {
  const device = textOf(bundle.certificate.body.device)
  if (context.draft.get(FETCHING, device) !== undefined) openSession(context, device, bundle)
}

/** Prekeys came for a device that we wanted to write to. A bundle that is not its own is refused and asked for again later. */
export function bundleArrived(context: Context, token: string, bytes: Parameters<typeof bundleFromFetched>[2]): void {
  const device = token.slice(FETCH_TOKEN.length)
  const contact = context.draft.get(CONTACT, device)
  if (!token.startsWith(FETCH_TOKEN) || contact === undefined || contact.address === null) return
  const bundle = bundleFromFetched(context, contact.address, bytes)
  if (bundle === undefined) return
  const isNeeded = contact.sessions === null || contact.renew || shouldRenew(context, contact)
  if (isNeeded) openSession(context, device, bundle)
  // The device itself was faster, or wrote to us: its relay hands out these keys once, so they are kept.
  else context.draft.put(SPARE_BUNDLE, [device], bundle)
}

/** Opens a session towards a device with its bundle. False where the bundle is not good: nothing changed then. */
export function openSession(context: Context, device: string, bundle: PreKeyBundle): boolean {
  const contact = context.draft.get(CONTACT, device)
  if (contact === undefined || textOf(bundle.certificate.body.device) !== device) return false
  const accepted = acceptBundle(context.suite.primitives, bundle, context.nowMs)
  if ('code' in accepted) return false
  const sessions = startSession(context.suite, ownIdentity(context), accepted, contact.sessions, context.nowMs)
  // Nobody answered the session before: neither where we can be written to nor what was sent again may have arrived.
  const isHeard = contact.sessions?.sessions[0]?.unansweredHeader === null
  const laneGiven = contact.laneGiven && isHeard
  if (!isHeard) tell(context, { kind: 'sessionReplaced', device: bundle.certificate.body.device })
  // In the details of what they were meant to read a person is told.
  const replacedMs = contact.sessions?.sessions[0] !== undefined && isUnheard(context, contact) ? context.nowMs : contact.replacedMs
  context.draft.put(CONTACT, [device], { ...contact, sessions, laneGiven, renew: false, openedMs: context.nowMs, replacedMs })
  endFetch(context, device)
  lettersDue(context, device)
  return true
}

/** What was sent again to this device counts no longer against the number of times. */
export function forgetResends(context: Context, device: string): void {
  for (const { key, value } of context.draft.scan(HOLDER)) if (key[3] === device && value.resends > 0) context.draft.put(HOLDER, key, { ...value, resends: 0 })
}

/** A bundle as it stands in a request to join. */
export const decodeBundle = (bytes: Uint8Array): PreKeyBundle | undefined => decode(preKeyBundle, bytes)

function sealQueue(context: Context, device: string, contact: ContactDevice): void {
  const bodies: LetterBody[] = []
  let bytes = 0
  let current = contact
  if (!contact.laneGiven) {
    const address = laneFor(context, addressRelays(context, device))
    if (address !== undefined) {
      bodies.push({ kind: 'address', address })
      current = { ...current, laneGiven: true }
    }
  }
  const flush = (): void => {
    if (bodies.length === 0 || current.sessions === null) return
    const distributions = bodies.filter((body) => body.kind === 'distribution').length
    const sealed = sealWithSessions(context.suite, current.sessions, encode(letter, bodies.splice(0)), context.nowMs, distributions)
    current = { ...current, sessions: sealed.sessions }
    bytes = 0
    post(context, current, sealed.record)
  }
  for (const { key, value } of context.draft.scan(LETTER_QUEUE, device)) {
    const body = decode(letterBody, value)
    if (bodies.length >= LIMITS.bodiesPerLetter - 1 || bytes + value.length > LETTER_BYTES) flush()
    if (body !== undefined) bodies.push(body)
    bytes += value.length
    context.draft.delete(LETTER_QUEUE, ...key)
  }
  flush()
  context.draft.put(CONTACT, [device], current)
}

function post(context: Context, contact: ContactDevice, record: Uint8Array): void {
  const { device: id } = contact.certificate.body
  const [relay] = relaysTo(context, contact, textOf(id))
  if (contact.address !== null && relay !== undefined) {
    const { keys, grant } = inboxCredentials(contact.address)
    leave(context, { relay, keys, appendSeed: contact.address.laneSeed, grant, body: record, about: { kind: 'letter', device: id } })
  }
  const peer = peerOf(context, id)
  if (peer !== undefined) sendToPeer(context, peer, { kind: 'letter', record })
}

/** A device says where it is to be written to. What waits for it at relays that it named before goes, but for the last few. */
export function moveTo(context: Context, device: DeviceId, address: InboxAddress): void {
  const contact = context.draft.get(CONTACT, textOf(device))
  if (contact === undefined) return
  context.draft.put(CONTACT, [textOf(device)], { ...contact, address })
  lettersDue(context, textOf(device))
  if (contact.address?.relays[0] === address.relays[0]) return
  const letters = context.draft.scan(OUTBOX).filter(({ value: { about } }) => about.kind === 'letter' && textOf(about.device) === textOf(device))
  const relays = [...new Set(letters.map(({ value }) => value.relay))]
  const gone = new Set(relays.slice(0, Math.max(0, relays.length + 1 - LIMITS.relays)))
  for (const { key, value } of letters) if (gone.has(value.relay) && value.relay !== address.relays[0]) withdraw(context, key[0] ?? '')
}

/** A new lane of our inbox, for one contact or one group: whoever has it writes there and nowhere else. */
export function laneFor(context: Context, relays: readonly string[] = addressRelays(context, null)): InboxAddress | undefined {
  const self = selfOf(context)
  const { primitives, random } = context.suite
  if (relays.length === 0) return undefined
  const laneSeed = random(32)
  const keys = inboxKeys(context)
  const appendKey = primitives.ed25519.keyPairFromSeed(laneSeed).publicKey
  const lane = { lane: self.nextLane, appendKey, records: LIMITS.laneRecords, expiresMs: context.nowMs + LIMITS.laneMs }
  const grant = grantLane(primitives, { keys, readSeed: self.inboxReadSeed }, lane)
  context.draft.put(SELF, ['self'], { ...self, nextLane: self.nextLane + 1 })
  return { relays, readKey: keys.readKey, strangerKey: keys.appendKey, grant, laneSeed, bundleKey: self.bundleKey }
}
