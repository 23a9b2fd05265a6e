/** Withdrawing a join request, at the rendezvous, so that no member admits it any more (PROTOCOL §5). */
import { inviteKeyPair, parseInvite, rendezvousAppendKeyPair, sealJoinWithdrawal } from '@sotto/crypto'
import type { Invite } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import { leave } from '../links/outbox.ts'
import { decodeControlMessage } from '../sessions/control-message.ts'
import type { Context } from '../state/context.ts'
import { JOIN } from '../state/tables/groups.ts'
import { PENDING_BODY } from '../state/tables/sessions.ts'
import { takeBackRequests } from './join-request.ts'
import { endJoin, nextAskedMs } from './join-row.ts'
import { welcome } from './control-messages/welcome.ts'

/** Gives up a join. No page shows it from here on. */
export function cancelJoin(context: Context, group: string): void {
  const join = context.transaction.get(JOIN, group)
  if (join === undefined) return
  takeBackRequests(context, group)
  forgetSaid(context, group, join.step === 'admitted')
  const invite = parseInvite(context.provider.primitives, join.invite)
  if ('code' in invite) return endJoin(context, group)
  const askedMs = nextAskedMs(context, join)
  leaveWithdrawal(context, invite, askedMs)
  context.transaction.put(JOIN, [group], { ...join, step: 'withdrawn', askedMs })
}

/** Forgets what was said of the group. If this device was admitted, it keeps what it needs to leave. */
export function forgetSaid(context: Context, group: string, isAdmitted: boolean): void {
  for (const { key, value } of context.transaction.scan(PENDING_BODY, group)) {
    if (!isAdmitted || decodeControlMessage(welcome, value.body) === undefined) context.transaction.delete(PENDING_BODY, ...key)
  }
}

function leaveWithdrawal(context: Context, invite: Invite, askedMs: number): void {
  const { primitives } = context.provider
  const body = sealJoinWithdrawal(context.provider, invite, primitives.ed25519.keyPairFromSeed(selfOf(context).deviceSeed), askedMs)
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
