/**
 * A log in the second resolver's form, with the first one's word on what is effective in each closed set of it. The model's
 * properties are held against that.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { compareBytes } from '@sotto/wire'
import { bitsDescending, hasBit, unionBits } from '../entries/bits.ts'
import type { Entry } from '../entries/entry.ts'
import { byDepthThenId } from '../entries/order.ts'
import { type MembershipLog, setOf } from '../log/log.ts'
import { recipients } from '../roster/recipients.ts'
import { resolve } from '../roster/resolve.ts'
import { effectiveOf } from '../rules/effective.ts'
import { stateOf } from '../rules/fold.ts'
import { scopeOf } from '../rules/scope.ts'
import type { RosterAnswer } from './answer.ts'
import type { View } from './facts.ts'
import { hexOf, operationOf, type PlacedOperation } from './placed-operation.ts'
import { rosterAnswer } from './resolver-answer.ts'

export interface ResolvedLog {
  /** Parents first. */
  readonly operations: readonly PlacedOperation[]
  readonly viewOf: (known: ReadonlySet<PlacedOperation>) => View
  readonly rosterOf: (known: ReadonlySet<PlacedOperation>) => RosterAnswer
  /** The devices that get the keys of one that saw this removal as effective. */
  readonly recipients: (known: ReadonlySet<PlacedOperation>, seenRemoval: PlacedOperation) => readonly string[]
}

const NONE_WAIT: MembershipLog['orphans'] = new Map()

/** As the resolver has it. What waits for its parents is left out. */
export function resolvedLogOf(primitives: Primitives, log: MembershipLog): ResolvedLog {
  const { history } = log
  const entries = history.entries.slice(0, log.count)
  const operations: PlacedOperation[] = []
  for (const { id, operation, past } of entries) {
    const before = [...bitsDescending(past)].flatMap((index) => operations[index] ?? [])
    operations.push(operationOf(primitives, hexOf(id), operation.unsigned, new Set(before)))
  }
  const entryOf = new Map(operations.map((operation, index) => [operation, entries[index]]))
  const entriesIn = (known: ReadonlySet<PlacedOperation>): readonly Entry[] => [...known].flatMap((operation) => entryOf.get(operation) ?? [])
  const effectiveIn = (known: ReadonlySet<PlacedOperation>): ReadonlySet<PlacedOperation> => {
    const region = entriesIn(known).toSorted(byDepthThenId)
    const effective = effectiveOf(scopeOf(history, setOf(region), region, (other) => stateOf(history, other)))
    return new Set(effective.flatMap(({ entry }) => operations[entry.index] ?? []))
  }
  /** The log of a device that has only these. */
  const logOf = (known: ReadonlySet<PlacedOperation>): MembershipLog => {
    const own = entriesIn(known)
    const before = unionBits(
      own.map(({ past }) => past),
      [],
    )
    return { ...log, heads: own.filter(({ index }) => !hasBit(before, index)).toSorted((a, b) => compareBytes(a.id, b.id)), orphans: NONE_WAIT }
  }
  return {
    operations,
    viewOf: viewerOf(operations, effectiveIn),
    rosterOf: (known) => rosterAnswer(resolve(logOf(known))),
    recipients: (known, removal) => {
      const { id } = entryOf.get(removal) ?? {}
      const { body } = removal.unsigned
      return recipients(logOf(known), 0, id === undefined || body.kind !== 'remove' ? [] : [{ account: body.account, removal: id }]).map(hexOf)
    },
  }
}

/** Views of what is decided elsewhere. Each set is decided once. */
export function viewerOf(
  operations: readonly PlacedOperation[],
  effectiveIn: (known: ReadonlySet<PlacedOperation>) => ReadonlySet<PlacedOperation>,
): (known: ReadonlySet<PlacedOperation>) => View {
  const places = new Map(operations.map((operation, place) => [operation, place]))
  const nameOf = (known: ReadonlySet<PlacedOperation>): string =>
    unionBits(
      [],
      [...known].map((each) => places.get(each) ?? 0),
    ).join()
  const views = new Map<string, View>()
  const before = new Map<PlacedOperation, View>()
  const behind = new Map<PlacedOperation, View>()
  const once = (kept: Map<PlacedOperation, View>, operation: PlacedOperation, known: () => ReadonlySet<PlacedOperation>): View => {
    const view = kept.get(operation) ?? viewOf(known())
    kept.set(operation, view)
    return view
  }
  const viewOf = (known: ReadonlySet<PlacedOperation>): View => {
    const name = nameOf(known)
    const view = views.get(name) ?? {
      known,
      effective: effectiveIn(known),
      before: (operation) => once(before, operation, () => operation.past),
      behind: (operation) => once(behind, operation, () => new Set([...operation.past, operation])),
    }
    views.set(name, view)
    return view
  }
  return viewOf
}
