/**
 * Operations that wait for their parents (PROTOCOL §5.46). Nothing that is sent, by anyone, takes a place from what must not be
 * missed: a removal by an admin keeps its subject from new keys while it waits.
 */
import { equalBytes, LIMITS, type Operation, type OperationId, toBase64url, type UnsignedOperation } from '@sotto/wire'
import type { GroupState } from '../entries/entry.ts'
import { currentDevices, personOf } from '../entries/group-state.ts'
import type { History } from '../entries/history.ts'
import { isAdminIn } from '../rules/in-charge.ts'

/**
 * `removals` by devices of present admins; of devices that the log names; of devices that it does not name yet, which anyone
 * can make up.
 */
export type WaitingPlace = 'removals' | 'known' | 'unknown'

/** An operation that waits for its parents. Its signature is that of the device it names, whosever that is. */
export interface Orphan {
  readonly id: OperationId
  readonly operation: Operation
  /** Its author and its parents as text: all that wait are looked through with each operation that comes. */
  readonly author: string
  readonly parents: readonly string[]
  /** As the log knew its author when it came. */
  readonly place: WaitingPlace
  /** Its parents are here; it waits since too many of its device are (PROTOCOL §5.48). */
  readonly isHeld: boolean
}

/** By id, those that came first in front. */
export type Waiting = ReadonlyMap<string, Orphan>

export const orphanOf = (id: OperationId, operation: Operation, place: WaitingPlace, isHeld: boolean): Orphan => ({
  id,
  operation,
  author: toBase64url(operation.unsigned.account),
  parents: operation.unsigned.parents.map(toBase64url),
  place,
  isHeld,
})

const MOST: Readonly<Record<WaitingPlace, number>> = {
  removals: LIMITS.orphanRemovals,
  known: LIMITS.orphanOperations,
  unknown: LIMITS.orphansOfUnknown,
}

/** Where an operation waits, by what the first `count` entries say of its author. */
export function waitingPlaceOf(history: History, count: number, state: () => GroupState, { account, device, body }: UnsignedOperation): WaitingPlace {
  const isNamed = (history.introductions.get(toBase64url(device)) ?? []).some((each) => each.entry.index < count && equalBytes(each.account, account))
  if (!isNamed) return 'unknown'
  if (body.kind !== 'remove') return 'known'
  const person = personOf(state(), account)
  const isCurrent = person !== undefined && currentDevices(state(), person).some((each) => equalBytes(each.certificate.body.device, device))
  return isCurrent && isAdminIn(state(), account) ? 'removals' : 'known'
}

/**
 * With one more. Where its place is full, the author with most there gives up its newest; of unknown authors, who cost nothing to
 * make up, the oldest goes. Undefined if it would be the new one itself.
 */
export function withOrphan(waiting: Waiting, orphan: Orphan): { readonly waiting: Waiting; readonly dropped: Orphan | null } | undefined {
  const there = [...waiting.values()].filter(({ place }) => place === orphan.place)
  const dropped = there.length < MOST[orphan.place] ? null : orphan.place === 'unknown' ? there[0] : newestOfMost(there, orphan)
  if (dropped === orphan) return undefined
  const more = new Map(waiting).set(toBase64url(orphan.id), orphan)
  if (dropped !== null && dropped !== undefined) more.delete(toBase64url(dropped.id))
  return { waiting: more, dropped: dropped ?? null }
}

function newestOfMost(there: readonly Orphan[], added: Orphan): Orphan {
  const byAuthor = new Map<string, { count: number; newest: Orphan }>()
  for (const each of [...there, added]) byAuthor.set(each.author, { count: (byAuthor.get(each.author)?.count ?? 0) + 1, newest: each })
  let most = { count: 0, newest: added }
  for (const each of byAuthor.values()) if (each.count > most.count) most = each
  return most.newest
}
