/** Opening sessions: prekeys are asked of the device itself or of its relay, and a session that does not heal is replaced (PROTOCOL §2). */
import { acceptBundle, startSession } from '@sotto/crypto'
import { type DeviceId, LIMITS, type PreKeyBundle } from '@sotto/wire'
import { ownIdentity } from '../identity/profile.ts'
import { isConnected } from '../links/group-relays.ts'
import { sendToPeer } from '../links/peer-streams.ts'
import { bundleFromFetched } from '../links/publish-pre-keys.ts'
import { cancelFetch, fetchKeys } from '../links/relay-client.ts'
import { relayName } from '../links/relay-links.ts'
import { peerOf } from '../links/whereabouts.ts'
import { type Context, tell } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { PEER, RELAY_LINK } from '../state/tables/links.ts'
import { CONTACT, type ContactDevice, FETCHING, SPARE_BUNDLE } from '../state/tables/sessions.ts'
import { inboxCredentials } from './contacts.ts'
import { preKeysWanted } from './frames/pre-keys-wanted.ts'
import { lettersDue } from './letters-due.ts'
import { relaysTo } from './relays-to.ts'
import { sealQueue } from './seal-letters.ts'

/**
 * A session whose ratchet has not turned for some distributions does not heal, and one that nobody ever answered may
 * not have come into being at the other end: both are opened anew, the latter at most once in this time.
 */
export const shouldRenew = (context: Context, contact: ContactDevice): boolean =>
  (contact.sessions?.distributionsSinceTurn ?? 0) >= LIMITS.distributionsWithoutTurn || isUnheard(context, contact)

/** Whether nobody answered in the session that seals towards this device for so long that it may not be there. */
export const isUnheard = (context: Context, { sessions, openedMs }: ContactDevice): boolean =>
  sessions?.sessions[0]?.unansweredHeader !== null && openedMs + LIMITS.unansweredSessionMs < context.nowMs

/** Without a relay the session that is there serves: its letters may still go over a direct stream. */
export const canFetch = (context: Context, contact: ContactDevice): boolean =>
  memberBehind(context, contact.certificate.body.device) !== undefined ||
  relaysTo(context, contact, textOf(contact.certificate.body.device)).some((relay) => isConnected(context, relay))

/** The connected peer behind a device, once both know that they share a group: it answers for its prekeys. */
function memberBehind(context: Context, device: DeviceId): string | undefined {
  const peer = peerOf(context, device)
  return peer !== undefined && (context.transaction.get(PEER, peer)?.epochs.length ?? 0) > 0 ? peer : undefined
}

/** How long an unanswered question for prekeys keeps another from being asked. */
const FETCH_AGAIN_MS = 10_000

/** The token of a question to a relay for a device's prekeys. */
const FETCH_TOKEN = 'keys-'

export function requestBundle(context: Context, device: string, contact: ContactDevice): void {
  if (openWithSpare(context, device)) return sealQueue(context, device, context.transaction.get(CONTACT, device) ?? contact)
  const fetching = context.transaction.get(FETCHING, device)
  // First: with a letter for everybody in a large group, most of them wait.
  if (fetching !== undefined && fetching.atMs + FETCH_AGAIN_MS > context.nowMs) return
  const relays = relaysTo(context, contact, device)
  // A relay may be there and not have them: each has its turn.
  const attempts = fetching?.attempts ?? 0
  const relay = relays[attempts % Math.max(1, relays.length)]
  // A device gives prekeys once in a while only: the next ones come from its relay.
  const isGivenLately =
    contact.openedMs + LIMITS.unansweredSessionMs > context.nowMs && fetching === undefined && relay !== undefined && isConnected(context, relay)
  const peer = isGivenLately ? undefined : memberBehind(context, contact.certificate.body.device)
  if (peer === undefined && relay === undefined) return
  let asked = fetching?.relay ?? null
  // The one that has the question may not be there to answer, and another is.
  if (asked !== null && relay !== undefined && isElsewhere(context, asked, relay)) asked = cancelFetch(context, asked, `${FETCH_TOKEN}${device}`)
  // The device itself first: what a relay hands out may be old. Where it does not answer, the relay as well.
  if (peer !== undefined) sendToPeer(context, peer, preKeysWanted, {})
  // A question that waits in a relay's client is not asked twice: each answer is a bundle that nobody else gets.
  if (asked === null && contact.address !== null && relay !== undefined && (peer === undefined || fetching !== undefined)) {
    asked = fetchKeys(context, relay, inboxCredentials(contact.address), `${FETCH_TOKEN}${device}`)
  }
  context.transaction.put(FETCHING, [device], { atMs: context.nowMs, relay: asked, attempts: attempts + 1 })
}

const isElsewhere = (context: Context, asked: string, relay: string): boolean =>
  asked !== relayName(context, relay) && context.transaction.get(RELAY_LINK, asked)?.state !== 'connected'

/** Opens a session with a bundle that came when there was no need for it. False: there is none that is good. */
function openWithSpare(context: Context, device: string): boolean {
  const spare = context.transaction.get(SPARE_BUNDLE, device)
  if (spare === undefined) return false
  context.transaction.delete(SPARE_BUNDLE, device)
  return openSession(context, device, spare)
}

/** A relay has answered a question, or refused to: another may be asked, a while later. */
export function fetchAnswered(context: Context, token: string): void {
  const device = token.startsWith(FETCH_TOKEN) ? token.slice(FETCH_TOKEN.length) : undefined
  const fetching = device === undefined ? undefined : context.transaction.get(FETCHING, device)
  if (device !== undefined && fetching !== undefined) context.transaction.put(FETCHING, [device], { ...fetching, atMs: context.nowMs, relay: null })
}

/** A device can be written to: prekeys of it are not needed any more. */
export function endFetch(context: Context, device: string): void {
  const fetching = context.transaction.get(FETCHING, device)
  if (fetching === undefined) return
  context.transaction.delete(FETCHING, device)
  if (fetching.relay !== null) cancelFetch(context, fetching.relay, `${FETCH_TOKEN}${device}`)
}

/** Prekeys came from whoever is connected: of use if they are of a device that we asked for, whoever brings them. */
export function preKeysArrived(context: Context, bundle: PreKeyBundle): void {
  const device = textOf(bundle.certificate.body.device)
  if (context.transaction.get(FETCHING, device) !== undefined) openSession(context, device, bundle)
}

/** Prekeys came for a device that we wanted to write to. A bundle that is not its own is refused and asked for again later. */
export function bundleArrived(context: Context, token: string, bytes: Parameters<typeof bundleFromFetched>[2]): void {
  const device = token.slice(FETCH_TOKEN.length)
  const contact = context.transaction.get(CONTACT, device)
  if (!token.startsWith(FETCH_TOKEN) || contact === undefined || contact.address === null) return
  const bundle = bundleFromFetched(context, contact.address, bytes)
  if (bundle === undefined) return
  const isNeeded = contact.sessions === null || contact.renew || shouldRenew(context, contact)
  if (isNeeded) openSession(context, device, bundle)
  // The device itself was faster, or wrote to us: its relay hands out these keys once, so they are kept.
  else context.transaction.put(SPARE_BUNDLE, [device], bundle)
}

/** Opens a session towards a device with its bundle. False where the bundle is not good: nothing changed then. */
export function openSession(context: Context, device: string, bundle: PreKeyBundle): boolean {
  const contact = context.transaction.get(CONTACT, device)
  if (contact === undefined || textOf(bundle.certificate.body.device) !== device) return false
  const accepted = acceptBundle(context.provider.primitives, bundle, context.nowMs)
  if ('code' in accepted) return false
  const sessions = startSession(context.provider, ownIdentity(context), accepted, contact.sessions, context.nowMs)
  // Nobody answered the session before: neither where we can be written to nor what was sent again may have arrived.
  const isHeard = contact.sessions?.sessions[0]?.unansweredHeader === null
  const sendCapabilityGiven = contact.sendCapabilityGiven && isHeard
  if (!isHeard) tell(context, { kind: 'sessionReplaced', device: bundle.certificate.body.device })
  // In the details of what they were meant to read a person is told.
  const replacedMs = contact.sessions?.sessions[0] !== undefined && isUnheard(context, contact) ? context.nowMs : contact.replacedMs
  context.transaction.put(CONTACT, [device], { ...contact, sessions, sendCapabilityGiven, renew: false, openedMs: context.nowMs, replacedMs })
  endFetch(context, device)
  lettersDue(context, device)
  return true
}
