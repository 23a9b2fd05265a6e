/** What an opened message says happens. Only contents that the cipher opened come here. */
import { hasAll } from '@sotto/membership'
import { hasNumber, NOTHING } from '@sotto/sync'
import { type ContentHeader, decode, type DeviceId, type EpochId } from '@sotto/wire'
import { cipherOf, type OpenedMessage } from '../cipher/group-cipher.ts'
import { deleteUndecryptable, undecryptableUnder } from '../cipher/undecryptable.ts'
import { noteReceived } from '../cipher/received.ts'
import { compareLogs } from '../groups/compare-logs.ts'
import { logOf, rosterOf } from '../groups/group-log.ts'
import { ownersInLog } from '../groups/owners-in-log.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, type KeyName, type MessagePlace, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { RECEIVED } from '../state/tables/cipher.ts'
import { content as contentCodec, happens, lineOf } from './contents/contents.ts'
import { messageIdOf, placeMessage } from './conversation-order.ts'
import { saveMessage } from './conversation.ts'
import { oweReceipt } from './receipts.ts'

/** What a message says happens. `isResent`: it came from its author in private. */
export function apply(context: Context, { place, hash, plaintext, frontier }: OpenedMessage, isResent: boolean): void {
  const { group, device, keyId, iteration } = place
  const content = decode(contentCodec, plaintext)
  const account = rosterOf(context, group).accountOf(device) ?? ownersInLog(logOf(context, group)).get(textOf(device))?.account
  if (content === undefined || account === undefined) return
  const id = messageIdOf(context, device, content, content.body)
  oweReceipt(context, group, device, id)
  tellOfNewEpoch(context, place, content.timeMs - (content.leadMs ?? 0))
  if (content.heads !== null && !hasAll(logOf(context, group), content.heads)) compareLogs(context, group, device)
  cipherOf(context, group).headerOpened(context, place, content)
  if (content.again !== null && !isFirst(context, group, device, content.again)) return
  const line = lineOf(content.body)
  if (line !== null) {
    // Known by who wrote it, when and what, and not by where it was sealed. A device whose disk forgot that a message had
    // left seals it once more, without knowing the first place; it is shown once all the same. And nobody replaces what
    // somebody else wrote, nor what they wrote themselves.
    const { order, shownMs } = placeMessage(context, group, { id, end: `${textOf(device).slice(0, 8)}.${sortable(iteration)}`, said: content })
    saveMessage(context, group, {
      id: textOf(id),
      order,
      record: {
        account,
        own: false,
        timeMs: shownMs,
        state: 'none',
        resent: isResent,
        envelope: hash,
        sealed: { epoch: bytesOf<EpochId>(place.epoch), device, keyId, iteration, frontier: content.heads ?? frontier },
        body: line,
      },
    })
  }
  happens(context, { group, id, account, device, isOwn: false, said: content }, content.body)
}

/** Whoever still seals in an epoch that ended has not heard of the operation that ended it: it is told at once. */
function tellOfNewEpoch(context: Context, { group, epoch, device }: MessagePlace, sealedMs: number): void {
  const ended = context.transaction.get(EPOCH, group, epoch)?.endedMs ?? null
  const isMember = rosterOf(context, group).deviceOf(device) !== undefined
  if (isMember && ended !== null && sealedMs > ended) compareLogs(context, group, device)
}

/**
 * Content that was sealed anew because its epoch ended: whether it has not been shown from its first place. From here on
 * nothing that comes from there is, even if that epoch's secret should come only later.
 */
function isFirst(context: Context, group: string, device: DeviceId, again: NonNullable<ContentHeader['again']>): boolean {
  const epoch = textOf(again.epoch)
  const name: KeyName = [group, epoch, textOf(device), String(again.keyId)]
  const received = context.transaction.get(RECEIVED, ...name) ?? NOTHING
  if (hasNumber(received, again.iteration)) return false
  noteReceived(context, name, again.iteration)
  for (const { hash, value } of undecryptableUnder(context, name)) if (value.iteration === again.iteration) deleteUndecryptable(context, group, hash)
  return true
}
