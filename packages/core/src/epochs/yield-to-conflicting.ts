/** Who goes on where several members began an epoch at the same time (PROTOCOL §6). */
import { spreadMs } from '@sotto/crypto/primitives'
import { operationOf } from '@sotto/membership'
import { equalBytes, LIMITS } from '@sotto/wire'
import { logOf, rosterOf } from '../groups/group-log.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { REKEYED } from '../state/tables/groups.ts'
import { setTimer } from '../state/timers.ts'

/** This device begins an epoch in order to send. */
export function noteRekeyed(context: Context, group: string): void {
  const untilMs = context.nowMs + LIMITS.conflictingRekeysMs + spreadMs(context.provider.random, LIMITS.conflictingRekeysMs)
  context.transaction.put(REKEYED, [group], { atMs: context.nowMs, untilMs })
}

/**
 * Whether another member goes on first. Two that both went on at once, each as soon as it hears of the other, would never
 * come to an end. So of the devices whose operations conflict the one with the smallest id goes on, and one that has
 * just begun an epoch itself waits for that, but not for long: the other may be gone, or have nothing to send.
 */
export function yieldsToConflicting(context: Context, group: string): boolean {
  const rekeyed = context.transaction.get(REKEYED, group)
  const roster = rosterOf(context, group)
  // A clock that was put back must not make it wait longer.
  const isRecent = rekeyed !== undefined && rekeyed.atMs <= context.nowMs && context.nowMs < rekeyed.untilMs
  if (!isRecent || !roster.conflictingRekeys) return false
  const log = logOf(context, group)
  // They are in the order of their ids.
  const writers = roster.rekeyings.map((id) => operationOf(log, id)?.unsigned.device)
  const first = writers.find((device) => device !== undefined && roster.deviceOf(device) !== undefined)
  if (first === undefined || equalBytes(first, selfOf(context).device)) return false
  setTimer(context, 'rekey', rekeyed.untilMs, 'earliest')
  return true
}
