/**
 * Joining by an invite (PROTOCOL §5): leave a request at the rendezvous, wait for whoever may admit, take in the log
 * and the secrets, and be there once they fit together.
 */
import { findInvites, type FoundInvite, inviteKeyPair, parseInvite, rendezvousAppendKeyPair, sealJoinRequest, sharedBundleFor } from '@sotto/crypto'
import { drawBelow } from '@sotto/crypto/primitives'
import { heads, type Roster } from '@sotto/membership'
import { equalBytes, type Invite, isRelayAddress, type LetterBody, LIMITS, utf8 } from '@sotto/wire'
import { type Context, setTimer, tell, textOf } from './context.ts'
import { logOf, meetDevices, rosterOf, selfOf, takeOperationsOf } from './group-log.ts'
import type { Sender } from './key-repair.ts'
import { addressRelays, newPlaces, ownRelays } from './group-relays.ts'
import { laneFor } from './letters.ts'
import { noteName } from './messages.ts'
import { keepPending, pendingOf } from './pending.ts'
import { leave, linkRelay } from './relay-link.ts'
import { readOwnInbox } from './inbox.ts'
import { relayName } from './relay-link.ts'
import type { InviteChoice, Rejection, RejectionCode } from './api.ts'
import { readyKey } from './send.ts'
import { compareAsNewcomer } from './newcomer.ts'
import { currentEpoch, settleEpoch, takeSecret } from './epochs.ts'
import { settleRendezvous } from './admit.ts'
import { preKeyStoreOf } from './pre-key-rows.ts'
import { relayNowMs } from './relay-time.ts'
import { isJoining } from './is-joining.ts'
import { FIRST_RELAYS, type Group, GROUP, JOIN, NAME, OUTBOX, PENDING_BODY, RELAY } from './tables.ts'

type Body<K extends LetterBody['kind']> = Extract<LetterBody, { readonly kind: K }>

/** The group, and where it is looked for if one is in it already; or why nothing began. */
type Begun = { readonly group: string; readonly looksAt?: readonly string[] } | Rejection

const refused = (code: RejectionCode): Rejection => ({ code, numbers: {} })

/** Begins to join: durable from here on, done when somebody admits. Gives the group's id, or why not. */
export function beginJoin(context: Context, pasted: string): Begun {
  const found = findInvites(context.suite.primitives, pasted)
  if (found.code !== 'found') return refused(REFUSED_INVITE[found.code])
  // A mail quotes invites of before: one that lasts is meant rather than one that has expired.
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
  const state = context.draft.get(GROUP, group)?.state
  if (state === 'member') return askedAgain(context, group, invite)
  if (isJoining(context, group)) return refused('alreadyJoining')
  if (invite.expiresMs <= relayNowMs(context)) return refused('inviteExpired')
  for (const relay of invite.relays) adoptRelay(context, relay)
  context.draft.put(JOIN, [group], {
    invite: text,
    relays: invite.relays,
    step: 'connecting',
    reason: 'none',
    startedMs: context.nowMs,
  })
  readOwnInbox(context)
  leaveRequest(context, invite)
  setTimer(context, 'joins', context.nowMs + ASK_AGAIN_MS, 'earliest')
  return { group }
}

/** One is in already. An invite of now names the relays of now: the group is looked for there, and nothing else follows from it. */
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

/** A newcomer has no relay of its own yet: the invite's becomes the one where its inbox is. */
function adoptRelay(context: Context, relay: string): void {
  if (ownRelays(context).length === 0) context.draft.put(RELAY, [relayName(context, relay)], { address: relay, addedMs: context.nowMs })
  linkRelay(context, relay)
}

function leaveRequest(context: Context, invite: Invite): void {
  const self = selfOf(context)
  const store = preKeyStoreOf(context.draft)
  const inbox = laneFor(context, addressRelays(context, null, invite.relays))
  if (store === undefined || inbox === undefined) return
  const bundle = sharedBundleFor(store, self.certificate)
  const member = { list: self.deviceList, devices: [{ certificate: self.certificate, inbox }] }
  const body = sealJoinRequest(context.suite, invite, { member, name: self.name, bundle })
  if (body === undefined) return
  const { primitives } = context.suite
  const append = rendezvousAppendKeyPair(primitives, inviteKeyPair(primitives, invite.seed).publicKey)
  for (const relay of invite.relays) {
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

/** How long a request is given before it is left again: a relay may have lost it, or the answer to it. */
const ASK_AGAIN_MS = 30_000

/** Leaves the requests again that nobody answered. Whoever admitted us already answers once more. */
export function askAgainToJoin(context: Context): void {
  for (const { key, value } of context.draft.scan(JOIN)) {
    if (value.step === 'refused' || value.step === 'withdrawn') continue
    setTimer(context, 'joins', context.nowMs + ASK_AGAIN_MS, 'earliest')
    const group = key[0] ?? ''
    const isWaiting = context.draft.scan(OUTBOX).some((each) => each.value.about.kind === 'joinRequest' && textOf(each.value.about.group) === group)
    const invite = parseInvite(context.suite.primitives, value.invite)
    if ('code' in invite) continue
    // Nobody let us in while it lasted. A late answer is still taken.
    if (invite.expiresMs <= relayNowMs(context) && value.step !== 'admitted') context.draft.put(JOIN, key, { ...value, step: 'refused', reason: 'expired' })
    else if (!isWaiting && invite.expiresMs > relayNowMs(context)) leaveRequest(context, invite)
  }
}

/** The relay has our request: from here on we wait for a person's device. */
export function requestStored(context: Context, group: string): void {
  const join = context.draft.get(JOIN, group)
  if (join?.step === 'connecting') context.draft.put(JOIN, [group], { ...join, step: 'waiting' })
}

/**
 * Somebody let us in, and says where the group stands. Whoever has a session with us can say so: it waits until the log
 * names that device, and says nothing of anybody else.
 */
export function receiveWelcome(context: Context, from: Sender, body: Body<'welcome'>): void {
  const group = textOf(body.group)
  if (context.draft.get(JOIN, group) === undefined) return
  for (const { key } of pendingOf(context, group, 'welcome')) if (key[1] === textOf(from.device)) context.draft.delete(PENDING_BODY, ...key)
  keepPending(context, from, group, body)
  completeJoin(context, group)
}

type Welcome = ReturnType<typeof pendingOf<'welcome'>>[number]

/** What those who are or were in the group welcomed us with: first those who are in it, and among them who has its title. */
function welcomesOf(context: Context, roster: Roster, welcomes: readonly Welcome[]): readonly Body<'welcome'>[] {
  const isNamed = ({ from }: Welcome): boolean => equalBytes(roster.accountOf(from.device) ?? new Uint8Array(), from.account)
  const rank = ({ from, body }: Welcome): number =>
    (roster.deviceOf(from.device) === undefined ? 0 : 2) + (equalBytes(context.suite.primitives.sha256(utf8(body.title)), roster.titleHash) ? 1 : 0)
  return welcomes
    .filter(isNamed)
    .toSorted((a, b) => rank(b) - rank(a))
    .map(({ body }) => body)
}

export function takeJoinOperations(context: Context, body: Body<'operations'>): void {
  takeOperationsOf(context, textOf(body.group), body.operations)
  completeJoin(context, textOf(body.group))
}

export function joinRefused(context: Context, body: Body<'joinRefused'>): void {
  const group = textOf(body.group)
  const join = context.draft.get(JOIN, group)
  // One member's word does not end it where another admitted us.
  if (join !== undefined && join.step !== 'admitted' && join.step !== 'withdrawn') context.draft.put(JOIN, [group], { ...join, step: 'refused', reason: body.reason })
}

/** Out of so many a member's first generation is drawn. */
const FIRST_GENERATIONS = 4_096

/**
 * Drawn, and not always 1: a disk that forgot the join and the keys handed out since joins once more, in the same epoch,
 * and another key under a number of before is nobody's.
 */
function firstGeneration(context: Context, before: Group | undefined): number {
  const next = before === undefined || before.nextGeneration > LIMITS.generationsPerEpoch / 2 ? 1 : before.nextGeneration + 1
  return next + drawBelow(context.suite.random, FIRST_GENERATIONS)
}

/** We are in once the log is whole, names us and whoever welcomed us, and the secrets fit its operations. */
function completeJoin(context: Context, group: string): void {
  const join = context.draft.get(JOIN, group)
  const self = selfOf(context)
  if (join === undefined) return
  const waiting = pendingOf(context, group, 'welcome')
  // A log of which more is on its way is not resolved each time.
  if (waiting.length === 0 || heads(logOf(context, group)).length === 0) return
  const roster = rosterOf(context, group)
  const welcomes = welcomesOf(context, roster, waiting)
  const [first] = welcomes
  if (first === undefined) return
  if (join.step !== 'admitted' && join.step !== 'withdrawn') context.draft.put(JOIN, [group], { ...join, step: 'admitted' })
  if (roster.deviceOf(self.device) === undefined) return
  const before = context.draft.get(GROUP, group)
  context.draft.put(GROUP, [group], {
    title: first.title,
    state: 'member',
    relays: roster.relays ?? joinedRelays(join.relays, first.relays),
    epoch: null,
    joinedMs: context.nowMs,
    changedMs: context.nowMs,
    revision: (before?.revision ?? 0) + 1,
    unread: 0,
    draft: before?.draft ?? '',
    nextGeneration: firstGeneration(context, before),
    placed: before?.placed ?? 0,
    last: before?.last ?? null,
    strays: 0,
  })
  context.draft.delete(JOIN, group)
  context.draft.delete(FIRST_RELAYS, group)
  meetDevices(context, group, roster)
  takeNames(context, roster, welcomes)
  for (const { secrets } of welcomes) for (const { operation, secret } of secrets) takeSecret(context, group, operation, secret)
  settleEpoch(context, group)
  if (join.step === 'withdrawn') {
    tell(context, { kind: 'letInUnwanted', group, before, by: waiting.map(({ from }) => from.device) })
    return
  }
  settleRendezvous(context, group)
  readOwnInbox(context)
  compareAsNewcomer(context, group)
  tell(context, { kind: 'joined', group })
}

/** Where the invite led, and what else a member named: places of the group until an admin says where it is. */
const joinedRelays = (invited: readonly string[], welcomed: readonly string[]): readonly string[] =>
  [...new Set([...invited, ...welcomed.filter(isRelayAddress)])].slice(0, LIMITS.relays)

/** What members are called. What somebody called itself to us stands: this is another's word. */
function takeNames(context: Context, roster: Roster, welcomes: readonly Body<'welcome'>[]): void {
  for (const { account, name } of welcomes.flatMap(({ names }) => names)) {
    if (roster.isMember(account) && context.draft.get(NAME, textOf(account)) === undefined) noteName(context, account, name)
  }
}

/**
 * Hands our key, and with it our name, to every member: a newcomer's part, O(n) once (PROTOCOL §3). In a large group it
 * waits for the first message: most members there read, and n newcomers would make n² letters.
 */
export function introduce(context: Context, group: string): void {
  const epoch = currentEpoch(context, group)
  if (epoch !== undefined && rosterOf(context, group).members.length <= LIMITS.introduceMembers) readyKey(context, group, epoch)
}
