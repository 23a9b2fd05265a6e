/** A joiner's signatures under what it says (PROTOCOL §5): made by the device that asks, checked by every member. */
import { type Invite, joinDeviceSigningInput, joinInviteSigningInput, type AnsweredInvite, type JoinProof, type JoinStatement, L, utf8 } from '@sotto/wire'
import type { Primitives, SigningKeyPair } from '../primitives/primitives.ts'
import { inviteKeyPair } from './invite-keys.ts'

/** The hash of a display name, by which an admission carries it. */
export const hashOfName = (primitives: Primitives, name: string): Uint8Array => primitives.sha256(L('join name'), utf8(name))

/** An invite as a request answers it. */
export const answeredBy = (primitives: Primitives, { seed, inviter, headsHash }: Invite): AnsweredInvite => ({
  inviteKey: inviteKeyPair(primitives, seed).publicKey,
  inviter,
  headsHash,
})

/** Signs a statement with the device that asks and, where it answers an invite, with that one's private half. */
export function signJoinStatement(primitives: Primitives, statement: JoinStatement, device: SigningKeyPair, invite: SigningKeyPair | null): JoinProof {
  const { nameHash, askedMs } = statement
  return {
    nameHash,
    askedMs,
    deviceSignature: primitives.ed25519.sign(joinDeviceSigningInput(statement), device),
    inviteSignature: invite === null ? null : primitives.ed25519.sign(joinInviteSigningInput(statement), invite),
  }
}

/** Whether the first device of the entry said this and, where it answers an invite, had its link. */
export function isJoinProven(primitives: Primitives, said: Pick<JoinStatement, 'group' | 'invite' | 'member'>, proof: JoinProof): boolean {
  const device = said.member.devices[0]?.certificate.body.device
  const { nameHash, askedMs, deviceSignature, inviteSignature } = proof
  const statement: JoinStatement = { ...said, nameHash, askedMs }
  if (device === undefined || (said.invite === null) !== (inviteSignature === null)) return false
  if (said.invite !== null && inviteSignature !== null) {
    if (!primitives.ed25519.verify(inviteSignature, joinInviteSigningInput(statement), said.invite.inviteKey)) return false
  }
  return primitives.ed25519.verify(deviceSignature, joinDeviceSigningInput(statement), device)
}
