/**
 * Envelopes that cannot be opened yet (PROTOCOL §3). They are put and deleted here and nowhere else, so that what waits
 * of each device and under each key is known without looking at all of it, and bounded: anybody who holds the epoch's
 * secret can seal under keys that another device never had.
 */
import { type EnvelopeHash, type EpochId, LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { bytesOf, type KeyName, textOf } from '../state/names.ts'
import { GROUP } from '../state/tables/groups.ts'
import { type Parked, PARKED, PARKED_SIZE, PARKED_UNDER, type ParkedSize, STRAY } from '../state/tables/cipher.ts'

export interface ParkedRow {
  readonly hash: string
  readonly value: Parked
}

type Rows = Pick<Context, 'draft'>

/** Rows that are only looked at. */
interface Reading {
  readonly draft: Pick<Context['draft'], 'get' | 'scan'>
}

/** Puts an envelope by, or says anew what it waits for. False where there is no room for it. */
export function putParked(context: Rows, group: string, hash: string, value: Parked): boolean {
  if (context.draft.get(PARKED, group, hash) === undefined) {
    if (!makeRoom(context, group, textOf(value.device), value.envelope.length)) return false
    countIn(context, group, hash, value)
  }
  context.draft.put(PARKED, [group, hash], value)
  return true
}

export function deleteParked(context: Rows, group: string, hash: string): void {
  const value = context.draft.get(PARKED, group, hash)
  if (value === undefined) return
  context.draft.delete(PARKED, group, hash)
  context.draft.delete(PARKED_UNDER, ...underKey(group, hash, value))
  addSize(context, group, textOf(value.device), -1, -value.envelope.length)
}

/** What is parked of a device in a group. */
export const parkedOf = (context: Reading, group: string, device: string): readonly ParkedRow[] => found(context, group, device)

/** What is parked under one key. */
export const parkedUnder = (context: Reading, [group, epoch, device, generation]: KeyName): readonly ParkedRow[] =>
  found(context, group, device, epoch, generation)

/** After a start: what is known of parked envelopes without looking at all of them. */
export function indexParked(context: Rows): void {
  for (const { key } of context.draft.scan(PARKED_UNDER)) context.draft.delete(PARKED_UNDER, ...key)
  for (const { key } of context.draft.scan(PARKED_SIZE)) context.draft.delete(PARKED_SIZE, ...key)
  for (const { key, value } of context.draft.scan(PARKED)) countIn(context, key[0] ?? '', key[1] ?? '', value)
}

function found(context: Reading, group: string, ...under: readonly string[]): readonly ParkedRow[] {
  return context.draft.scan(PARKED_UNDER, group, ...under).flatMap(({ key }) => {
    const [, , , , hash = ''] = key
    const value = context.draft.get(PARKED, group, hash)
    return value === undefined ? [] : [{ hash, value }]
  })
}

const underKey = (group: string, hash: string, { device, epoch, generation }: Parked): readonly string[] => [
  group,
  textOf(device),
  textOf(epoch),
  String(generation),
  hash,
]

function countIn(context: Rows, group: string, hash: string, value: Parked): void {
  context.draft.put(PARKED_UNDER, underKey(group, hash, value), true)
  addSize(context, group, textOf(value.device), 1, value.envelope.length)
}

function addSize(context: Rows, group: string, device: string, places: number, bytes: number): void {
  const before = context.draft.get(PARKED_SIZE, group, device) ?? { places: 0, bytes: 0 }
  const after = { places: before.places + places, bytes: before.bytes + bytes }
  if (after.places <= 0) context.draft.delete(PARKED_SIZE, group, device)
  else context.draft.put(PARKED_SIZE, [group, device], after)
}

/** How much of what there is for a group somebody takes. */
const shareOf = ({ places, bytes }: ParkedSize): number => Math.max(places / LIMITS.parkedEnvelopes, bytes / LIMITS.parkedBytes)

/** Where there is no room, whoever takes most gives way, what came last going first; it is not given any itself. */
function makeRoom(context: Rows, group: string, device: string, bytes: number): boolean {
  const own = context.draft.get(PARKED_SIZE, group, device) ?? { places: 0, bytes: 0 }
  const wanted = shareOf({ places: own.places + 1, bytes: own.bytes + bytes })
  for (;;) {
    const sizes = context.draft.scan(PARKED_SIZE, group)
    const places = sizes.reduce((sum, { value }) => sum + value.places, 1)
    const taken = sizes.reduce((sum, { value }) => sum + value.bytes, bytes)
    if (places <= LIMITS.parkedEnvelopes && taken <= LIMITS.parkedBytes) return true
    const [most] = sizes.toSorted((a, b) => shareOf(b.value) - shareOf(a.value))
    if (most === undefined || shareOf(most.value) <= wanted) return false
    const [last] = parkedOf(context, group, most.key[1] ?? '').toSorted((a, b) => b.value.atMs - a.value.atMs)
    if (last === undefined) return false
    deleteParked(context, group, last.hash)
  }
}

/** An envelope that nobody can have sealed for this group: dropped and counted. */
export function stray(context: Context, group: string): undefined {
  const row = context.draft.get(GROUP, group)
  if (row !== undefined) context.draft.put(GROUP, [group], { ...row, strays: row.strays + 1 })
  return undefined
}

/** The operation that brings its sender in may be on its way: kept for that, within a bound. */
export function keepStray(context: Context, group: string, epoch: string, hash: EnvelopeHash, envelope: Uint8Array): undefined {
  if (context.draft.scan(STRAY, group).length >= LIMITS.strayEnvelopes) return stray(context, group)
  context.draft.put(STRAY, [group, textOf(hash)], { epoch: bytesOf<EpochId>(epoch), envelope, atMs: context.nowMs })
  return undefined
}
