/**
 * How a group message goes out (PROTOCOL §3, §7): sealed under the sending key, saved, left at every relay of the group, and
 * gossiped.
 */
import { type EpochId, type GroupId, LIMITS } from '@sotto/wire'
import { cipherOf } from '../cipher/group-cipher.ts'
import { authorRekeying } from '../epochs/author.ts'
import { epochMailbox } from '../epochs/epoch-keys.ts'
import { noteRekeyed, yieldsToConflicting } from '../epochs/yield-to-conflicting.ts'
import { rosterOf } from '../groups/group-log.ts'
import { currentEpoch } from '../groups/group-row.ts'
import { leave } from '../links/outbox.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { EPOCH_KEYS, GROUP } from '../state/tables/groups.ts'
import { PENDING_MESSAGE, SENT, UNCONFIRMED } from '../state/tables/messages.ts'
import { encodeContent } from './contents/contents.ts'
import { saveMessage } from './conversation.ts'
import { indexSent, noteSealed } from './delivery.ts'
import { hold } from './kept-envelopes.ts'
import { keptFor, noteOwnPlace } from './own-places.ts'
import { sealAgain } from './seal-again.ts'

export function sealPendingMessages(context: Context, group: string): void {
  const roster = rosterOf(context, group)
  const cipher = cipherOf(context, group)
  if (roster.rekeyNeeded || roster.conflictingRekeys || cipher.needsRekey(context, group)) {
    if (yieldsToConflicting(context, group)) return
    // The first member that sends rekeys, over all operations that it has (PROTOCOL §6).
    noteRekeyed(context, group)
    authorRekeying(context, group, (commitment) => ({ kind: 'rekey', commitment }))
    if (!maySealAfterRekey(context, group)) return
    // Sealed before messages that were written since, in the same step.
    const began = currentEpoch(context, group)
    if (began !== undefined) sealAgain(context, group, began)
  }
  const epoch = currentEpoch(context, group)
  const keys = epoch === undefined ? undefined : context.transaction.get(EPOCH_KEYS, group, epoch)
  if (epoch === undefined || keys === undefined) return
  // One after the other: thousands may be pending, and few are sealed at a time.
  for (
    let next = context.transaction.first(PENDING_MESSAGE, group);
    next !== undefined && hasRoomToSeal(context, group, epoch);
    next = context.transaction.first(PENDING_MESSAGE, group)
  ) {
    const { key, value: pendingMessage } = next
    const { said, again, body } = pendingMessage
    const sealed = cipher.seal(context, group, epoch, (header) => encodeContent({ ...said, ...header, again }, body), keptFor(context, group, pendingMessage))
    if (sealed === undefined) return
    context.transaction.delete(PENDING_MESSAGE, ...key)
    const { device, keyId, iteration } = sealed.place
    const { hash: envelope, frontier } = sealed
    const place = { epoch: bytesOf<EpochId>(epoch), device, keyId, iteration, frontier }
    const line = pendingMessage.line === null ? null : { ...pendingMessage.line, record: { ...pendingMessage.line.record, envelope, sealed: place } }
    const name = [group, epoch, String(keyId), sortable(iteration)]
    context.transaction.put(SENT, name, { ...pendingMessage, line, turn: key[1] ?? '', envelope, state: 'sending', frontier })
    indexSent(context, name, pendingMessage.message, 'sending')
    noteOwnPlace(context, group, pendingMessage, epoch, keyId, iteration)
    if (line !== null) saveMessage(context, group, { id: pendingMessage.message, ...line })
    if (sealed.envelope === null) {
      noteSealed(context, sealed.place)
      continue
    }
    hold(context, sealed.place, sealed.envelope)
    for (const relay of context.transaction.get(GROUP, group)?.relays ?? []) {
      const box = epochMailbox(context, keys, relay)
      if (box.appendSeed === null) continue
      leave(context, {
        relay,
        keys: box.keys,
        appendSeed: box.appendSeed,
        grant: null,
        body: sealed.envelope,
        about: { kind: 'envelope', group: bytesOf<GroupId>(group), epoch: place.epoch, keyId, iteration },
      })
    }
    context.effects.push({ kind: 'publish', topic: textOf(keys.topic), data: sealed.envelope })
  }
}

/** After a rekey of our own the new epoch's mailbox holds nothing of others, so there is nothing to catch up with. */
const maySealAfterRekey = (context: Context, group: string): boolean => {
  const roster = rosterOf(context, group)
  return !roster.rekeyNeeded && !roster.conflictingRekeys && currentEpoch(context, group) !== undefined
}

/**
 * Whether one more message may be sealed in an epoch. Only few are unconfirmed at a time, so that an author that writes faster
 * than others receive is never further ahead of them than that (PROTOCOL §7).
 */
function hasRoomToSeal(context: Pick<Context, 'transaction'>, group: string, epoch: string): boolean {
  return context.transaction.scan(UNCONFIRMED, group, epoch).length < LIMITS.unconfirmedMessages
}
