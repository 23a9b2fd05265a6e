/** Operations get their places, as the second resolver has them: those that belong to the log at all. */
import type { Primitives } from '@sotto/crypto/primitives'
import { type Operation, operationIdInput, type UnsignedOperation } from '@sotto/wire'
import { type ViewOf, viewer } from './brute-force.ts'
import { hexOf, operationOf, type PlacedOperation } from './placed-operation.ts'
import { isEntitled } from './rights.ts'

/**
 * Places operations that were checked one by one already (form, signatures). One that breaks its device's chain, or
 * whose device nothing in its past brought in, or whose author had no right in the view of its past, is left out. What comes after it or misses a parent waits.
 */
export function placeOperations(
  primitives: Primitives,
  operations: readonly Operation[],
): { readonly known: ReadonlySet<PlacedOperation>; readonly waiting: readonly UnsignedOperation[]; readonly viewOf: ViewOf } {
  const viewOf = viewer()
  const placed = new Map<string, PlacedOperation>()
  const refused = new Set<string>()
  const ids = operations.map(({ unsigned }) => ({ id: hexOf(primitives.sha256(operationIdInput(unsigned))), unsigned }))
  for (let before = -1; before !== placed.size;) {
    before = placed.size
    for (const { id, unsigned } of ids) {
      if (placed.has(id) || refused.has(id)) continue
      const parents = unsigned.parents.map((parent) => placed.get(hexOf(parent)))
      if (parents.includes(undefined)) continue
      const past = new Set(parents.flatMap((parent) => (parent === undefined ? [] : [parent, ...parent.past])))
      const operation = operationOf(primitives, id, unsigned, past)
      if (hasAuthor(operation) && keepsChain(operation) && isEntitled(viewOf(past), operation)) placed.set(id, operation)
      else refused.add(id)
    }
  }
  const isWaiting = ({ id }: { readonly id: string }): boolean => !placed.has(id) && !refused.has(id)
  return { known: new Set(placed.values()), waiting: ids.filter(isWaiting).map(({ unsigned }) => unsigned), viewOf }
}

/** Something in the past, or the operation itself where it founds, brought the device in for this account. */
const hasAuthor = (operation: PlacedOperation): boolean =>
  [...operation.past, ...(operation.unsigned.body.kind === 'create' ? [operation] : [])].some(
    ({ entry }) => entry !== null && entry.account === operation.account && entry.devices.includes(operation.device),
  )

/** The predecessor is the device's own, in the past, and nothing there follows it already. */
function keepsChain({ device, previous, past }: PlacedOperation): boolean {
  const own = [...past].filter((each) => each.device === device)
  if (previous !== null && !own.some(({ id }) => id === previous)) return false
  return !own.some((each) => each.previous === previous)
}
