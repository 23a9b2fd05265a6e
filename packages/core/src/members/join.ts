/** Joining (PROTOCOL §5): takes in the log and the secrets that members send. This device is a member once they fit together. */
import { heads, type Roster } from '@sotto/membership'
import { equalBytes, LIMITS } from '@sotto/wire'
import { takeSecret } from '../epochs/secrets.ts'
import { cipherNamed } from '../cipher/group-cipher.ts'
import { moveToEpoch } from '../epochs/move-to-epoch.ts'
import type { Operations } from '../groups/control-messages/operations.ts'
import { logOf, rosterOf, takeOperationsOf } from '../groups/group-log.ts'
import { noteAllDeviceLists } from '../groups/device-lists.ts'
import { beforeEntering, enterGroup, takeTitle } from '../groups/group-row.ts'
import { noteHearsay } from '../groups/names.ts'
import { noteNameless } from '../groups/nameless.ts'
import { compareAsNewMember } from '../groups/new-member.ts'
import { selfOf } from '../identity/profile.ts'
import { readOwnInbox } from '../links/inbox.ts'
import { mayDial } from '../links/may-dial.ts'
import { meetDevices } from '../sessions/contacts.ts'
import { keepPending, type Pending, pendingOf } from '../sessions/pending-bodies.ts'
import { type Context, tell } from '../state/context.ts'
import { type Sender, textOf } from '../state/names.ts'
import { FIRST_RELAYS, JOIN } from '../state/tables/groups.ts'
import { endJoin } from './join-row.ts'
import type { JoinRefused } from './control-messages/join-refused.ts'
import { type Welcome, welcome } from './control-messages/welcome.ts'
import { readRendezvous } from './rendezvous.ts'

/**
 * A member admitted us and sends a welcome. Any device with a session can send one. It waits until the log names that
 * device, and is a claim of that device alone.
 */
export function receiveWelcome(context: Context, from: Sender, body: Welcome): void {
  const group = textOf(body.group)
  if (context.transaction.get(JOIN, group) === undefined) return
  keepPending(context, from, group, welcome, body)
  completeJoin(context, group)
}

type WaitingWelcome = Pending<typeof welcome>

/** The welcomes of present and earlier members: present members first. */
function welcomesOf(roster: Roster, welcomes: readonly WaitingWelcome[]): readonly Welcome[] {
  const isNamed = ({ from }: WaitingWelcome): boolean => equalBytes(roster.accountOf(from.device) ?? new Uint8Array(), from.account)
  const rank = ({ from }: WaitingWelcome): number => (roster.deviceOf(from.device) === undefined ? 0 : 1)
  return welcomes
    .filter(isNamed)
    .toSorted((a, b) => rank(b) - rank(a))
    .map(({ body }) => body)
}

export function takeJoinOperations(context: Context, body: Operations): void {
  takeOperationsOf(context, textOf(body.group), body.operations)
  completeJoin(context, textOf(body.group))
}

export function receiveRefusal(context: Context, body: JoinRefused): void {
  const group = textOf(body.group)
  const join = context.transaction.get(JOIN, group)
  // One member's refusal does not end the join if another member admitted us.
  if (join !== undefined && join.step !== 'admitted' && join.step !== 'withdrawn')
    context.transaction.put(JOIN, [group], { ...join, step: 'refused', reason: body.reason })
}

/** We are a member once the log is complete and names us and a device that welcomed us, and the secrets fit its operations. */
function completeJoin(context: Context, group: string): void {
  const join = context.transaction.get(JOIN, group)
  const self = selfOf(context)
  if (join === undefined) return
  const waiting = pendingOf(context, group, welcome)
  // While more of the log is on its way it is not resolved each time.
  if (waiting.length === 0 || heads(logOf(context, group)).length === 0) return
  const roster = rosterOf(context, group)
  const welcomes = welcomesOf(roster, waiting)
  const [first] = welcomes
  if (first === undefined) return
  if (join.step !== 'admitted' && join.step !== 'withdrawn') context.transaction.put(JOIN, [group], { ...join, step: 'admitted' })
  if (roster.deviceOf(self.device) === undefined) return
  // This device could neither read nor write in the group: it does not join, and shows why.
  if (cipherNamed(context, roster.groupCipher) === undefined) {
    if (join.step !== 'withdrawn') context.transaction.put(JOIN, [group], { ...join, step: 'refused', reason: 'unknownCipher' })
    return
  }
  const before = beforeEntering(context, group)
  enterGroup(context, group, { relays: joinedRelays(context, join.relays, roster.relays, first.relays) })
  endJoin(context, group)
  for (const { title } of welcomes) takeTitle(context, group, roster, title)
  context.transaction.delete(FIRST_RELAYS, group)
  noteAllDeviceLists(context, group)
  meetDevices(context, group, roster)
  takeNames(context, roster, welcomes)
  for (const { account } of roster.members) noteNameless(context, group, textOf(account))
  for (const { secrets } of welcomes) for (const { operation, secret } of secrets) takeSecret(context, group, operation, secret)
  moveToEpoch(context, group)
  if (join.step === 'withdrawn') {
    tell(context, { kind: 'letInUnwanted', group, before, by: waiting.map(({ from }) => from.device) })
    return
  }
  readRendezvous(context, group)
  readOwnInbox(context)
  compareAsNewMember(context, group)
  tell(context, { kind: 'joined', group, isBack: before !== undefined })
}

/** The relays that an admin named; until then those of the invite and of the welcome. */
function joinedRelays(context: Context, invited: readonly string[], named: readonly string[] | null, welcomed: readonly string[]): readonly string[] {
  const ofLog = (named ?? []).filter((relay) => mayDial(context, relay))
  if (ofLog.length > 0) return ofLog
  return [...new Set([...invited, ...welcomed.filter((relay) => mayDial(context, relay))])].slice(0, LIMITS.relays)
}

/** Takes in members' display names. A name that a member told us itself stays, as these are another's claims. */
function takeNames(context: Context, roster: Roster, welcomes: readonly Welcome[]): void {
  for (const { account, name } of welcomes.flatMap(({ names }) => names)) if (roster.isMember(account)) noteHearsay(context, account, name)
}
