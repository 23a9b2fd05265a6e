/** Certificates: an account vouches for a device, and the device consents (PROTOCOL §1). */
import {
  type Certificate,
  certificateCounterSigningInput,
  certificateSigningInput,
  type UnsignedCertificate,
} from '@sotto/wire'
import type { Primitives, SigningKeyPair } from '../primitives/index.ts'

/** Signs a certificate with both keys. The key pairs must be those that `body` names. */
export function createCertificate(
  primitives: Primitives,
  body: UnsignedCertificate,
  accountKeys: SigningKeyPair,
  deviceKeys: SigningKeyPair,
): Certificate {
  return {
    body,
    accountSignature: primitives.ed25519.sign(certificateSigningInput(body), accountKeys),
    deviceSignature: primitives.ed25519.sign(certificateCounterSigningInput(body), deviceKeys),
  }
}

/** Whether both the account and the device signed this. */
export function verifyCertificate(primitives: Primitives, { body, accountSignature, deviceSignature }: Certificate): boolean {
  return (
    primitives.ed25519.verify(accountSignature, certificateSigningInput(body), body.account) &&
    primitives.ed25519.verify(deviceSignature, certificateCounterSigningInput(body), body.device)
  )
}
