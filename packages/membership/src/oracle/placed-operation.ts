/**
 * Operations as the second resolver reads them: objects with the set of all that is before them, and nothing else.
 *
 * This folder resolves a log a second time, by brute force over the definitions of PROTOCOL §5: sets of operations and
 * recursion, no folding, no waists, no bits. It is slow and meant to be read. It shares no rule with the resolver.
 */
import { deviceListHash } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import { type MemberEntry, type Operation, operationIdInput, type UnsignedOperation } from '@sotto/wire'

/** An operation at its place. Ids are in their text form. */
export interface PlacedOperation {
  readonly id: string
  readonly unsigned: UnsignedOperation
  readonly account: string
  readonly device: string
  readonly previous: string | null
  readonly past: ReadonlySet<PlacedOperation>
  /** Edges of the longest path from `create`. */
  readonly depth: number
  readonly entry: Entry | null
}

/** The person that an operation admits, or whose devices it changes. */
export interface Entry {
  readonly account: string
  readonly version: number
  readonly hash: string
  readonly previousHash: string
  readonly devices: readonly string[]
  readonly listed: readonly string[]
  readonly revoked: readonly string[]
}

export const isBefore = (earlier: PlacedOperation, later: PlacedOperation): boolean => later.past.has(earlier)

export const isConcurrent = (a: PlacedOperation, b: PlacedOperation): boolean => a !== b && !isBefore(a, b) && !isBefore(b, a)

/** Depth from `create`, then the smaller id: negative where `a` comes first. */
export const compareByPlace = (a: PlacedOperation, b: PlacedOperation): number => a.depth - b.depth || (a.id < b.id ? -1 : 1)

/** Those that are in the past of no other of them. */
export const latestOf = (operations: readonly PlacedOperation[]): readonly PlacedOperation[] =>
  operations.filter((operation) => !operations.some((other) => isBefore(operation, other)))

/**
 * Places operations that were checked one by one already (form, signatures). One that breaks its device's chain, or
 * whose device nothing in its past brought in, is left out. What comes after it or misses a parent waits.
 */
export function placeOperations(
  primitives: Primitives,
  operations: readonly Operation[],
): { readonly known: ReadonlySet<PlacedOperation>; readonly waiting: readonly UnsignedOperation[] } {
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
      if (hasAuthor(operation) && keepsChain(operation)) placed.set(id, operation)
      else refused.add(id)
    }
  }
  const isWaiting = ({ id }: { readonly id: string }): boolean => !placed.has(id) && !refused.has(id)
  return { known: new Set(placed.values()), waiting: ids.filter(isWaiting).map(({ unsigned }) => unsigned) }
}

function operationOf(primitives: Primitives, id: string, unsigned: UnsignedOperation, past: ReadonlySet<PlacedOperation>): PlacedOperation {
  const { account, device, previous, body } = unsigned
  const member = body.kind === 'create' ? body.founder : body.kind === 'admit' || body.kind === 'devices' ? body.member : null
  return {
    id,
    unsigned,
    account: hexOf(account),
    device: hexOf(device),
    previous: previous === null ? null : hexOf(previous),
    past,
    depth: Math.max(-1, ...[...past].map(({ depth }) => depth)) + 1,
    entry: member === null ? null : readEntry(primitives, member),
  }
}

const readEntry = (primitives: Primitives, { list, devices }: MemberEntry): Entry => ({
  account: hexOf(list.body.account),
  version: list.body.version,
  hash: hexOf(deviceListHash(primitives, list)),
  previousHash: hexOf(list.body.previousHash),
  devices: devices.map(({ certificate }) => hexOf(certificate.body.device)),
  listed: list.body.devices.map(({ body }) => hexOf(body.device)),
  revoked: list.body.revoked.map(hexOf),
})

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

const texts = new WeakMap<Uint8Array, string>()

/** Text whose order is that of the bytes, as base64url's is not. Kept, for ids are looked at again and again. */
export function hexOf(bytes: Uint8Array): string {
  const known = texts.get(bytes)
  if (known !== undefined) return known
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  texts.set(bytes, text)
  return text
}
