/**
 * Asks for missing sender keys: the owner first, and remaining members if the owner was removed. With back-off, and not for
 * ever (PROTOCOL §3).
 */
import { spreadMs } from '@sotto/crypto/primitives'
import { NOTHING, unite, withNumber } from '@sotto/sync'
import { type DeviceId, type EpochId, type GroupId, LIMITS, type Ranges } from '@sotto/wire'
import { rosterOf } from '../../groups/group-log.ts'
import { touch } from '../../groups/group-row.ts'
import { queueControlMessage } from '../../sessions/control-queue.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf, type KeyName, textOf } from '../../state/names.ts'
import { GROUP } from '../../state/tables/groups.ts'
import { type Undecryptable } from '../../state/tables/cipher.ts'
import { KEY_REQUEST } from '../../state/tables/repair.ts'
import { setTimer } from '../../state/timers.ts'
import { keyRequest } from './control-messages/key-request.ts'
import { askLater, missingUnder, noteAbsent, reviveAbsent } from './gaps.ts'
import { putUndecryptable, undecryptableOf, undecryptableUnder } from '../undecryptable.ts'
import { askForAttestations } from './attestation.ts'

/**
 * Asks for the keys that are due. After enough attempts their envelopes reach a final state. Only a few keys of a device
 * are asked for at a time, since a device with the epoch's secret can seal under key ids that another device never had.
 */
export function askForKeys(context: Context): void {
  const asked = new Map<string, number>()
  // The ones with the fewest attempts first, so that each has its turn.
  for (const { key, value: request } of context.transaction.scan(KEY_REQUEST).toSorted((a, b) => a.value.attempts - b.value.attempts)) {
    const [group = '', epoch = '', device = '', keyId = ''] = key
    if (request.nextMs > context.nowMs) {
      setTimer(context, 'keyRequests', request.nextMs, 'earliest')
      continue
    }
    const name: KeyName = [group, epoch, device, keyId]
    const isDeparted = rosterOf(context, group).deviceOf(bytesOf<DeviceId>(device)) === undefined
    const waiting = undecryptableUnder(context, name).filter(({ value }) => isRepairable(value.cause, isDeparted))
    const undecryptable = waiting.reduce<Ranges>((set, { value }) => withNumber(set, value.iteration), NOTHING)
    const missing = missingUnder(context, name)
    const iterations = isDeparted ? undecryptable : unite(undecryptable, missing)
    if (iterations.length === 0 || request.attempts >= LIMITS.keyRequestAttempts) {
      context.transaction.delete(KEY_REQUEST, ...key)
      // A removed device's messages that no member attests stay closed for that reason. Other senders could not be reached.
      if (!isDeparted) for (const { hash, value } of waiting) putUndecryptable(context, group, hash, { ...value, cause: 'senderUnreachable' })
      noteAbsent(context, name, missing)
      if (iterations.length > 0) touch(context, group)
      continue
    }
    const before = asked.get(`${group}/${device}`) ?? 0
    if (before >= LIMITS.keysAskedAtOnce) {
      context.transaction.put(KEY_REQUEST, key, { ...request, nextMs: context.nowMs + LIMITS.keyRequestBackoffMs })
      setTimer(context, 'keyRequests', context.nowMs + LIMITS.keyRequestBackoffMs, 'earliest')
      continue
    }
    asked.set(`${group}/${device}`, before + 1)
    if (isDeparted) askForAttestations(context, name, iterations)
    else
      queueControlMessage(context, bytesOf<DeviceId>(device), keyRequest, {
        group: bytesOf<GroupId>(group),
        epoch: bytesOf<EpochId>(epoch),
        keyId: Number(keyId),
        iterations: iterations.slice(0, LIMITS.rangesPerKey),
      })
    // Exponential, with up to a quarter of jitter: a group that wakes up together must not ask together.
    const waitMs = LIMITS.keyRequestBackoffMs * 2 ** request.attempts
    const nextMs = context.nowMs + waitMs + spreadMs(context.provider.random, Math.ceil(waitMs / 4))
    context.transaction.put(KEY_REQUEST, key, { attempts: request.attempts + 1, nextMs })
    setTimer(context, 'keyRequests', nextMs, 'earliest')
  }
}

/** Whether asking can help: the owner answers, or, for a removed or departed owner, members that received it in time. */
const isRepairable = (cause: Undecryptable['cause'], isDeparted: boolean): boolean =>
  isDeparted ? cause === 'removedBeforeItWasSent' : cause === 'keyNotYetReceived' || cause === 'fromBeforeYouJoined'

/** A device that could not be reached wrote again: its missing keys are asked for again. */
export function reviveRequests(context: Context, device: DeviceId): void {
  for (const { key } of context.transaction.scan(GROUP)) {
    const [group = ''] = key
    reviveAbsent(context, group, textOf(device))
    for (const { hash, value } of undecryptableOf(context, group, textOf(device))) {
      if (value.cause !== 'senderUnreachable') continue
      putUndecryptable(context, group, hash, { ...value, cause: 'keyNotYetReceived' })
      askLater(context, keyOf(group, value), LIMITS.keyRequestAfterMs)
    }
  }
}

/** A device is a member's again. It could not be asked while it was not, and requests whose turn came then were dropped. */
export function askForForgotten(context: Context, group: string, device: DeviceId): void {
  for (const { value } of undecryptableOf(context, group, textOf(device)))
    if (isRepairable(value.cause, false)) askLater(context, keyOf(group, value), LIMITS.keyRequestAfterMs)
}

const keyOf = (group: string, { epoch, device, keyId }: Undecryptable): KeyName => [group, textOf(epoch), textOf(device), String(keyId)]
