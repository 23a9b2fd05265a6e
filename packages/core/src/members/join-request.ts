/** Asking to join by an invite (PROTOCOL §5): a sealed request is left at the rendezvous, and again until it is answered. */
import { findInvites, type FoundInvite, inviteKeyPair, parseInvite, rendezvousAppendKeyPair, sealJoinRequest, sharedBundleFor } from '@sotto/crypto'
import type { Invite } from '@sotto/wire'
import type { InviteChoice, Rejection, RejectionCode } from '../contract/pages.ts'
import { isJoining } from '../groups/is-joining.ts'
import { newPlaces } from '../groups/new-places.ts'
import { preKeyStoreOf } from '../identity/pre-key-rows.ts'
import { selfOf } from '../identity/profile.ts'
import { addressRelays } from '../links/group-relays.ts'
import { readOwnInbox, sendCapabilityFor } from '../links/inbox.ts'
import { leave, withdraw } from '../links/outbox.ts'
import { chooseRelay, ownRelays } from '../links/own-relays.ts'
import { linkRelay } from '../links/relay-links.ts'
import { relayNowMs } from '../links/relay-time.ts'
import { type Context, tell } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { GROUP, JOIN } from '../state/tables/groups.ts'
import { OUTBOX } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { keepJoin, nextAskedMs } from './join-row.ts'

/** The group, and where it is looked for if this device is a member already; or why nothing began. */
type Begun = { readonly group: string; readonly looksAt?: readonly string[] } | Rejection

const refused = (code: RejectionCode): Rejection => ({ code, numbers: {} })

/** Begins to join. The join is durable from here on and ends when a member admits. Returns the group's id, or why not. */
export function beginJoin(context: Context, pasted: string): Begun {
  const found = findInvites(context.provider.primitives, pasted)
  if (found.code !== 'found') return refused(REFUSED_INVITE[found.code])
  // A mail may quote older invites: one that is still valid is preferred to expired ones.
  const lasting = found.invites.filter(({ invite }) => invite.expiresMs > relayNowMs(context))
  const [first, ...others] = lasting.length > 0 ? lasting : found.invites.slice(-1)
  if (first === undefined) return refused('inviteNotRecognised')
  if (others.length > 0) return { code: 'severalInvites', numbers: { count: lasting.length }, choices: lasting.map(choiceOf) }
  return joinBy(context, first)
}

const choiceOf = ({ text, invite, wordsBefore }: FoundInvite): InviteChoice => ({
  invite: text,
  wordsBefore,
  expiresMs: invite.expiresMs,
  relay: invite.relays[0] ?? '',
})

function joinBy(context: Context, { invite, text }: FoundInvite): Begun {
  const group = textOf(invite.group)
  const state = context.transaction.get(GROUP, group)?.state
  const { askedMs = 0, step } = context.transaction.get(JOIN, group) ?? {}
  if (state === 'member') return askedAgain(context, group, invite)
  // Nobody waits for an answer to a request that was refused: another invite takes its place.
  if (step !== 'refused' && isJoining(context, group)) return refused('alreadyJoining')
  if (invite.expiresMs <= relayNowMs(context)) return refused('inviteExpired')
  for (const relay of invite.relays) adoptRelay(context, relay)
  takeBackRequests(context, group)
  keepJoin(context, group, {
    invite: text,
    relays: invite.relays,
    step: 'connecting',
    reason: 'none',
    startedMs: context.nowMs,
    askedMs,
  })
  readOwnInbox(context)
  leaveRequest(context, group, invite)
  setTimer(context, 'joins', context.nowMs + ASK_AGAIN_MS, 'earliest')
  return { group }
}

/** This device is a member already. A valid invite names the group's recent relays, so the group is looked for there; nothing else follows. */
function askedAgain(context: Context, group: string, invite: Invite): Begun {
  const relays = invite.expiresMs > relayNowMs(context) ? newPlaces(context, group, invite.relays) : []
  if (relays.length === 0) return refused('alreadyMember')
  tell(context, { kind: 'placesNamed', group, relays, why: 'invite' })
  return { group, looksAt: relays }
}

const REFUSED_INVITE = {
  notAnInvite: 'inviteNotRecognised',
  damaged: 'inviteDamaged',
  unsupportedVersion: 'inviteOfNewerVersion',
} as const satisfies { readonly [code: string]: RejectionCode }

/** A joiner without a relay of its own uses the invite's relay for its inbox. */
export function adoptRelay(context: Context, relay: string): void {
  if (ownRelays(context).length === 0) chooseRelay(context, relay)
  linkRelay(context, relay)
}

/** Requests that have not left do not leave. */
export function takeBackRequests(context: Context, group: string): void {
  for (const { key, value } of context.transaction.scan(OUTBOX))
    if (value.about.kind === 'joinRequest' && textOf(value.about.group) === group) withdraw(context, key[0] ?? '')
}

/** At all of the invite's relays, or only at some of them. */
function leaveRequest(context: Context, group: string, invite: Invite, relays: readonly string[] = invite.relays): void {
  const self = selfOf(context)
  const store = preKeyStoreOf(context.transaction)
  const inbox = sendCapabilityFor(context, addressRelays(context, invite.relays))
  const join = context.transaction.get(JOIN, group)
  if (store === undefined || inbox === undefined || join === undefined) return
  const askedMs = nextAskedMs(context, join)
  context.transaction.put(JOIN, [group], { ...join, askedMs })
  const bundle = sharedBundleFor(store, self.certificate)
  const member = { list: self.deviceList, devices: [{ certificate: self.certificate, inbox }] }
  const { primitives } = context.provider
  const device = primitives.ed25519.keyPairFromSeed(self.deviceSeed)
  const body = sealJoinRequest(context.provider, invite, { member, name: self.name, bundle, askedMs }, device)
  if (body === undefined) return
  const append = rendezvousAppendKeyPair(primitives, inviteKeyPair(primitives, invite.seed).publicKey)
  for (const relay of relays) {
    leave(context, {
      relay,
      keys: { kind: 'rendezvous', readKey: invite.rendezvousReadKey, appendKey: append.publicKey },
      appendSeed: append.seed,
      grant: null,
      body,
      about: { kind: 'joinRequest', group: invite.group },
    })
  }
}

/** How long a request waits before it is left again: a relay may have lost it or its answer. */
const ASK_AGAIN_MS = 30_000

/** Leaves unanswered requests again. The admitting device answers once more if we were admitted already. */
export function askAgainToJoin(context: Context): void {
  for (const { key, value } of context.transaction.scan(JOIN)) {
    if (value.step === 'refused' || value.step === 'withdrawn') continue
    setTimer(context, 'joins', context.nowMs + ASK_AGAIN_MS, 'earliest')
    const group = key[0] ?? ''
    const invite = parseInvite(context.provider.primitives, value.invite)
    if ('code' in invite) continue
    // No member admitted us before the invite expired. A late answer is still accepted.
    if (invite.expiresMs <= relayNowMs(context) && value.step !== 'admitted')
      context.transaction.put(JOIN, key, { ...value, step: 'refused', reason: 'expired' })
    else if (invite.expiresMs > relayNowMs(context)) {
      const relays = invite.relays.filter((relay) => !isStillLeaving(context, group, relay))
      if (relays.length > 0) leaveRequest(context, group, invite, relays)
    }
  }
}

/** Whether a request has not even left for this relay, which may be gone for good. The others are asked all the same. */
const isStillLeaving = (context: Context, group: string, relay: string): boolean =>
  context.transaction.scan(OUTBOX).some(({ value }) => value.relay === relay && value.about.kind === 'joinRequest' && textOf(value.about.group) === group)

/** The relay has our request: from now on we wait for a member's device. */
export function requestStored(context: Context, group: string): void {
  const join = context.transaction.get(JOIN, group)
  if (join?.step === 'connecting') context.transaction.put(JOIN, [group], { ...join, step: 'waiting' })
}
