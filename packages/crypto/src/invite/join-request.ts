/** A request to join, from a joiner with the link to the members (PROTOCOL §5, §13.8): signed by the invite, sealed to the rendezvous. */
import {
  type Certificate,
  certificate,
  decode,
  encode,
  equalBytes,
  type GroupId,
  type Invite,
  isLadderLength,
  type JoinRequest,
  joinRequest,
  joinSigningInput,
  LIMITS,
  type MemberEntry,
  pad,
  type PreKeyBundle,
  unpad,
} from '@sotto/wire'
import { checkDeviceList, deviceListHash, type DeviceListRejection } from '../identity/device-list.ts'
import type { Primitives } from '../primitives/primitives.ts'
import { openBox, sealBox, SEALED_BOX_OVERHEAD_BYTES } from '../sealed-box/sealed-box.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { inviteKeyPair, rendezvousKeys } from './invite-keys.ts'

/**
 * The record for the rendezvous mailbox, its length on the ladder. `undefined` where the invite's seal key is of small
 * order: the link was tampered with. Throws above `LIMITS.strangerRecordBytes`.
 */
export function sealJoinRequest(
  provider: CryptoProvider,
  invite: Invite,
  joiner: { readonly member: MemberEntry; readonly name: string; readonly bundle: PreKeyBundle },
): Uint8Array | undefined {
  const { primitives } = provider
  const keyPair = inviteKeyPair(primitives, invite.seed)
  const { list } = joiner.member
  const signed = joinSigningInput(invite.group, keyPair.publicKey, list.body.account, deviceListHash(primitives, list))
  const request: JoinRequest = {
    group: invite.group,
    inviteKey: keyPair.publicKey,
    ...joiner,
    signature: primitives.ed25519.sign(signed, keyPair),
  }
  const plaintext = pad(encode(joinRequest, request), SEALED_BOX_OVERHEAD_BYTES)
  if (plaintext.length + SEALED_BOX_OVERHEAD_BYTES > LIMITS.strangerRecordBytes) {
    throw new RangeError(`a request to join of ${plaintext.length} bytes`)
  }
  return sealBox(provider, 'sealed box', invite.rendezvousSealKey, plaintext, invite.group)
}

export type JoinRequestRejection =
  /** Not sealed to this rendezvous, or changed on the way. */
  | { readonly code: 'damaged' }
  /** Whole and signed, but made with another invite or for another group: the joiner can be told. */
  | { readonly code: 'foreignInvite'; readonly request: JoinRequest }
  | { readonly code: 'badSignature' }
  | { readonly code: 'badDeviceList'; readonly reason: DeviceListRejection }
  /** A device of the entry or the bundle that the device list does not name with the same certificate. */
  | { readonly code: 'foreignDevice' }

/** Opens and checks a request. Whether the invite is still good is for the log and the admitting device's clock. */
export function openJoinRequest(
  primitives: Primitives,
  expected: { readonly group: GroupId; readonly inviteKey: Uint8Array; readonly rendezvousSeed: Uint8Array },
  record: Uint8Array,
): JoinRequest | JoinRequestRejection {
  if (!isLadderLength(record.length)) return { code: 'damaged' }
  const { sealKeyPair } = rendezvousKeys(primitives, expected.rendezvousSeed)
  const padded = openBox(primitives, 'sealed box', sealKeyPair, record, expected.group)
  const plaintext = padded === undefined ? undefined : unpad(padded)
  const request = plaintext === undefined ? undefined : decode(joinRequest, plaintext)
  if (request === undefined) return { code: 'damaged' }
  const checked = checkJoinRequest(primitives, request)
  if ('code' in checked) return checked
  const isOurs = equalBytes(request.group, expected.group) && equalBytes(request.inviteKey, expected.inviteKey)
  return isOurs ? checked : { code: 'foreignInvite', request }
}

function checkJoinRequest(primitives: Primitives, request: JoinRequest): JoinRequest | JoinRequestRejection {
  const { list, devices } = request.member
  const signed = joinSigningInput(request.group, request.inviteKey, list.body.account, deviceListHash(primitives, list))
  if (!primitives.ed25519.verify(request.signature, signed, request.inviteKey)) return { code: 'badSignature' }
  const standing = checkDeviceList(primitives, list, null)
  if ('code' in standing) return { code: 'badDeviceList', reason: standing }
  const listed = list.body.devices.map((each) => encode(certificate, each))
  const isListed = (named: Certificate): boolean => listed.some((each) => equalBytes(each, encode(certificate, named)))
  const entryIsListed = devices.every((each) => isListed(each.certificate))
  return entryIsListed && isListed(request.bundle.certificate) ? request : { code: 'foreignDevice' }
}
