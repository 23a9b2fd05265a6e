/**
 * The entries behind a log, in an order in which parents come first, with what is looked up all the time.
 *
 * A history only grows. A log sees its first `count` entries. An addition to a log that is not the newest works on a
 * copy. So each log is an immutable value, and adding to the newest one costs no copy.
 */
import { type AccountId, type MemberEntry, type Operation, toBase64url } from '@sotto/wire'
import type { Entry } from './entry.ts'

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

export const chainKey = (device: Uint8Array, previous: Uint8Array | null): string => `${toBase64url(device)}/${previous === null ? '' : toBase64url(previous)}`

/** The person that an operation brings in or whose devices it changes. */
export function memberEntryOf({ unsigned: { body } }: Operation): MemberEntry | null {
  if ('founder' in body) return body.founder
  return 'member' in body ? body.member : null
}
