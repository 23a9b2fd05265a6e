/**
 * Messages that arrive late from a removed member (PROTOCOL §6, §13.29). Each is opened only if a remaining member attests that it
 * had opened it before it learned of the removal. Members ask each other, a few at a time.
 */
import { difference, NOTHING, unite, withNumber } from '@sotto/sync'
import { type DeviceId, LIMITS, type Ranges } from '@sotto/wire'
import { otherDevices, someOf } from '../../groups/recipients.ts'
import { queueControlMessage } from '../../sessions/control-queue.ts'
import { type Context, tell } from '../../state/context.ts'
import { bytesOf, type KeyName, textOf } from '../../state/names.ts'
import { RECEIVED } from '../../state/tables/cipher.ts'
import { ATTESTATION_ASKED, ATTESTED } from '../../state/tables/repair.ts'
import { undecryptableUnder } from '../undecryptable.ts'
import { type AttestationRequest, attestationRequest } from './control-messages/attestation-request.ts'
import { type Attestation, attestation } from './control-messages/attestation.ts'

/** Asks some members, drawn again each time, whether they had opened these before they learned of the removal. */
export function askForAttestations(context: Context, name: KeyName, iterations: Ranges): void {
  const [group, epoch, device, keyId] = name
  const request: AttestationRequest = {
    group: bytesOf(group),
    epoch: bytesOf(epoch),
    keyId: Number(keyId),
    device: bytesOf<DeviceId>(device),
    iterations: iterations.slice(0, LIMITS.rangesPerKey),
  }
  for (const chosen of someOf(context, otherDevices(context, group), LIMITS.attestationsAtOnce)) {
    const asked = context.transaction.get(ATTESTATION_ASKED, ...name, textOf(chosen)) ?? NOTHING
    context.transaction.put(ATTESTATION_ASKED, [...name, textOf(chosen)], unite(asked, request.iterations))
    queueControlMessage(context, chosen, attestationRequest, request)
  }
}

/** Tells a member which of these are open here. What we opened by an attestation since then counts equally. */
export function answerAttestationRequest(context: Context, from: DeviceId, body: AttestationRequest): void {
  const { group, epoch, keyId, device } = body
  const received = context.transaction.get(RECEIVED, textOf(group), textOf(epoch), textOf(device), String(keyId)) ?? NOTHING
  const iterations = difference(body.iterations, difference(body.iterations, received)).slice(0, LIMITS.rangesPerKey)
  if (iterations.length > 0) queueControlMessage(context, from, attestation, { group, epoch, keyId, device, iterations })
}

/** A member had opened these in time. They are opened here too, if we asked that member for them: we drew it, and it did not offer itself. */
export function takeAttestation(context: Context, from: DeviceId, body: Attestation): void {
  const name: KeyName = [textOf(body.group), textOf(body.epoch), textOf(body.device), String(body.keyId)]
  const asked = context.transaction.get(ATTESTATION_ASKED, ...name, textOf(from)) ?? NOTHING
  const waiting = difference(asked, difference(asked, waitingFor(context, name)))
  const meant = difference(waiting, difference(waiting, body.iterations))
  if (meant.length === 0) return
  const attested = unite(context.transaction.get(ATTESTED, ...name) ?? NOTHING, meant)
  if (attested.length > LIMITS.rangesPerKey) return
  context.transaction.put(ATTESTED, [...name], attested)
  tell(context, { kind: 'keyChanged', name })
}

/** What is undecryptable under a key until a member attests it. */
function waitingFor(context: Context, name: KeyName): Ranges {
  const undecryptable = undecryptableUnder(context, name).filter(({ value }) => value.cause === 'removedBeforeItWasSent')
  return undecryptable.reduce<Ranges>((set, { value }) => withNumber(set, value.iteration), NOTHING)
}
