/** Carries out opened messages. Only contents that the cipher opened reach this file. */
import { hasAll } from '@sotto/membership'
import { hasNumber, NOTHING } from '@sotto/sync'
import { type AccountId, type ContentHeader, decode, type DeviceId, type EpochId } from '@sotto/wire'
import { cipherOf, type OpenedMessage } from '../cipher/group-cipher.ts'
import { deleteUndecryptable, undecryptableUnder } from '../cipher/undecryptable.ts'
import { noteReceived } from '../cipher/received.ts'
import { compareLogs } from '../groups/compare-logs.ts'
import { isBlocked } from '../groups/blocked.ts'
import { logOf, rosterOf } from '../groups/group-log.ts'
import { calledNow } from '../groups/names.ts'
import { ownersInLog } from '../groups/owners-in-log.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, type KeyName, type MessagePlace, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { RECEIVED } from '../state/tables/cipher.ts'
import type { Said } from '../state/tables/messages.ts'
import { takeUpChange } from './carry-out-changes.ts'
import { content as contentCodec, happens, lineOf } from './contents/contents.ts'
import { messageIdOf, placeMessage, wallMsOf } from './conversation-order.ts'
import { saveMessage } from './conversation.ts'
import { beginTheirs } from './lives.ts'
import { isErased } from './message-changes.ts'
import { oweReceipt } from './receipts.ts'
import { indexText } from './search/due.ts'
import { endTyping } from './signals/typing.ts'
import { endBeyondBound, vanishUnseen } from './vanish.ts'

/** Carries out one message. `isResent`: its author sent the content in private. */
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
    // A message is known by its author, time and contents, and not by where it was sealed. A device whose disk forgot that a
    // message had left seals it again without knowing the first place; it is still shown once. And no message can replace
    // another, not even one of the same author.
    endTyping(context, group, textOf(account))
    const { order, shownMs, lateMs } = placeMessage(context, group, { id, end: `${textOf(device).slice(0, 8)}.${sortable(iteration)}`, said: content, line })
    if (content.body.kind === 'vanishing' && !beginLife(context, group, account, { id: textOf(id), said: content, shownMs, seconds: content.body.seconds }))
      return
    saveMessage(context, group, {
      id: textOf(id),
      order,
      record: {
        account,
        called: calledNow(context, textOf(account)),
        own: false,
        timeMs: shownMs,
        lateMs,
        saidMs: wallMsOf(content),
        state: 'none',
        resent: isResent,
        envelope: hash,
        passedOnBy: null,
        sealed: { epoch: bytesOf<EpochId>(place.epoch), device, keyId, iteration, frontier: content.heads ?? frontier },
        body: line,
      },
    })
    if (line.kind === 'text') indexText(context, group, { message: textOf(id), order, text: line.text })
    takeUpChange(context, group, textOf(id))
  }
  happens(context, { group, id, account, device, isOwn: false, said: content }, content.body)
}

/** A message came that vanishes. Returns false if it is past its end: it is not shown, and the person is told that it was there. */
function beginLife(
  context: Context,
  group: string,
  account: AccountId,
  { id, said, shownMs, seconds }: { readonly id: string; readonly said: Said; readonly shownMs: number; readonly seconds: number },
): boolean {
  const isUnread = !isBlocked(context, account)
  const isKnown = isErased(context, group, id)
  // A clock that is behind is put right by what its author had seen.
  const sentMs = Math.max(wallMsOf(said), shownMs)
  const isBegun = beginTheirs(context, group, id, { account, seconds, sentMs, isUnread })
  if (isBegun) endBeyondBound(context, group, account)
  else if (!isKnown) vanishUnseen(context, group, id, isUnread)
  return isBegun
}

/** A member that still seals in an ended epoch missed the operation that ended it: logs are compared at once. */
function tellOfNewEpoch(context: Context, { group, epoch, device }: MessagePlace, sealedMs: number): void {
  const ended = context.transaction.get(EPOCH, group, epoch)?.endedMs ?? null
  const isMember = rosterOf(context, group).deviceOf(device) !== undefined
  if (isMember && ended !== null && sealedMs > ended) compareLogs(context, group, device)
}

/**
 * For content that was sealed again because its epoch ended: whether it has not been shown from its first place. From here on
 * nothing from that place is shown, even if that epoch's secret comes later.
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
