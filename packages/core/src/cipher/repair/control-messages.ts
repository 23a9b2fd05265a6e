/** The control messages of what ciphers share that number a device's messages. */
import { heard } from '../../sessions/control-message.ts'
import { textOf } from '../../state/names.ts'
import { cipherOf } from '../group-cipher.ts'
import { answerAttestationRequest, takeAttestation } from './attestation.ts'
import { attestation } from './control-messages/attestation.ts'
import { attestationRequest } from './control-messages/attestation-request.ts'
import { keyRequest } from './control-messages/key-request.ts'

export const repairMessages = [
  heard(keyRequest, (context, from, request) => cipherOf(context, textOf(request.group)).answerRequest(context, from, request)),
  heard(attestationRequest, (context, from, request) => answerAttestationRequest(context, from.device, request)),
  heard(attestation, (context, from, said) => takeAttestation(context, from.device, said)),
]
