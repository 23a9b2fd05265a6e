/** What a client has asked of its relay and has no answer to yet (PROTOCOL §8.7). */
import type { ClientState, Pending } from './client-state.ts'

/**
 * What a request puts on the line, about, where it is a record. All others fit a few hundred bytes, but for a publication of prekeys, which
 * is rare: the other way that is gone meanwhile costs less than twice the wait where the relay hangs.
 */
const bytesOf = (pending: Pending): number => (pending.kind === 'append' ? pending.body.length : 0)

export const awaitsAnswer = ({ connection }: ClientState): boolean => (connection?.session?.pending.size ?? 0) > 0

/** The bytes of the oldest request that is sent and unanswered, about. A relay reads it before all later ones, and may answer then. */
export function firstUnansweredBytes({ connection }: ClientState): number {
  let first: readonly [number, Pending] | undefined
  for (const entry of connection?.session?.pending ?? []) if (first === undefined || entry[0] < first[0]) first = entry
  return first === undefined ? 0 : bytesOf(first[1])
}
