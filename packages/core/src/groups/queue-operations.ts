/** Operations as bodies of letters, as many in one body as fit. */
import { type DeviceId, encode, type GroupId, type Operation, operation as operationCodec } from '@sotto/wire'
import { queueControlMessage } from '../sessions/control-queue.ts'
import { LETTER_BYTES } from '../sessions/seal-letters.ts'
import type { Context } from '../state/context.ts'
import { operations as operationsMessage } from './control-messages/operations.ts'

/** Operations in one body. Each is a kilobyte or two, so this many seldom need more than one letter. */
const OPERATIONS_AT_ONCE = 8

/** Sends operations in bodies that each fit a letter. An operation's author chose its size (at most `operationBytes`). */
export function queueOperations(context: Context, device: DeviceId, group: GroupId, operations: readonly Operation[]): void {
  let batch: Operation[] = []
  let bytes = 0
  const flush = (): void => {
    if (batch.length > 0) queueControlMessage(context, device, operationsMessage, { group, operations: batch })
    batch = []
    bytes = 0
  }
  for (const each of operations) {
    const { length } = encode(operationCodec, each)
    if (batch.length >= OPERATIONS_AT_ONCE || bytes + length > LETTER_BYTES / 2) flush()
    batch.push(each)
    bytes += length
  }
  flush()
}
