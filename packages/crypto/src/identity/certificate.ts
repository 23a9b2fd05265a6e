/** A device's certificate: the account vouches, the device consents (PROTOCOL §1). */
import {
  type AccountId,
  type Certificate,
  certificateCounterSigningInput,
  certificateSigningInput,
  type DeviceId,
  type UnsignedCertificate,
} from '@sotto/wire'
import type { AgreementKeyPair, Primitives, SigningKeyPair } from '../primitives/primitives.ts'

/** What a device needs of itself to hold sessions: its certificate and the private halves of the keys in it. */
export interface OwnIdentity {
  readonly certificate: Certificate
  readonly deviceKeyPair: SigningKeyPair
  readonly deviceDhKeyPair: AgreementKeyPair
}

/** Makes and counter-signs a certificate. `deviceDh` is the device's X25519 public key. */
export function makeCertificate(
  primitives: Primitives,
  account: SigningKeyPair,
  device: SigningKeyPair,
  deviceDh: Uint8Array,
  createdMs: number,
): Certificate {
  const body: UnsignedCertificate = {
    account: account.publicKey as AccountId,
    device: device.publicKey as DeviceId,
    deviceDh,
    createdMs,
  }
  return {
    body,
    accountSignature: primitives.ed25519.sign(certificateSigningInput(body), account),
    deviceSignature: primitives.ed25519.sign(certificateCounterSigningInput(body), device),
  }
}

/** Whether both signatures of a certificate are right. */
export const isCertificateValid = (primitives: Primitives, { body, accountSignature, deviceSignature }: Certificate): boolean =>
  primitives.ed25519.verify(accountSignature, certificateSigningInput(body), body.account) &&
  primitives.ed25519.verify(deviceSignature, certificateCounterSigningInput(body), body.device)
