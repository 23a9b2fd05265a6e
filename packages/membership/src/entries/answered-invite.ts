/** An `invite` operation as its link describes it: nobody else's operation with the same key, and none elsewhere in the log, is that. */
import { hashOfHeads } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import { type AnsweredInvite, equalBytes, type UnsignedOperation } from '@sotto/wire'

/** Bytes of an account in a link. */
const INVITER_BYTES = 16

/** `undefined` where it is no invite. */
export function answeredInviteOf(primitives: Primitives, { body, account, parents }: UnsignedOperation): AnsweredInvite | undefined {
  if (body.kind !== 'invite') return undefined
  return { inviteKey: body.inviteKey, inviter: account.slice(0, INVITER_BYTES), headsHash: hashOfHeads(primitives, parents) }
}

/** Whether the operation is the invite that this is about. */
export function isAnswered(primitives: Primitives, unsigned: UnsignedOperation, to: AnsweredInvite): boolean {
  const answered = answeredInviteOf(primitives, unsigned)
  return (
    answered !== undefined &&
    equalBytes(answered.inviteKey, to.inviteKey) &&
    equalBytes(answered.inviter, to.inviter) &&
    equalBytes(answered.headsHash, to.headsHash)
  )
}
