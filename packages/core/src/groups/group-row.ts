/**
 * The row of a group (PROTOCOL §13.23): whether this device is a member, the group's title, epoch and relays, and a count of the
 * changes that pages show.
 */
import type { Roster } from '@sotto/membership'
import { type EpochId, equalBytes, nameFrom, utf8 } from '@sotto/wire'
import { wantNoRelays, wantRelays } from '../links/wanted-relays.ts'
import { type Context, tell } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { type Group, GROUP, GROUP_CHANGES } from '../state/tables/groups.ts'

/** The id of a group's current epoch as text, or `undefined` while a secret is missing. */
export function currentEpoch(context: Context, group: string): string | undefined {
  const row = context.transaction.get(GROUP, group)
  return row === undefined || row.epoch === null ? undefined : textOf(row.epoch)
}

/** This device is a member from now on: it created the group or was admitted. */
export function enterGroup(context: Context, group: string, row: Pick<Group, 'relays'>): void {
  const { title, titleHash } = context.transaction.get(GROUP, group) ?? { title: '', titleHash: new Uint8Array(32) }
  context.transaction.put(GROUP, [group], { ...row, title, titleHash, state: 'member', epoch: null, joinedMs: context.nowMs, unknownSenders: 0 })
  wantRelays(context, group, 'member', row.relays)
  raise(context, group)
}

/**
 * Takes a title in if it is the one that the log names: the log holds a hash, so a member can neither make one up nor bring an
 * earlier one back (PROTOCOL §3). Returns whether it was.
 */
export function takeTitle(context: Context, group: string, roster: Pick<Roster, 'titleHash'>, title: string): boolean {
  const row = context.transaction.get(GROUP, group)
  if (row === undefined || equalBytes(row.titleHash, roster.titleHash)) return false
  if (nameFrom(title) === '' || !equalBytes(context.provider.primitives.sha256(utf8(title)), roster.titleHash)) return false
  change(context, group, { title, titleHash: roster.titleHash })
  touch(context, group)
  if (row.title !== '') tell(context, { kind: 'titleChanged', group, title })
  return true
}

/** This device is no longer a member. */
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

/** This device no longer has the keys of any of the group's epochs. */
export const leaveEpochs = (context: Context, group: string): void => change(context, group, { epoch: null })

/** The group uses these relays from now on. */
export function noteRelays(context: Context, group: string, relays: readonly string[]): void {
  change(context, group, { relays })
  wantRelays(context, group, 'member', relays)
  raise(context, group)
}

/** This device's state before it was admitted, and the group's place in the list. */
export interface Before {
  readonly state: Group['state']
  readonly raisedMs: number
}

/** The group as it was before an admission; `undefined` if it was unknown. */
export function beforeEntering(context: Context, group: string): Before | undefined {
  const row = context.transaction.get(GROUP, group)
  return row === undefined ? undefined : { state: row.state, raisedMs: context.transaction.get(GROUP_CHANGES, group)?.raisedMs ?? 0 }
}

/** Restores the group after an unwanted admission. */
export function putBack(context: Context, group: string, { state, raisedMs }: Before): void {
  change(context, group, { state })
  if (state !== 'member') wantNoRelays(context, group, 'member')
  const changes = context.transaction.get(GROUP_CHANGES, group)
  if (changes !== undefined) context.transaction.put(GROUP_CHANGES, [group], { ...changes, raisedMs })
}

/** After a start: the relays that are wanted for the groups of this device. */
export function indexRelaysOfGroups(context: Context): void {
  for (const { key, value } of context.transaction.scan(GROUP)) if (value.state === 'member') wantRelays(context, key[0] ?? '', 'member', value.relays)
}

function change(context: Context, group: string, what: Partial<Group>): void {
  const row = context.transaction.get(GROUP, group)
  if (row !== undefined) context.transaction.put(GROUP, [group], { ...row, ...what })
}

/** Notes that something changed which a page shows of this group. */
export const touch = (context: Context, group: string): void => noteChange(context, group, {})

/** Notes a change that moves the group to the top of the list. */
export const raise = (context: Context, group: string): void => noteChange(context, group, { raisedMs: context.nowMs })

function noteChange(context: Context, group: string, what: { readonly raisedMs?: number }): void {
  if (context.transaction.get(GROUP, group) === undefined) return
  const { revision, raisedMs } = context.transaction.get(GROUP_CHANGES, group) ?? { revision: 0, raisedMs: 0 }
  context.transaction.put(GROUP_CHANGES, [group], { raisedMs, ...what, revision: revision + 1 })
}

export const groupRow = (context: Context, group: string) => context.transaction.get(GROUP, group)
