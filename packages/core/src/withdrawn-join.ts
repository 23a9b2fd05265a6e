/**
 * A request to join that is taken back (PROTOCOL §5): at the rendezvous, so that nobody grants it any more, and, where
 * somebody had granted it already, by leaving as soon as the group is known.
 */
import { inviteKeyPair, parseInvite, rendezvousAppendKeyPair, sealJoinWithdrawal } from '@sotto/crypto'
import { mayAuthor } from '@sotto/membership'
import { decode, type DeviceId, type GroupId, type Invite, letterBody, LIMITS } from '@sotto/wire'
import { bytesOf, type Context, textOf } from './context.ts'
import { endMembership, forgetGroup } from './forget-group.ts'
import { author, rosterOf, selfOf, signOwn } from './group-log.ts'
import { queueLetter } from './letters.ts'
import { leave, withdraw } from './relay-link.ts'
import { type Group, GROUP, JOIN, OUTBOX, PENDING_BODY } from './tables.ts'

/** Gives up joining: from here on no page shows it. */
export function cancelJoin(context: Context, group: string): void {
  const join = context.draft.get(JOIN, group)
  if (join === undefined) return
  for (const { key, value } of context.draft.scan(OUTBOX)) {
    if (value.about.kind === 'joinRequest' && textOf(value.about.group) === group) withdraw(context, key[0] ?? '')
  }
  forgetSaid(context, group, join.step === 'admitted')
  const invite = parseInvite(context.suite.primitives, join.invite)
  if ('code' in invite) return context.draft.delete(JOIN, group)
  leaveWithdrawal(context, invite)
  context.draft.put(JOIN, [group], { ...join, step: 'withdrawn' })
}

/** Forgets what was said of the group; of one that let us in not what it takes to leave. */
function forgetSaid(context: Context, group: string, isAdmitted: boolean): void {
  for (const { key, value } of context.draft.scan(PENDING_BODY, group)) {
    if (!isAdmitted || decode(letterBody, value.body)?.kind !== 'welcome') context.draft.delete(PENDING_BODY, ...key)
  }
}

function leaveWithdrawal(context: Context, invite: Invite): void {
  const { primitives } = context.suite
  const body = sealJoinWithdrawal(context.suite, invite, primitives.ed25519.keyPairFromSeed(selfOf(context).deviceSeed))
  if (body === undefined) return
  const append = rendezvousAppendKeyPair(primitives, inviteKeyPair(primitives, invite.seed).publicKey)
  for (const relay of invite.relays) {
    leave(context, {
      relay,
      keys: { kind: 'rendezvous', readKey: invite.rendezvousReadKey, appendKey: append.publicKey },
      appendSeed: append.seed,
      grant: null,
      body,
      about: { kind: 'joinWithdrawal', group: invite.group },
    })
  }
}

/**
 * Somebody let us in all the same: we are in, in this one step, to leave. Those who welcomed us are told in private too,
 * since where a secret is missing there is no mailbox to leave it in.
 */
export function leaveUnwanted(context: Context, group: string, before: Group | undefined, admitters: readonly DeviceId[]): void {
  const body = { kind: 'leave', successor: null } as const
  if (mayAuthor(context.suite.primitives, rosterOf(context, group), selfOf(context), body) !== true) return
  const signed = signOwn(context, group, body)
  author(context, group, signed)
  for (const device of admitters) queueLetter(context, device, { kind: 'operations', group: bytesOf<GroupId>(group), operations: [signed.operation] })
  forgetSaid(context, group, false)
  if (before === undefined) return forgetGroup(context, group)
  endMembership(context, group)
  const after = context.draft.get(GROUP, group)
  if (after !== undefined) context.draft.put(GROUP, [group], { ...after, state: before.state, changedMs: before.changedMs })
}

/** Nobody grants what was taken back so long ago, and no letter about it is on its way. */
export function expireWithdrawn(context: Context): void {
  for (const { key, value } of context.draft.scan(JOIN)) {
    const [group = ''] = key
    if (value.step !== 'withdrawn' || value.startedMs + LIMITS.inviteMs + LIMITS.retentionMs > context.nowMs) continue
    context.draft.delete(JOIN, group)
    forgetSaid(context, group, false)
    if (context.draft.get(GROUP, group) === undefined) forgetGroup(context, group)
  }
}
