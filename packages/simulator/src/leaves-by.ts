/** What leaves a device by a step of its machine, or waits to leave it. */
import type { Core, Effect } from '@sotto/core'
import { CONTROL_QUEUE, OUTBOX, PENDING_MESSAGE } from '@sotto/core/inside'

/** Effects that stay on the device, and tables whose rows leave it. */
const STAYING: readonly Effect['kind'][] = ['reply', 'readHistory', 'wakeAt', 'writeChunk', 'readChunk', 'removeChunks', 'listChunks']
const LEAVING: readonly string[] = [CONTROL_QUEUE, OUTBOX, PENDING_MESSAGE].map(({ name }) => name)

export function leavesBy({ writes, effects }: ReturnType<Core['step']>): readonly string[] {
  const queued = writes.rows.flatMap(({ key, value }) => (value !== null && LEAVING.includes(key.slice(0, key.indexOf('/'))) ? [key] : []))
  return [...queued, ...effects.flatMap(({ kind }) => (STAYING.includes(kind) ? [] : [kind]))]
}
