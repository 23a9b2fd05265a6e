/** Of whom anything of a file is heard, and to whom it goes: members that proved the group's current epoch (PROTOCOL §14.12). */
import type { EpochId } from '@sotto/wire'
import { currentEpoch } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { FILE_NAMED, type FileKey, type FileRow } from '../state/tables/files.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { PEER } from '../state/tables/links.ts'
import { fileAt } from './file-rows.ts'

/** The group's current epoch, if the peer has proved it; nothing of a file goes to any other. */
export function sharedEpoch(context: Context, group: string, peer: string): EpochId | undefined {
  const epoch = currentEpoch(context, group)
  return epoch !== undefined && context.transaction.get(PEER, peer)?.epochs.includes(epoch) === true ? bytesOf<EpochId>(epoch) : undefined
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
