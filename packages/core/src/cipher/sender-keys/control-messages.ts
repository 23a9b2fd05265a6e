/** The control messages of the cipher `sender-keys`. */
import type { Context } from '../../state/context.ts'
import { heard } from '../../sessions/control-message.ts'
import type { OpenedMessage } from '../group-cipher.ts'
import { answerKeyRequest } from './answer-key-request.ts'
import { distributionAcknowledged } from './control-messages/distribution-acknowledged.ts'
import { distribution } from './control-messages/distribution.ts'
import { keyRequest } from './control-messages/key-request.ts'
import { resend } from './control-messages/resend.ts'
import { attestationRequest } from './control-messages/attestation-request.ts'
import { attestation } from './control-messages/attestation.ts'
import { receiveAcknowledgement, receiveDistribution } from './distributions.ts'
import { receiveResend } from './receive-resend.ts'
import { answerAttestationRequest, takeAttestation } from './attestation.ts'

/** `deliver` takes contents that their author resends. */
export const senderKeyMessages = (deliver: (context: Context, opened: OpenedMessage) => void) => [
  heard(distribution, receiveDistribution),
  heard(distributionAcknowledged, receiveAcknowledgement),
  heard(keyRequest, answerKeyRequest),
  heard(resend, (context, from, said) => receiveResend(context, from, said, (opened) => deliver(context, opened))),
  heard(attestationRequest, (context, from, request) => answerAttestationRequest(context, from.device, request)),
  heard(attestation, (context, from, said) => takeAttestation(context, from.device, said)),
]
