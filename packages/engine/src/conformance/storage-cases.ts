/** Helpers and comparisons for the storage conformance cases. */
import { equalBytes } from '@sotto/wire'
import type { HistoryRecord, HistoryWrite, StoragePort, Writes } from '../ports.ts'

/** Commits; omitted parts are empty. */
export async function commit(storage: StoragePort, writes: Partial<Writes>): Promise<void> {
  await storage.commit({ rows: [], histories: [], dropHistories: [], ...writes })
}

/** Bytes that differ by seed and position. */
export function pattern(seed: number, lengthBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthBytes)
  for (let i = 0, state = seed * 2_654_435_761; i < lengthBytes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}

/** A row whose value follows from its number. */
export const row = (key: string, number: number) => ({ key, value: pattern(number, 8 + (number % 64)) })

/** Records whose order is their id and whose value follows from it. */
export const records = (history: string, ids: readonly string[]) =>
  ids.map((id) => ({ history, id, order: id, value: pattern(id.length * 65_536 + (id.codePointAt(0) ?? 0), 12) }))

/** `count` records in order. */
export const numbered = (history: string, count: number) =>
  records(
    history,
    Array.from({ length: count }, (_, i) => `id-${String(i).padStart(6, '0')}`),
  )

/** Rejects where a call does not reject with this kind of error. */
export async function assertRejects(call: Promise<unknown>, kind: new (...values: never[]) => Error): Promise<void> {
  const told = await call.then(
    () => 'no error',
    (error: unknown) => (error instanceof kind ? undefined : String(error)),
  )
  if (told !== undefined) throw new Error(`expected ${kind.name}, and there was ${told}`)
}

/** Throws where two values differ as JSON, with bytes compared as bytes. */
export function assertSame(found: unknown, expected: unknown): void {
  if (isSame(found, expected)) return
  throw new Error(`found ${describe(found)}, expected ${describe(expected)}`)
}

/** Compares records by id, order and value; `expected` may name their history as well. */
export function assertSameRecords(found: readonly HistoryRecord[], expected: readonly (HistoryRecord | HistoryWrite)[]): void {
  assertSame(
    found,
    expected.map(({ id, order, value }) => ({ id, order, value })),
  )
}

function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && equalBytes(a, b)
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const left = Object.entries(a)
  const right = new Map(Object.entries(b))
  return left.length === right.size && left.every(([name, value]) => right.has(name) && isSame(value, right.get(name)))
}

const describe = (value: unknown): string => {
  const said = JSON.stringify(value, (_, part: unknown) => (part instanceof Uint8Array ? `${part.length} bytes` : part))
  return said.length > 400 ? `${said.slice(0, 400)}…` : said
}
