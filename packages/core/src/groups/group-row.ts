/**
 * The row of a group: whether one is in it, which epoch it is in and where its relays are, what its members are called, and
 * that something a page shows of it changed.
 */
import { type EpochId, showsSomething } from '@sotto/wire'
import { wantNoRelays, wantRelays } from '../links/wanted-relays.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { type Group, GROUP, GROUP_CHANGES, NAME } from '../state/tables/groups.ts'
import { SELF } from '../state/tables/self.ts'

/** Text of the id of the epoch that a group is in, or `undefined` while a secret is missing. */
export function currentEpoch(context: Context, group: string): string | undefined {
  const row = context.transaction.get(GROUP, group)
  return row === undefined || row.epoch === null ? undefined : textOf(row.epoch)
}

/** This device is in a group from now on: it made it, or was let in. */
export function enterGroup(context: Context, group: string, row: Pick<Group, 'title' | 'relays'>): void {
  context.transaction.put(GROUP, [group], { ...row, state: 'member', epoch: null, joinedMs: context.nowMs, unknownSenders: 0 })
  wantRelays(context, group, 'member', row.relays)
  raise(context, group)
}

/** This device is in the group no longer. */
export function noteOut(context: Context, group: string, state: Exclude<Group['state'], 'member'>): void {
  change(context, group, { state })
  wantNoRelays(context, group, 'member')
  raise(context, group)
}

/** The group is in this epoch from now on; `null` while its secret is missing. */
export function enterEpoch(context: Context, group: string, epoch: EpochId | null): void {
  change(context, group, { epoch })
  raise(context, group)
}

/** Of none of its epochs is a key here any more. */
export const leaveEpochs = (context: Context, group: string): void => change(context, group, { epoch: null })

/** From now on the group is at these relays. */
export function noteRelays(context: Context, group: string, relays: readonly string[]): void {
  change(context, group, { relays })
  wantRelays(context, group, 'member', relays)
  raise(context, group)
}

/** What this device was before it was let in, and where the group stood in the list. */
export interface Before {
  readonly state: Group['state']
  readonly raisedMs: number
}

/** What there was of a group; `undefined` where it was not known. */
export function beforeEntering(context: Context, group: string): Before | undefined {
  const row = context.transaction.get(GROUP, group)
  return row === undefined ? undefined : { state: row.state, raisedMs: context.transaction.get(GROUP_CHANGES, group)?.raisedMs ?? 0 }
}

/** This device was let in for nothing: all is as it was. */
export function putBack(context: Context, group: string, { state, raisedMs }: Before): void {
  change(context, group, { state })
  if (state !== 'member') wantNoRelays(context, group, 'member')
  const changes = context.transaction.get(GROUP_CHANGES, group)
  if (changes !== undefined) context.transaction.put(GROUP_CHANGES, [group], { ...changes, raisedMs })
}

/** After a start: what the groups want that one is in. */
export function indexRelaysOfGroups(context: Context): void {
  for (const { key, value } of context.transaction.scan(GROUP)) if (value.state === 'member') wantRelays(context, key[0] ?? '', 'member', value.relays)
}

function change(context: Context, group: string, what: Partial<Group>): void {
  const row = context.transaction.get(GROUP, group)
  if (row !== undefined) context.transaction.put(GROUP, [group], { ...row, ...what })
}

/** Says that something a page shows of this group changed. */
export const touch = (context: Context, group: string): void => noteChange(context, group, {})

/** Says so of a change that puts the group on top of the list. */
export const raise = (context: Context, group: string): void => noteChange(context, group, { raisedMs: context.nowMs })

function noteChange(context: Context, group: string, what: { readonly raisedMs?: number }): void {
  if (context.transaction.get(GROUP, group) === undefined) return
  const { revision, raisedMs } = context.transaction.get(GROUP_CHANGES, group) ?? { revision: 0, raisedMs: 0 }
  context.transaction.put(GROUP_CHANGES, [group], { raisedMs, ...what, revision: revision + 1 })
}

/** Takes in what an account calls itself. One that shows nothing is no name: what it was called before stands. */
export function noteName(context: Context, account: Uint8Array, name: string): void {
  if (showsSomething(name)) context.transaction.put(NAME, [textOf(account)], name)
}

/** What an account calls itself, or an empty text where nobody has said, or nothing that shows. */
export function nameOf(context: Pick<Context, 'transaction'>, account: Uint8Array): string {
  const self = context.transaction.get(SELF, 'self')
  const isOwn = self !== undefined && textOf(self.account) === textOf(account)
  return shown(isOwn ? self.name : (context.transaction.get(NAME, textOf(account)) ?? ''))
}

/** A name or title as views carry it: empty where it shows nothing, so that pages put a word of theirs in its place. */
export const shown = (name: string): string => (showsSomething(name) ? name : '')

export const groupRow = (context: Context, group: string) => context.transaction.get(GROUP, group)
