/**
 * Sender keys of other devices. Only this file writes and deletes them, because the space of one device's keys is bounded
 * (PROTOCOL §3).
 */
import { forgetOldKeys, type TheirSenderKey } from '@sotto/crypto'
import { LIMITS } from '@sotto/wire'
import type { Context } from '../../state/context.ts'
import type { KeyName } from '../../state/names.ts'
import { KEY_BYTES, THEIR_KEY, type TheirKey } from '../../state/tables/sender-keys.ts'

/** About how many bytes a key takes without skipped message keys, and how many each of those and each range adds. */
const KEY_ROW_BYTES = 320

const SKIPPED_BYTES = 40

const RANGE_BYTES = 4

const sizeOf = (key: TheirSenderKey | undefined): number =>
  key === undefined ? 0 : KEY_ROW_BYTES + SKIPPED_BYTES * key.skipped.length + RANGE_BYTES * (key.destroyed.length + key.context.frontier.length * 8)

/** Keeps a key. If its device then exceeds its share in the group, the oldest of its other keys are deleted. */
export function putTheirKey(context: Pick<Context, 'transaction'>, name: KeyName, value: TheirKey): void {
  const [group, , device] = name
  const before = context.transaction.get(THEIR_KEY, ...name)?.key
  context.transaction.put(THEIR_KEY, name, value)
  if (addBytes(context, group, device, sizeOf(value.key) - sizeOf(before)) <= LIMITS.receiverKeyBytes) return
  const others = context.transaction
    .scan(THEIR_KEY, group)
    .filter(({ key }) => key[2] === device && (key[1] !== name[1] || key[3] !== name[3]))
    .toSorted((a, b) => a.value.receivedMs - b.value.receivedMs || Number(a.key[3]) - Number(b.key[3]))
  for (const { key } of others) {
    deleteTheirKey(context, [group, key[1] ?? '', device, key[3] ?? ''])
    if ((context.transaction.get(KEY_BYTES, group, device) ?? 0) <= LIMITS.receiverKeyBytes) return
  }
}

/** Deletes a key. Later envelopes under it are undecryptable, and its owner is asked as for a key that never came. */
export function deleteTheirKey(context: Pick<Context, 'transaction'>, name: KeyName): void {
  const before = context.transaction.get(THEIR_KEY, ...name)?.key
  context.transaction.delete(THEIR_KEY, ...name)
  addBytes(context, name[0], name[2], -sizeOf(before))
}

/** Deletes expired skipped message keys, also under keys that are no longer used. */
export function expireTheirKeys(context: Pick<Context, 'transaction' | 'nowMs'>): void {
  for (const { key, value } of context.transaction.scan(THEIR_KEY)) {
    const kept = forgetOldKeys(value.key, context.nowMs)
    const [group = '', epoch = '', device = '', keyId = ''] = key
    if (kept !== value.key) putTheirKey(context, [group, epoch, device, keyId], { ...value, key: kept })
  }
}

function addBytes(context: Pick<Context, 'transaction'>, group: string, device: string, bytes: number): number {
  const before = context.transaction.get(KEY_BYTES, group, device) ?? 0
  const after = Math.max(0, before + bytes)
  if (after === 0) context.transaction.delete(KEY_BYTES, group, device)
  else if (after !== before) context.transaction.put(KEY_BYTES, [group, device], after)
  return after
}
