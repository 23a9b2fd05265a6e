/** Questions to a log about its operations. */
import { compareBytes, type DeviceId, equalBytes, LIMITS, type Operation, type OperationId, toBase64url } from '@sotto/wire'
import { hasBit } from '../entries/bits.ts'
import type { Entry } from '../entries/entry.ts'
import { isBefore } from '../entries/order.ts'
import { isOverBudget } from './gone-authors.ts'
import { entryNamed, entryOf, type MembershipLog, setOf, stateOfLog } from './log.ts'

/** The operations that no other has in its past, ascending by id: what this device has seen, in short. */
export const heads = (log: MembershipLog): readonly OperationId[] => log.heads.map(({ id }) => id)

/** How many operations from the end of the log the first earlier one is, and how many times as many each next one. */
const FIRST_EARLIER = 2
const EARLIER_FACTOR = 4

/**
 * Some operations further and further back. A device that lacks the heads sees by them what is here all the same, and does not
 * send the whole log.
 */
export function earlierOperations(log: MembershipLog): readonly OperationId[] {
  const earlier: OperationId[] = []
  for (let back = FIRST_EARLIER; back < log.count && earlier.length < LIMITS.earlierOperations; back *= EARLIER_FACTOR) {
    const entry = log.history.entries[log.count - back]
    if (entry !== undefined) earlier.push(entry.id)
  }
  return earlier
}

/** Whether the log has all of these in their place. */
export const hasAll = (log: MembershipLog, operations: readonly OperationId[]): boolean => operations.every((id) => entryOf(log, id) !== undefined)

/** The operation of an id, or `undefined` where it is unknown or still waits for its parents. */
export const operationOf = (log: MembershipLog, id: OperationId): Operation | undefined => entryOf(log, id)?.operation

/**
 * Whether other members may hold an operation that is here, until one who has it says so (PROTOCOL §5.48): it is at the log's end,
 * its device may not write any more, and as many of that device are here as are kept.
 */
export const hasEndsToAcknowledge = (log: MembershipLog): boolean =>
  log.heads.some((head) => isOverBudget(log, () => stateOfLog(log), setOf([head]), head.operation.unsigned))

/** Whether `earlier` is in the past of `later`. False where one is unknown or both are the same. */
export function isAncestor(log: MembershipLog, earlier: OperationId, later: OperationId): boolean {
  const first = entryOf(log, earlier)
  const second = entryOf(log, later)
  return first !== undefined && second !== undefined && isBefore(first, second)
}

const entriesOf = (log: MembershipLog): readonly Entry[] => log.history.entries.slice(0, log.count)

/** All operations, parents first; otherwise in the order of their arrival. */
export const operationsInCausalOrder = (log: MembershipLog): readonly Operation[] => entriesOf(log).map(({ operation }) => operation)

/**
 * The operations that a device with these heads and earlier ones lacks, parents first. Those that are unknown here say nothing of
 * what it has. Unknown heads are returned beside the answer: that is what we lack.
 */
export function missingFrom(
  log: MembershipLog,
  theirHeads: readonly OperationId[],
  theirEarlier: readonly OperationId[] = [],
): { readonly operations: readonly Operation[]; readonly unknownHeads: readonly OperationId[] } {
  const known = theirHeads.flatMap((id) => entryOf(log, id) ?? [])
  // Connected members compare every minute, and mostly have the same.
  if (log.heads.every((head) => known.includes(head))) return { operations: [], unknownHeads: unknownOf(log, theirHeads) }
  const theirs = setOf([...known, ...theirEarlier.flatMap((id) => entryOf(log, id) ?? [])])
  return {
    operations: entriesOf(log).flatMap(({ index, operation }) => (hasBit(theirs, index) ? [] : [operation])),
    unknownHeads: unknownOf(log, theirHeads),
  }
}

/** Those that are not here. What is held is: to ask for it again would bring nothing. */
function unknownOf(log: MembershipLog, ids: readonly OperationId[]): readonly OperationId[] {
  const unknown = ids.filter((id) => entryOf(log, id) === undefined)
  return unknown.some((id) => log.orphans.has(toBase64url(id))) && missingParents(log).length === 0
    ? unknown.filter((id) => !log.orphans.has(toBase64url(id)))
    : unknown
}

/** Parents that orphans wait for and that are not here, ascending: what to ask others for. */
export function missingParents(log: MembershipLog): readonly OperationId[] {
  const known = missingOf.get(log)
  if (known !== undefined) return known
  const missing = new Map<string, OperationId>()
  for (const { operation, parents } of log.orphans.values()) {
    for (const [i, parent] of operation.unsigned.parents.entries()) {
      const key = parents[i] ?? ''
      if (entryNamed(log, key) === undefined && !log.orphans.has(key)) missing.set(key, parent)
    }
  }
  const sorted = [...missing.values()].toSorted(compareBytes)
  missingOf.set(log, sorted)
  return sorted
}

/** A log never changes: worked out once. */
const missingOf = new WeakMap<MembershipLog, readonly OperationId[]>()

/** A log never changes: worked out once. */
const admissions = new WeakMap<MembershipLog, ReadonlyMap<string, readonly Entry[]>>()

/** The operations that admitted a device and are in no other such operation's past: more than one where several did at once. */
export const admissionsOf = (log: MembershipLog, device: DeviceId): readonly OperationId[] => admissionEntries(log, device).map(({ id }) => id)

/** Of all devices at once: members ask about each other. */
export function admissionEntries(log: MembershipLog, device: DeviceId): readonly Entry[] {
  let known = admissions.get(log)
  if (known === undefined) {
    const byDevice = new Map<string, Entry[]>()
    for (const entry of entriesOf(log)) {
      const { body } = entry.operation.unsigned
      if (body.kind !== 'admit') continue
      for (const each of body.member.devices) {
        const key = toBase64url(each.certificate.body.device)
        byDevice.set(key, [...(byDevice.get(key) ?? []), entry])
      }
    }
    known = new Map([...byDevice].map(([key, entries]) => [key, lastOf(entries)]))
    admissions.set(log, known)
  }
  return known.get(toBase64url(device)) ?? []
}

const lastOf = (entries: readonly Entry[]): readonly Entry[] => entries.filter((entry) => !entries.some((other) => isBefore(entry, other)))

/**
 * Who let a device in, for a reader that may not know: its admissions, those of their authors, and so on, as far as the reader's own
 * operations and admissions do not have them in their past. Parents first; empty if the reader knows the device.
 */
export function unseenAdmissions(log: MembershipLog, reader: DeviceId, device: DeviceId): readonly Operation[] {
  const seen = seenBy(log, reader)
  const found = new Set<Entry>()
  const open = [...admissionEntries(log, device)]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (hasBit(seen, next.index) || found.has(next)) continue
    found.add(next)
    open.push(...admissionEntries(log, next.operation.unsigned.device))
  }
  return [...found].toSorted((a, b) => a.index - b.index).map(({ operation }) => operation)
}

/** What a device has certainly seen: the past of its own operations and admissions. */
export const seenBy = (log: MembershipLog, device: DeviceId) =>
  setOf([...(log.history.byDevice.get(toBase64url(device)) ?? []).filter(({ index }) => index < log.count), ...admissionEntries(log, device)])

/**
 * Where a device's next operation goes: `previous` and `parents` of its unsigned bytes. The parents are all heads, or as
 * many as an operation may have, with the one that the device's own chain leads to among them.
 */
export function nextPlace(log: MembershipLog, device: DeviceId): { readonly previous: OperationId | null; readonly parents: readonly OperationId[] } {
  const own = (log.history.byDevice.get(toBase64url(device)) ?? []).filter(({ index }) => index < log.count)
  const last = own.at(-1)
  const leadsOn = (head: Entry): boolean => last !== undefined && (equalBytes(head.id, last.id) || isBefore(last, head))
  const first = log.heads.find(leadsOn)
  const others = log.heads.filter((head) => head !== first)
  const chosen = (first === undefined ? others : [first, ...others]).slice(0, LIMITS.operationParents)
  return { previous: last?.id ?? null, parents: chosen.map(({ id }) => id).toSorted(compareBytes) }
}
