/** A request to join that is taken back (PROTOCOL §5): signed by the device that made it, sealed to the rendezvous as the request was. */
import {
  decode,
  type DeviceId,
  encode,
  equalBytes,
  type GroupId,
  type Invite,
  isLadderLength,
  type JoinWithdrawal,
  joinWithdrawal,
  pad,
  unpad,
  withdrawalSigningInput,
} from '@sotto/wire'
import type { Primitives, SigningKeyPair } from '../primitives/primitives.ts'
import { openBox, sealBox, SEALED_BOX_OVERHEAD_BYTES } from '../sealed-box/sealed-box.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { inviteKeyPair, rendezvousKeys } from './invite-keys.ts'

/** The record for the rendezvous mailbox: it takes back what the device asked up to `askedMs`. `undefined` where the invite's seal key is of small order. */
export function sealJoinWithdrawal(provider: CryptoProvider, invite: Invite, device: SigningKeyPair, askedMs: number): Uint8Array | undefined {
  const { primitives } = provider
  const inviteKey = inviteKeyPair(primitives, invite.seed).publicKey
  const said = { group: invite.group, inviteKey, device: device.publicKey as DeviceId, askedMs }
  const withdrawal: JoinWithdrawal = { ...said, signature: primitives.ed25519.sign(withdrawalSigningInput(said), device) }
  return sealBox(provider, 'sealed box', invite.rendezvousSealKey, pad(encode(joinWithdrawal, withdrawal), SEALED_BOX_OVERHEAD_BYTES), invite.group)
}

/** Whose requests a record takes back, and up to when; `undefined` where it is no withdrawal for this rendezvous, or not that device's. */
export function openJoinWithdrawal(
  primitives: Primitives,
  expected: { readonly group: GroupId; readonly inviteKey: Uint8Array; readonly rendezvousSeed: Uint8Array },
  record: Uint8Array,
): Pick<JoinWithdrawal, 'device' | 'askedMs'> | undefined {
  if (!isLadderLength(record.length)) return undefined
  const padded = openBox(primitives, 'sealed box', rendezvousKeys(primitives, expected.rendezvousSeed).sealKeyPair, record, expected.group)
  const plaintext = padded === undefined ? undefined : unpad(padded)
  const withdrawal = plaintext === undefined ? undefined : decode(joinWithdrawal, plaintext)
  if (withdrawal === undefined) return undefined
  const { group, inviteKey, device, askedMs, signature } = withdrawal
  const isOurs = equalBytes(group, expected.group) && equalBytes(inviteKey, expected.inviteKey)
  return isOurs && primitives.ed25519.verify(signature, withdrawalSigningInput(withdrawal), device) ? { device, askedMs } : undefined
}
