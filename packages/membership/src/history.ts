/**
 * The entries behind a log, in an order in which parents come first, with what is looked up all the time.
 *
 * A history only grows. A log sees its first `count` entries; whoever adds to a log that is not the newest works on a
 * copy. So each log is an immutable value, and adding to the newest one costs no copy.
 */
import { type AccountId, type MemberEntry, type Operation, type OperationId, toBase64url } from '@sotto/wire'
import { type Bits, hasBit } from './bits.ts'
import type { GroupState } from './group-state.ts'
import type { Verdict } from './verdict.ts'

/** An operation at its place. */
export interface Entry {
  /** Place in the history: depends on the order of arrival, so no rule may read it but through `isBefore`. */
  readonly index: number
  readonly id: OperationId
  readonly operation: Operation
  /** Edges of the longest path from `create`. */
  readonly depth: number
  /** Every operation before it. */
  readonly past: Bits
  readonly pastCount: number
  /** Hash of the device list that it brings in, or null where it brings none. */
  readonly listHash: Uint8Array | null
  /** What its own past says of its right. */
  readonly verdict: Verdict
  /** The state folded from its past. */
  readonly before: GroupState
  /** The state folded from its past and itself. */
  readonly after: GroupState
}

export interface History {
  readonly entries: Entry[]
  readonly byId: Map<string, Entry>
  /** Entries of a device whose `previous` is the named operation. Key: `chainKey`. */
  readonly successors: Map<string, Entry[]>
  /** Entries that are not alone there: they are few, mostly none. */
  readonly forked: Set<Entry>
  /** Entries that brought a device in. Key: device. */
  readonly introductions: Map<string, { readonly account: AccountId; readonly entry: Entry }[]>
  /** Entries of a device, in order. Key: device. */
  readonly byDevice: Map<string, Entry[]>
}

export const emptyHistory = (): History => ({
  entries: [],
  byId: new Map(),
  successors: new Map(),
  forked: new Set(),
  introductions: new Map(),
  byDevice: new Map(),
})

/** A history of its own with the first `count` entries. */
export function historyUpTo(history: History, count: number): History {
  const copy = emptyHistory()
  for (const entry of history.entries.slice(0, count)) append(copy, entry)
  return copy
}

export function append(history: History, entry: Entry): void {
  const { device, previous } = entry.operation.unsigned
  history.entries.push(entry)
  history.byId.set(toBase64url(entry.id), entry)
  const siblings = pushTo(history.successors, chainKey(device, previous), entry)
  if (siblings.length > 1) for (const sibling of siblings) history.forked.add(sibling)
  pushTo(history.byDevice, toBase64url(device), entry)
  const brought = memberEntryOf(entry.operation)
  for (const each of brought?.devices ?? []) {
    const { account, device } = each.certificate.body
    pushTo(history.introductions, toBase64url(device), { account, entry })
  }
}

function pushTo<T>(map: Map<string, T[]>, key: string, value: T): readonly T[] {
  const values = map.get(key) ?? []
  if (values.length === 0) map.set(key, values)
  values.push(value)
  return values
}

export const chainKey = (device: Uint8Array, previous: Uint8Array | null): string =>
  `${toBase64url(device)}/${previous === null ? '' : toBase64url(previous)}`

/** The person that an operation brings in or whose devices it changes. */
export function memberEntryOf({ unsigned: { body } }: Operation): MemberEntry | null {
  switch (body.kind) {
    case 'create':
      return body.founder
    case 'admit':
    case 'devices':
      return body.member
    default:
      return null
  }
}

/** Whether `earlier` is in the past of `later`. */
export const isBefore = (earlier: Entry, later: Entry): boolean => hasBit(later.past, earlier.index)

/** Whether neither is in the past of the other. */
export const isConcurrent = (a: Entry, b: Entry): boolean => a !== b && !isBefore(a, b) && !isBefore(b, a)

/** Those of `entries` that are in the past of no other of them. */
export const maximal = (entries: readonly Entry[]): readonly Entry[] =>
  entries.filter((entry) => !entries.some((other) => isBefore(entry, other)))
