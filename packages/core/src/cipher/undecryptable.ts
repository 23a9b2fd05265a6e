/**
 * Envelopes that cannot be opened yet (PROTOCOL §3). Only this file writes and deletes them. So what waits for each device
 * and key is known without a scan of all, and bounded: any device with the epoch's secret can seal under keys that another
 * device never had.
 */
import { type EnvelopeHash, type EpochId, LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { bytesOf, type KeyName, textOf } from '../state/names.ts'
import { GROUP } from '../state/tables/groups.ts'
import { type Undecryptable, UNDECRYPTABLE, UNDECRYPTABLE_SIZE, UNDECRYPTABLE_UNDER, type UndecryptableSize, UNKNOWN_SENDER } from '../state/tables/cipher.ts'

export interface UndecryptableRow {
  readonly hash: string
  readonly value: Undecryptable
}

type Rows = Pick<Context, 'transaction'>

/** Read-only access to rows. */
interface Reading {
  readonly transaction: Pick<Context['transaction'], 'get' | 'scan'>
}

/** Keeps an envelope, or updates what it waits for. Returns false if there is no room. */
export function putUndecryptable(context: Rows, group: string, hash: string, value: Undecryptable): boolean {
  if (context.transaction.get(UNDECRYPTABLE, group, hash) === undefined) {
    if (!makeRoom(context, group, textOf(value.device), value.envelope.length)) return false
    countIn(context, group, hash, value)
  }
  context.transaction.put(UNDECRYPTABLE, [group, hash], value)
  return true
}

export function deleteUndecryptable(context: Rows, group: string, hash: string): void {
  const value = context.transaction.get(UNDECRYPTABLE, group, hash)
  if (value === undefined) return
  context.transaction.delete(UNDECRYPTABLE, group, hash)
  context.transaction.delete(UNDECRYPTABLE_UNDER, ...underKey(group, hash, value))
  addSize(context, group, textOf(value.device), -1, -value.envelope.length)
}

/** The undecryptable envelopes of a device in a group. */
export const undecryptableOf = (context: Reading, group: string, device: string): readonly UndecryptableRow[] => found(context, group, device)

/** The undecryptable envelopes under one key. */
export const undecryptableUnder = (context: Reading, [group, epoch, device, keyId]: KeyName): readonly UndecryptableRow[] =>
  found(context, group, device, epoch, keyId)

/** After a start: builds the index of undecryptable envelopes. */
export function indexUndecryptable(context: Rows): void {
  for (const { key } of context.transaction.scan(UNDECRYPTABLE_UNDER)) context.transaction.delete(UNDECRYPTABLE_UNDER, ...key)
  for (const { key } of context.transaction.scan(UNDECRYPTABLE_SIZE)) context.transaction.delete(UNDECRYPTABLE_SIZE, ...key)
  for (const { key, value } of context.transaction.scan(UNDECRYPTABLE)) countIn(context, key[0] ?? '', key[1] ?? '', value)
}

function found(context: Reading, group: string, ...under: readonly string[]): readonly UndecryptableRow[] {
  return context.transaction.scan(UNDECRYPTABLE_UNDER, group, ...under).flatMap(({ key }) => {
    const [, , , , hash = ''] = key
    const value = context.transaction.get(UNDECRYPTABLE, group, hash)
    return value === undefined ? [] : [{ hash, value }]
  })
}

const underKey = (group: string, hash: string, { device, epoch, keyId }: Undecryptable): readonly string[] => [
  group,
  textOf(device),
  textOf(epoch),
  String(keyId),
  hash,
]

function countIn(context: Rows, group: string, hash: string, value: Undecryptable): void {
  context.transaction.put(UNDECRYPTABLE_UNDER, underKey(group, hash, value), true)
  addSize(context, group, textOf(value.device), 1, value.envelope.length)
}

function addSize(context: Rows, group: string, device: string, places: number, bytes: number): void {
  const before = context.transaction.get(UNDECRYPTABLE_SIZE, group, device) ?? { places: 0, bytes: 0 }
  const after = { places: before.places + places, bytes: before.bytes + bytes }
  if (after.places <= 0) context.transaction.delete(UNDECRYPTABLE_SIZE, group, device)
  else context.transaction.put(UNDECRYPTABLE_SIZE, [group, device], after)
}

/** How large a part of a group's room a device takes. */
const shareOf = ({ places, bytes }: UndecryptableSize): number => Math.max(places / LIMITS.undecryptableEnvelopes, bytes / LIMITS.undecryptableBytes)

/** Makes room: the device with the most loses its latest envelopes. A device that would itself take most gets no room. */
function makeRoom(context: Rows, group: string, device: string, bytes: number): boolean {
  const own = context.transaction.get(UNDECRYPTABLE_SIZE, group, device) ?? { places: 0, bytes: 0 }
  const wanted = shareOf({ places: own.places + 1, bytes: own.bytes + bytes })
  for (;;) {
    const sizes = context.transaction.scan(UNDECRYPTABLE_SIZE, group)
    const places = sizes.reduce((sum, { value }) => sum + value.places, 1)
    const taken = sizes.reduce((sum, { value }) => sum + value.bytes, bytes)
    if (places <= LIMITS.undecryptableEnvelopes && taken <= LIMITS.undecryptableBytes) return true
    const [most] = sizes.toSorted((a, b) => shareOf(b.value) - shareOf(a.value))
    if (most === undefined || shareOf(most.value) <= wanted) return false
    const [last] = undecryptableOf(context, group, most.key[1] ?? '').toSorted((a, b) => b.value.atMs - a.value.atMs)
    if (last === undefined) return false
    deleteUndecryptable(context, group, last.hash)
  }
}

/** An envelope from an unknown sender: dropped and counted. */
export function unknownSender(context: Context, group: string): undefined {
  const row = context.transaction.get(GROUP, group)
  if (row !== undefined) context.transaction.put(GROUP, [group], { ...row, unknownSenders: row.unknownSenders + 1 })
  return undefined
}

/** The operation that admits its sender may still be on its way. The envelope is kept for that, within a bound. */
export function keepFromUnknownSender(context: Context, group: string, epoch: string, hash: EnvelopeHash, envelope: Uint8Array): undefined {
  if (context.transaction.scan(UNKNOWN_SENDER, group).length >= LIMITS.unknownSenderEnvelopes) return unknownSender(context, group)
  context.transaction.put(UNKNOWN_SENDER, [group, textOf(hash)], { epoch: bytesOf<EpochId>(epoch), envelope, atMs: context.nowMs })
  return undefined
}
