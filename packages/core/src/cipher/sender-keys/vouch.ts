/**
 * Messages that arrive late from a removed member (PROTOCOL §6): one is opened only if a remaining member had opened it
 * before it learned of the removal. Members ask each other, a few at a time.
 */
import { difference, NOTHING, unite, withNumber } from '@sotto/sync'
import { type DeviceId, LIMITS, type Ranges } from '@sotto/wire'
import { otherDevices, someOf } from '../../groups/recipients.ts'
import { queueControlMessage } from '../../sessions/letter-queue.ts'
import { type Context, tell } from '../../state/context.ts'
import { bytesOf, type KeyName, textOf } from '../../state/names.ts'
import { HELD } from '../../state/tables/cipher.ts'
import { VOUCHED } from '../../state/tables/sender-keys.ts'
import { parkedUnder } from '../parked.ts'
import { type VouchRequest, vouchRequest } from './control-messages/vouch-request.ts'
import { type Vouch, vouch } from './control-messages/vouch.ts'

/** Asks some members, other ones each time, whether they had opened these before they learned of the removal. */
export function askForVouchers(context: Context, name: KeyName, iterations: Ranges): void {
  const [group, epoch, device, generation] = name
  const request: VouchRequest = {
    group: bytesOf(group),
    epoch: bytesOf(epoch),
    generation: Number(generation),
    device: bytesOf<DeviceId>(device),
    iterations: iterations.slice(0, LIMITS.rangesPerKey),
  }
  for (const chosen of someOf(context, otherDevices(context, group), LIMITS.vouchersAtOnce)) queueControlMessage(context, chosen, vouchRequest, request)
}

/** A member asks: says which of these are open here. What we opened since on another's word counts as much as theirs. */
export function answerVouchRequest(context: Context, from: DeviceId, body: VouchRequest): void {
  const { group, epoch, generation, device } = body
  const held = context.draft.get(HELD, textOf(group), textOf(epoch), textOf(device), String(generation)) ?? NOTHING
  const iterations = difference(body.iterations, difference(body.iterations, held)).slice(0, LIMITS.rangesPerKey)
  if (iterations.length > 0) queueControlMessage(context, from, vouch, { group, epoch, generation, device, iterations })
}

/** A member had opened these in time: they are opened here too, if they are what we asked about. */
export function takeVouch(context: Context, body: Vouch): void {
  const name: KeyName = [textOf(body.group), textOf(body.epoch), textOf(body.device), String(body.generation)]
  const waiting = waitingFor(context, name)
  const meant = difference(waiting, difference(waiting, body.iterations))
  if (meant.length === 0) return
  const vouched = unite(context.draft.get(VOUCHED, ...name) ?? NOTHING, meant)
  if (vouched.length > LIMITS.rangesPerKey) return
  context.draft.put(VOUCHED, [...name], vouched)
  tell(context, { kind: 'keyChanged', name })
}

/** What is parked under a key until somebody vouches for it. */
function waitingFor(context: Context, name: KeyName): Ranges {
  const parked = parkedUnder(context, name).filter(({ value }) => value.cause === 'removedBeforeItWasSent')
  return parked.reduce<Ranges>((set, { value }) => withNumber(set, value.iteration), NOTHING)
}
