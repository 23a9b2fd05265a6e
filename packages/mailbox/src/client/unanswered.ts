/** What a client has asked of its relay and has no answer to yet (PROTOCOL §8.7). */
import { LIMITS } from '@sotto/wire'
import type { ClientState, Pending } from './client-state.ts'

/** What a request puts on the line at the most. All others fit a few hundred bytes. */
const bytesOf = (pending: Pending): number => (pending.kind === 'append' ? pending.body.length : pending.kind === 'publishKeys' ? LIMITS.recordBytes : 0)

export const awaitsAnswer = ({ connection }: ClientState): boolean => (connection?.session?.pending.size ?? 0) > 0

/** The bytes of requests that are sent and unanswered, about. */
export function unansweredBytes({ connection }: ClientState): number {
  let bytes = 0
  for (const pending of connection?.session?.pending.values() ?? []) bytes += bytesOf(pending)
  return bytes
}
