/** What becomes of sender keys when a roster changes (PROTOCOL §6). */
import type { DeviceId } from '@sotto/wire'
import { type Context, textOf } from './context.ts'
import { closeEpochs } from './epochs.ts'
import {
  FROZEN, GROUP, HOLDER, INTENT, KEY_REQUEST, OWN_KEY, PARKED, RECEIPT_DUE, SENT, THEIR_KEY,
} from './tables.ts'

/** Opens nothing more under the keys of devices that were removed; a device that came back is thawed. */
export function freezeDevices(context: Context, group: string, devices: readonly DeviceId[]): void {
  for (const device of devices) context.draft.put(FROZEN, [group, textOf(device)], { atMs: context.nowMs })
}

/** Forgets every key of a group that one is out of. What was said stays; what is being sent will not be. */
export function dropGroupKeys(context: Context, group: string): void {
  closeEpochs(context, group)
  for (const table of [HOLDER, INTENT, KEY_REQUEST, PARKED, RECEIPT_DUE, SENT, THEIR_KEY]) {
    for (const { key } of context.draft.scan<unknown>(table as never, group)) context.draft.delete(table as never, ...key)
  }
  context.draft.delete(OWN_KEY, group)
  const row = context.draft.get(GROUP, group)
  if (row !== undefined) context.draft.put(GROUP, [group], { ...row, epoch: null })
}
