/** Opening sessions. The device itself or its relay is asked for prekeys, and a session that does not heal is replaced (PROTOCOL §2). */
import { acceptBundle, startSession } from '@sotto/crypto'
import { type DeviceId, LIMITS, type PreKeyBundle } from '@sotto/wire'
import { ownIdentity } from '../identity/profile.ts'
import { isAway, isConnected } from '../links/group-relays.ts'
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
 * A session whose ratchet has not turned for some distributions does not heal, and one without any answer may not exist at
 * the other end. Both are replaced, the latter at most once in `unansweredSessionMs`.
 */
export const shouldRenew = (context: Context, contact: ContactDevice): boolean =>
  (contact.sessions?.distributionsSinceTurn ?? 0) >= LIMITS.distributionsWithoutTurn || isUnheard(context, contact)

/** Whether the session that we seal with has had no answer for so long that the device may not have it. */
export const isUnheard = (context: Context, { sessions, openedMs }: ContactDevice): boolean =>
  sessions?.sessions[0]?.unansweredHeader !== null && openedMs + LIMITS.unansweredSessionMs < context.nowMs

/** Without a relay the present session goes on: its letters may still leave over a direct stream. */
export const canFetch = (context: Context, contact: ContactDevice): boolean =>
  memberBehind(context, contact.certificate.body.device) !== undefined ||
  relaysTo(context, contact, textOf(contact.certificate.body.device)).some((relay) => isConnected(context, relay))

/** The connected peer of a device, once both know that they share a group: only then does it answer for its prekeys. */
function memberBehind(context: Context, device: DeviceId): string | undefined {
  const peer = peerOf(context, device)
  return peer !== undefined && (context.transaction.get(PEER, peer)?.epochs.length ?? 0) > 0 ? peer : undefined
}

/** How long an unanswered question for prekeys blocks the next one. */
const FETCH_AGAIN_MS = 10_000

/** How the token of a question for prekeys begins. The device follows. */
const FETCH_TOKEN = 'keys-'

export function requestBundle(context: Context, device: string, contact: ContactDevice): void {
  if (openWithSpare(context, device)) return sealQueue(context, device, context.transaction.get(CONTACT, device) ?? contact)
  const fetching = context.transaction.get(FETCHING, device)
  // Checked first: with a letter for every member of a large group, most of them wait here.
  if (fetching !== undefined && fetching.atMs + FETCH_AGAIN_MS > context.nowMs && !isAskedInVain(context, fetching.relay)) return
  const relays = relaysTo(context, contact, device)
  // A connected relay may not have the prekeys, so each relay has its turn.
  const attempts = fetching?.attempts ?? 0
  const relay = relays[attempts % Math.max(1, relays.length)]
  // A device answers for its prekeys only from time to time. Until then they come from its relay.
  const isGivenLately =
    contact.openedMs + LIMITS.unansweredSessionMs > context.nowMs && fetching === undefined && relay !== undefined && isConnected(context, relay)
  const peer = isGivenLately ? undefined : memberBehind(context, contact.certificate.body.device)
  if (peer === undefined && relay === undefined) return
  let asked = fetching?.relay ?? null
  // The relay that was asked may be down while another is connected.
  if (asked !== null && relay !== undefined && isElsewhere(context, asked, relay)) asked = cancelFetch(context, asked, `${FETCH_TOKEN}${device}`)
  // The device itself first, as what a relay hands out may be old. If it does not answer, the relay as well.
  if (peer !== undefined) sendToPeer(context, peer, preKeysWanted, {})
  // A question that waits in a relay's client is not asked twice: each answer uses up a bundle.
  if (asked === null && contact.address !== null && relay !== undefined && (peer === undefined || fetching !== undefined)) {
    asked = fetchKeys(context, relay, inboxCredentials(contact.address), `${FETCH_TOKEN}${device}`)
  }
  context.transaction.put(FETCHING, [device], { atMs: context.nowMs, relay: asked, attempts: attempts + 1 })
}

/** Whether the relay that was asked has gone away since, or does not answer: another may have the answer. */
function isAskedInVain(context: Context, asked: string | null): boolean {
  const link = asked === null ? undefined : context.transaction.get(RELAY_LINK, asked)
  return link !== undefined && isAway(context, link.address)
}

const isElsewhere = (context: Context, asked: string, relay: string): boolean =>
  asked !== relayName(context, relay) && (context.transaction.get(RELAY_LINK, asked)?.state !== 'connected' || isAskedInVain(context, asked))

/** Opens a session with a bundle that came when none was needed. Returns false if there is no valid one. */
function openWithSpare(context: Context, device: string): boolean {
  const spare = context.transaction.get(SPARE_BUNDLE, device)
  if (spare === undefined) return false
  context.transaction.delete(SPARE_BUNDLE, device)
  return openSession(context, device, spare)
}

/** A relay answered a question or refused it: after a while another may be asked. */
export function fetchAnswered(context: Context, token: string): void {
  const device = token.startsWith(FETCH_TOKEN) ? token.slice(FETCH_TOKEN.length) : undefined
  const fetching = device === undefined ? undefined : context.transaction.get(FETCHING, device)
  if (device !== undefined && fetching !== undefined) context.transaction.put(FETCHING, [device], { ...fetching, atMs: context.nowMs, relay: null })
}

/** The device has a session: its prekeys are no longer needed. */
export function endFetch(context: Context, device: string): void {
  const fetching = context.transaction.get(FETCHING, device)
  if (fetching === undefined) return
  context.transaction.delete(FETCHING, device)
  if (fetching.relay !== null) cancelFetch(context, fetching.relay, `${FETCH_TOKEN}${device}`)
}

/** Prekeys came from a connected peer. They are used if we asked for that device's prekeys, whichever peer brings them. */
export function preKeysArrived(context: Context, bundle: PreKeyBundle): void {
  const device = textOf(bundle.certificate.body.device)
  if (context.transaction.get(FETCHING, device) !== undefined) openSession(context, device, bundle)
}

/** Prekeys came for a device that we want to write to. A bundle that is not its own is refused and asked for again later. */
export function bundleArrived(context: Context, token: string, bytes: Parameters<typeof bundleFromFetched>[2]): void {
  const device = token.slice(FETCH_TOKEN.length)
  const contact = context.transaction.get(CONTACT, device)
  if (!token.startsWith(FETCH_TOKEN) || contact === undefined || contact.address === null) return
  const bundle = bundleFromFetched(context, contact.address, bytes)
  if (bundle === undefined) return
  const isNeeded = contact.sessions === null || contact.renew || shouldRenew(context, contact)
  if (isNeeded) openSession(context, device, bundle)
  // The device itself was faster, or wrote to us. Its relay hands out these keys only once, so they are kept.
  else context.transaction.put(SPARE_BUNDLE, [device], bundle)
}

/** Opens a session towards a device with its bundle. Returns false if the bundle is invalid; then nothing has changed. */
export function openSession(context: Context, device: string, bundle: PreKeyBundle): boolean {
  const contact = context.transaction.get(CONTACT, device)
  if (contact === undefined || textOf(bundle.certificate.body.device) !== device) return false
  const accepted = acceptBundle(context.provider.primitives, bundle, context.nowMs)
  if ('code' in accepted) return false
  const sessions = startSession(context.provider, ownIdentity(context), accepted, contact.sessions, context.nowMs)
  // The earlier session had no answer: neither our address nor what was resent in it may have arrived.
  const isHeard = contact.sessions?.sessions[0]?.unansweredHeader === null
  const sendCapabilityGiven = contact.sendCapabilityGiven && isHeard
  if (!isHeard) tell(context, { kind: 'sessionReplaced', device: bundle.certificate.body.device })
  // The person sees this in the details of the messages that the device was meant to read.
  const replacedMs = contact.sessions?.sessions[0] !== undefined && isUnheard(context, contact) ? context.nowMs : contact.replacedMs
  context.transaction.put(CONTACT, [device], { ...contact, sessions, sendCapabilityGiven, renew: false, openedMs: context.nowMs, replacedMs })
  endFetch(context, device)
  lettersDue(context, device)
  return true
}
