/** Rows of files that are left at relays: when that begins and ends (PROTOCOL §14.35, §14.39). */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../../state/context.ts'
import { CHUNK_LEAVING, type FileKey, LEAVING, type Leaving, LEFT, type Left, type LeftAt } from '../../state/tables/files.ts'

const NOWHERE: Leaving = { relay: null, next: 0, taken: 0, early: [], unsaved: 0 }

/** An own file of a message is to be left at the group's relays. */
export function beginLeaving(context: Context, key: FileKey, vanishes: boolean): void {
  context.transaction.put(LEFT, key, { sinceMs: context.nowMs, vanishes, isDone: false, at: [] })
  context.transaction.put(LEAVING, key, NOWHERE)
}

/** After a start: what was being left goes on. */
export function takeUpLeaving(context: Context): void {
  for (const { key, value } of context.transaction.scan(LEFT)) if (!value.isDone) context.transaction.put(LEAVING, key, NOWHERE)
}

/** How many chunks the relay has, the first ones, before anything more is read for it. */
export const takenAt = (left: Left, address: string): number => left.at.find((each) => each.address === address)?.taken ?? 0

/** What is known of a file at one relay changed. */
export function putLeftAt(context: Context, key: FileKey, left: Left, at: LeftAt): Left {
  const isKnown = left.at.some(({ address }) => address === at.address)
  const next = { ...left, at: isKnown ? left.at.map((each) => (each.address === at.address ? at : each)) : [...left.at, at] }
  context.transaction.put(LEFT, key, next)
  return next
}

/** It is left at one relay from now on, or at none for now. */
export const leaveAt = (context: Context, key: FileKey, relay: string | null, taken = 0): void =>
  context.transaction.put(LEAVING, key, { ...NOWHERE, relay, next: taken, taken })

/** Nothing more of a file is left anywhere. What lies at relays stays there until it expires, or is dropped. */
export function stopLeaving(context: Context, key: FileKey): void {
  forgetUnread(context, key)
  context.transaction.delete(LEAVING, ...key)
  const left = context.transaction.get(LEFT, ...key)
  if (left !== undefined && !left.isDone) context.transaction.put(LEFT, key, { ...left, isDone: true })
}

/** Chunks that are not read yet are not sent. */
function forgetUnread(context: Context, key: FileKey): void {
  for (const { key: name, value } of context.transaction.scan(CHUNK_LEAVING))
    if (!value.isSent && value.file.every((part, i) => part === key[i])) context.transaction.delete(CHUNK_LEAVING, ...name)
}

/** Rows of files that no relay has any more. Runs from time to time. */
export function expireLeft(context: Context): void {
  for (const { key, value } of context.transaction.scan(LEFT))
    if (value.isDone && value.sinceMs + 2 * LIMITS.blobRetentionMs <= context.nowMs) context.transaction.delete(LEFT, ...key)
}
