/**
 * Control messages of devices that our log does not name yet (PROTOCOL §7). They wait for the operation that names the
 * device. Any device that can write to us may send such messages, so they are bounded.
 */
import { type DeviceId, type FieldsOf, LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { bytesOf, type Sender, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { PENDING_BODY } from '../state/tables/sessions.ts'
import { type ControlMessageKind, decodeControlMessage, encodeControlMessage } from './control-message.ts'

/** Most bodies of one device in one group that wait for the device to appear in a roster. A guess. */
const PENDING_BODIES = 32

/** Keeps a body. Each device's share is bounded. If all of them together take too much, the device with the most loses some. */
export function keepPending<K extends ControlMessageKind>(context: Context, from: Sender, group: string, kind: K, fields: FieldsOf<K>): void {
  const device = textOf(from.device)
  const encoded = encodeControlMessage<K>(kind, fields)
  if (kind.replaces) for (const { key } of pendingOf(context, group, kind)) if (key[1] === device) context.transaction.delete(PENDING_BODY, ...key)
  const isFull = kind.replaces !== true && context.transaction.scan(PENDING_BODY, group, device).length >= PENDING_BODIES
  if (isFull || !makeRoom(context, group, device, encoded.length)) return
  context.transaction.put(PENDING_BODY, [group, device, sortable(nextNumber(context))], { account: from.account, body: encoded, atMs: context.nowMs })
}

function makeRoom(context: Context, group: string, device: string, bytes: number): boolean {
  const sizeOf = (...prefix: readonly string[]): number =>
    context.transaction.scan(PENDING_BODY, ...prefix).reduce((sum, { value }) => sum + value.body.length, 0)
  const wanted = sizeOf(group, device) + bytes
  if (wanted > LIMITS.pendingBytesPerDevice) return false
  let total = sizeOf(group) + bytes
  if (total <= LIMITS.pendingBytes) return true
  const sizes = new Map<string, number>()
  for (const { key, value } of context.transaction.scan(PENDING_BODY, group)) {
    const [, each = ''] = key
    sizes.set(each, (sizes.get(each) ?? 0) + value.body.length)
  }
  while (total > LIMITS.pendingBytes) {
    const [most] = [...sizes].toSorted((a, b) => b[1] - a[1])
    const last = most === undefined || most[1] <= wanted ? undefined : context.transaction.scan(PENDING_BODY, group, most[0]).at(-1)
    if (most === undefined || last === undefined) return false
    context.transaction.delete(PENDING_BODY, ...last.key)
    sizes.set(most[0], most[1] - last.value.body.length)
    total -= last.value.body.length
  }
  return true
}

/** Drops bodies whose sender did not join in time. */
export function expirePending(context: Context): void {
  for (const { key, value } of context.transaction.scan(PENDING_BODY))
    if (value.atMs + LIMITS.retentionMs < context.nowMs) context.transaction.delete(PENDING_BODY, ...key)
}

/** The waiting bodies of one kind in a group, with their senders. */
export function pendingOf<K extends ControlMessageKind>(context: Context, group: string, kind: K): readonly Pending<K>[] {
  return context.transaction.scan(PENDING_BODY, group).flatMap(({ key, value }) => {
    const body = decodeControlMessage(kind, value.body)
    return body === undefined ? [] : [{ key, from: { account: value.account, device: bytesOf<DeviceId>(key[1] ?? '') }, body }]
  })
}

/** One body that waits. */
export interface Pending<K extends ControlMessageKind> {
  readonly key: readonly string[]
  readonly from: Sender
  readonly body: FieldsOf<K>
}
