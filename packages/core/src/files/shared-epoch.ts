/** Of whom anything of a file is heard, and to whom it goes: members that proved the group's current epoch (PROTOCOL §14.12). */
import type { DeviceId, EpochId } from '@sotto/wire'
import { rosterOf } from '../groups/group-log.ts'
import { currentEpoch } from '../groups/group-row.ts'
import { deviceBehind } from '../links/whereabouts.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { FILE_NAMED, type FileKey, type FileRow } from '../state/tables/files.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { PEER } from '../state/tables/links.ts'
import { fileAt } from './file-rows.ts'

/** The group's current epoch, if the peer has proved it and is a member's; nothing of a file goes to any other. */
export function sharedEpoch(context: Context, group: string, peer: string): EpochId | undefined {
  const epoch = currentEpoch(context, group)
  if (epoch === undefined || context.transaction.get(PEER, peer)?.epochs.includes(epoch) !== true) return undefined
  return isMembers(context, group, peer) ? bytesOf<EpochId>(epoch) : undefined
}

/**
 * Until the next rekey one who left, or whose device was revoked, still has the secret of the epoch. Then a peer is a member's only if
 * a present device announced it as its own.
 */
function isMembers(context: Context, group: string, peer: string): boolean {
  const roster = rosterOf(context, group)
  if (!roster.rekeyNeeded) return true
  const device = deviceBehind(context, peer)
  return device !== undefined && roster.deviceOf(bytesOf<DeviceId>(device)) !== undefined
}

/** The file that a peer names in an epoch. */
export function namedFile(
  context: Context,
  { epoch, file }: { readonly epoch: Uint8Array; readonly file: Uint8Array },
): { readonly key: FileKey; readonly row: FileRow } | undefined {
  const group = context.transaction.scan(EPOCH).find(({ key }) => key[1] === textOf(epoch))?.key[0]
  const named = group === undefined ? undefined : context.transaction.get(FILE_NAMED, group, textOf(file))
  if (group === undefined || named === undefined) return undefined
  const key: FileKey = [group, ...named]
  const row = fileAt(context, key)
  return row === undefined ? undefined : { key, row }
}
