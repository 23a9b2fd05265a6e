/** A request to join, from a joiner with the link to the members (PROTOCOL §5, §13.8): signed by the asking device and by the invite, sealed to the rendezvous. */
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
  type JoinStatement,
  LIMITS,
  type MemberEntry,
  pad,
  type PreKeyBundle,
  unpad,
} from '@sotto/wire'
import { checkDeviceList, type DeviceListRejection } from '../identity/device-list.ts'
import type { Primitives, SigningKeyPair } from '../primitives/primitives.ts'
import { openBox, sealBox, SEALED_BOX_OVERHEAD_BYTES } from '../sealed-box/sealed-box.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { inviteKeyPair, rendezvousKeys } from './invite-keys.ts'
import { answeredBy, hashOfName, isJoinProven, signJoinStatement } from './join-statement.ts'

/**
 * The record for the rendezvous mailbox, its length on the ladder. `undefined` where the invite's seal key is of small
 * order: the link was tampered with. Throws above `LIMITS.strangerRecordBytes`.
 */
export function sealJoinRequest(
  provider: CryptoProvider,
  invite: Invite,
  joiner: { readonly member: MemberEntry; readonly name: string; readonly bundle: PreKeyBundle; readonly askedMs: number },
  device: SigningKeyPair,
): Uint8Array | undefined {
  const { primitives } = provider
  const { member, name, askedMs } = joiner
  const keyPair = inviteKeyPair(primitives, invite.seed)
  const answered = answeredBy(primitives, invite)
  const said: JoinStatement = { group: invite.group, invite: answered, member, nameHash: hashOfName(primitives, name), askedMs }
  const proof = signJoinStatement(primitives, said, device, keyPair)
  const request: JoinRequest = { group: invite.group, invite: answered, member, name, bundle: joiner.bundle, proof }
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
  /** The asking device or the invite did not sign what it says. */
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
  const isOurs = equalBytes(request.group, expected.group) && equalBytes(request.invite.inviteKey, expected.inviteKey)
  return isOurs ? checked : { code: 'foreignInvite', request }
}

function checkJoinRequest(primitives: Primitives, request: JoinRequest): JoinRequest | JoinRequestRejection {
  const { list, devices } = request.member
  const isItsName = equalBytes(hashOfName(primitives, request.name), request.proof.nameHash)
  if (!isItsName || !isJoinProven(primitives, request, request.proof)) return { code: 'badSignature' }
  const standing = checkDeviceList(primitives, list, null)
  if ('code' in standing) return { code: 'badDeviceList', reason: standing }
  const listed = list.body.devices.map((each) => encode(certificate, each))
  const isListed = (named: Certificate): boolean => listed.some((each) => equalBytes(each, encode(certificate, named)))
  const entryIsListed = devices.every((each) => isListed(each.certificate))
  const [asking] = devices
  // The prekeys are those of the device that asks.
  const isItsBundle = asking !== undefined && equalBytes(encode(certificate, asking.certificate), encode(certificate, request.bundle.certificate))
  return entryIsListed && isItsBundle ? request : { code: 'foreignDevice' }
}
