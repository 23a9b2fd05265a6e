/**
 * Operations of devices that may not write any more, dated back behind what took that from them (PROTOCOL §5.48). They count for
 * little or nothing, so there is an end to how many are kept.
 */
import { type AccountId, type DeviceId, equalBytes, LIMITS, toBase64url, type UnsignedOperation } from '@sotto/wire'
import { type Bits, countBits, missingBits } from '../entries/bits.ts'
import type { Entry, GroupState } from '../entries/entry.ts'
import { isCurrentDevice } from '../entries/group-state.ts'
import type { History } from '../entries/history.ts'
import { isBefore } from '../entries/order.ts'
import { rulesOf } from '../operations/all.ts'
import type { Waiting } from './waiting.ts'

/** A log, as far as this is about it. */
interface Log {
  readonly history: History
  readonly count: number
  readonly orphans: Waiting
}

/**
 * Whether its device may not write any more, and as many of its operations are kept beside what took that from it as there may
 * be. Cheap for all others: their devices have few operations, or nothing at the same time is aimed at them.
 */
export function isOverBudget(log: Log, state: () => GroupState, past: Bits, { account, device }: UnsignedOperation): boolean {
  const own = (log.history.byDevice.get(toBase64url(device)) ?? []).filter(({ index }) => index < log.count)
  if (own.length < LIMITS.operationsOfGone || countBits(past) === log.count) return false
  const takings = [...missingBits(past, log.count)].flatMap((index) => {
    const entry = log.history.entries[index]
    return entry !== undefined && takesFrom(entry, account, device) ? [entry] : []
  })
  // One of them is enough: a later one, whose author has seen what is kept, makes no room for more.
  const isFullBeside = (end: Entry): boolean => {
    const beside = own.filter((entry) => !isBefore(entry, end))
    return beside.length >= LIMITS.operationsOfGone
  }
  return [...takings, ...firstForkOf(log, device)].some(isFullBeside) && !isCurrentDevice(state(), account, device)
}

/** The operations with which a device began to write with two hands; none where it did not. */
function firstForkOf({ history, count }: Log, device: DeviceId): readonly Entry[] {
  const forked = [...history.forked].filter((entry) => entry.index < count && equalBytes(entry.operation.unsigned.device, device))
  const depth = Math.min(...forked.map((entry) => entry.depth))
  return forked.filter((entry) => entry.depth === depth)
}

/** It takes this device, removes its person, or is their own departure. A demoted member writes on. */
function takesFrom({ right, operation }: Entry, account: AccountId, device: DeviceId): boolean {
  if (right.revokes.some((each) => equalBytes(each, device))) return true
  const { body, account: author } = operation.unsigned
  const { removes, takesAway } = rulesOf(body)
  const gone = removes?.(body) ?? (takesAway === true ? author : null)
  return gone !== null && equalBytes(gone, account)
}

/**
 * What waits and was written by devices that may write, with what of the waiting is before it: such a device has taken that in,
 * and others have to, or they would not have what comes behind it. By id.
 */
export function waitedFor({ orphans }: Log, state: () => GroupState): ReadonlySet<string> {
  const found = new Set<string>()
  const open = [...orphans].flatMap(([key, { operation }]) => (isCurrentDevice(state(), operation.unsigned.account, operation.unsigned.device) ? [key] : []))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    for (const parent of orphans.get(next)?.operation.unsigned.parents ?? []) open.push(toBase64url(parent))
  }
  return found
}
