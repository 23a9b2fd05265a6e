/**
 * Operations as the second resolver reads them: objects with the set of all that is before them, and nothing else.
 *
 * This folder resolves a log a second time, by brute force over the definitions of PROTOCOL §5: sets of operations and
 * recursion, no folding, no waists, no bits. It is slow and meant to be read. It shares no rule with the resolver.
 */
import { deviceListHash } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import type { MemberEntry, UnsignedOperation } from '@sotto/wire'

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

export function operationOf(primitives: Primitives, id: string, unsigned: UnsignedOperation, past: ReadonlySet<PlacedOperation>): PlacedOperation {
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
