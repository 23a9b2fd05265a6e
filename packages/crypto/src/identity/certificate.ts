/** A device's certificate: the account certifies, the device consents (PROTOCOL §1, §13.2). */
import { type Certificate, certificateCounterSigningInput, certificateSigningInput, type UnsignedCertificate } from '@sotto/wire'
import type { AgreementKeyPair, Primitives, SigningKeyPair } from '../primitives/primitives.ts'

/** What a device needs of itself to hold sessions: its certificate and the private half of the DH key in it. */
export interface OwnIdentity {
  readonly certificate: Certificate
  readonly deviceDh: AgreementKeyPair
}

/** Signs and counter-signs a certificate. The key pairs must be those of `body.account` and `body.device`. */
export const createCertificate = (primitives: Primitives, body: UnsignedCertificate, account: SigningKeyPair, device: SigningKeyPair): Certificate => ({
  body,
  accountSignature: primitives.ed25519.sign(certificateSigningInput(body), account),
  deviceSignature: primitives.ed25519.sign(certificateCounterSigningInput(body), device),
})

/** Whether both signatures of a certificate are right. */
export const isCertificateValid = (primitives: Primitives, { body, accountSignature, deviceSignature }: Certificate): boolean =>
  primitives.ed25519.verify(accountSignature, certificateSigningInput(body), body.account) &&
  primitives.ed25519.verify(deviceSignature, certificateCounterSigningInput(body), body.device)
