/**
 * That a person wants to write, as it lies at a contact link's rendezvous (PROTOCOL §5, §13.56): a sealed box to the link's key,
 * sealed once more under a key from its token. So a relay that records it opens it neither now nor with a quantum computer, and who
 * only has the link opens nothing of others. nonce(24) ‖ ciphertext ‖ tag(16); the length is on the ladder.
 */
import {
  type AccountId,
  concat,
  type ContactLink,
  type ContactRequest,
  contactRequest,
  contactRequestSigningInput,
  decode,
  encode,
  equalBytes,
  isLadderLength,
  pad,
  unpad,
} from '@sotto/wire'
import type { CryptoProvider } from '../crypto-provider.ts'
import { deriveKey } from '../derive-key.ts'
import { checkDeviceList } from '../identity/device-list.ts'
import { rendezvousAppendKeyPair, type RendezvousKeys, rendezvousKeys } from '../invite/invite-keys.ts'
import type { Primitives, SigningKeyPair } from '../primitives/primitives.ts'
import { openBox, sealBox, SEALED_BOX_OVERHEAD_BYTES } from '../sealed-box/sealed-box.ts'

const NONCE_BYTES = 24
const OVERHEAD_BYTES = NONCE_BYTES + 16 + SEALED_BOX_OVERHEAD_BYTES

/** What the owner of a link keeps of it: everything else follows. */
export interface ContactSecrets {
  readonly account: AccountId
  readonly rendezvousSeed: Uint8Array
  readonly token: Uint8Array
}

/** The keys of the owner of a link. */
export const contactKeys = (primitives: Primitives, { rendezvousSeed }: Pick<ContactSecrets, 'rendezvousSeed'>): RendezvousKeys =>
  rendezvousKeys(primitives, rendezvousSeed)

/** The key pair that appends to a link's rendezvous: of all who have the link. */
export const contactAppendKeyPair = (primitives: Primitives, { token }: Pick<ContactLink, 'token'>): SigningKeyPair =>
  rendezvousAppendKeyPair(primitives, token)

const outerKey = (primitives: Primitives, token: Uint8Array): Uint8Array => deriveKey(primitives, token, 'contact request key')

/** The record for the rendezvous. `undefined` where the link's seal key is of small order: the link was tampered with. */
export function sealContactRequest(
  provider: CryptoProvider,
  link: ContactLink,
  said: Omit<ContactRequest, 'device' | 'signature'>,
  device: SigningKeyPair,
): Uint8Array | undefined {
  const { primitives, random } = provider
  const asked = { ...said, device: device.publicKey as ContactRequest['device'] }
  const signature = primitives.ed25519.sign(contactRequestSigningInput(link, asked), device)
  const box = sealBox(provider, 'sealed box', link.sealKey, pad(encode(contactRequest, { ...asked, signature }), OVERHEAD_BYTES), link.account)
  if (box === undefined) return undefined
  const nonce = random(NONCE_BYTES)
  return concat(nonce, primitives.xchacha20Poly1305.seal(outerKey(primitives, link.token), nonce, box, link.account))
}

/** Opens a record. Nothing of what it says is proved yet. */
export function openContactRequest(primitives: Primitives, own: ContactSecrets, record: Uint8Array): ContactRequest | undefined {
  if (!isLadderLength(record.length)) return undefined
  const box = primitives.xchacha20Poly1305.open(outerKey(primitives, own.token), record.slice(0, NONCE_BYTES), record.slice(NONCE_BYTES), own.account)
  const padded = box === undefined ? undefined : openBox(primitives, 'sealed box', contactKeys(primitives, own).sealKeyPair, box, own.account)
  const plaintext = padded === undefined ? undefined : unpad(padded)
  return plaintext === undefined ? undefined : decode(contactRequest, plaintext)
}

/** Whether a device of the account that it names said it, for this link. */
export function isContactRequestProven(primitives: Primitives, own: ContactSecrets, request: ContactRequest): boolean {
  if ('code' in checkDeviceList(primitives, request.list, null)) return false
  if (!request.list.body.devices.some((each) => equalBytes(each.body.device, request.device))) return false
  const link = { account: own.account, sealKey: contactKeys(primitives, own).sealKeyPair.publicKey }
  return primitives.ed25519.verify(request.signature, contactRequestSigningInput(link, request), request.device)
}
