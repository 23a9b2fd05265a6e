/**
 * The way out of a group message (PROTOCOL §3, §7): sealed under the sending key, written down, and left at every relay
 * of the group and by gossip.
 */
import { ownContext, sealMessage } from '@sotto/crypto'
import { content, encode, type EnvelopeHash, equalBytes, type GroupId, LIMITS } from '@sotto/wire'
import { frontierOf, readyKey } from '../cipher/sender-keys/own-key.ts'
import { encodeResend, resendId, resendLog } from '../cipher/sender-keys/resends.ts'
import { hasRoomToSeal } from '../cipher/sender-keys/unacknowledged.ts'
import { authorRekeying } from '../epochs/author.ts'
import { epochMailbox } from '../epochs/epoch-keys.ts'
import { rosterOf } from '../groups/group-log.ts'
import { currentEpoch } from '../groups/group-row.ts'
import { selfOf } from '../identity/profile.ts'
import { leave } from '../links/outbox.ts'
import { flushLetters } from '../sessions/letter-queue.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { EPOCH_KEYS, GROUP } from '../state/tables/groups.ts'
import { INTENT, type MessageRecord, SENT } from '../state/tables/messages.ts'
import { OWN_KEY, type OwnKey } from '../state/tables/sender-keys.ts'
import { saveMessage } from './conversation.ts'
import { indexSent } from './delivery.ts'
import { hold } from './kept-envelopes.ts'
import { sealAnew } from './seal-anew.ts'

export function sealIntents(context: Context, group: string): void {
  const roster = rosterOf(context, group)
  const isWornOut = (context.draft.get(GROUP, group)?.nextGeneration ?? 0) > LIMITS.generationsPerEpoch
  if (roster.stale || roster.contested || isWornOut) {
    // Whoever sends first settles it, over everything that is there (PROTOCOL §6).
    authorRekeying(context, group, (commitment) => ({ kind: 'rekey', commitment }))
    if (!maySealAfterRekey(context, group)) return
    // Before what was written since, in the same step.
    const began = currentEpoch(context, group)
    if (began !== undefined) sealAnew(context, group, began)
  }
  const epoch = currentEpoch(context, group)
  const keys = epoch === undefined ? undefined : context.draft.get(EPOCH_KEYS, group, epoch)
  if (epoch === undefined || keys === undefined) return
  // One after the other: thousands may wait, and a few are sealed at a time.
  for (let next = context.draft.first(INTENT, group); next !== undefined && hasRoomToSeal(context, group, epoch); next = context.draft.first(INTENT, group)) {
    const { key, value: intent } = next
    context.draft.delete(INTENT, ...key)
    const own = readyKey(context, group, epoch)
    // The key leaves before what it seals.
    flushLetters(context)
    const now = frontierOf(context, group)
    const frontier = ownContext(own.key).frontier
    const moved = now.length !== frontier.length || now.some((head, i) => !equalBytes(head, frontier[i] ?? new Uint8Array()))
    const { body } = intent.record
    if (body.kind !== 'text') continue
    const plaintext = encode(content, {
      ...intent.said,
      before: own.key.iteration === 0 ? own.before : null,
      again: intent.again,
      heads: moved ? now : null,
      body,
    })
    const sealed = sealMessage(context.suite.primitives, { headerKey: keys.headerKey, tagKey: keys.tagKey }, own.key, plaintext)
    context.draft.put(OWN_KEY, [group], { ...own, key: sealed.key })
    const { generation } = ownContext(own.key)
    const envelope = context.suite.primitives.sha256(sealed.envelope) as EnvelopeHash
    const place = { epoch: bytesOf<OwnKey['epoch']>(epoch), device: selfOf(context).device, generation, iteration: sealed.iteration, frontier: now }
    const record: MessageRecord = { ...intent.record, envelope, sealed: place }
    const name = [group, epoch, String(generation), sortable(sealed.iteration)]
    context.draft.put(SENT, name, {
      turn: key[1] ?? '',
      message: intent.message,
      order: intent.order,
      record,
      said: intent.said,
      envelope,
      again: intent.again,
    })
    indexSent(context, name, intent.message, true)
    context.logs.push({
      log: resendLog(group),
      id: resendId(epoch, generation, sealed.iteration),
      order: sortable(context.nowMs),
      value: encodeResend(envelope, plaintext),
    })
    saveMessage(context, group, { id: intent.message, order: intent.order, record })
    hold(context, group, epoch, selfOf(context).device, generation, sealed.iteration, sealed.envelope)
    for (const relay of context.draft.get(GROUP, group)?.relays ?? []) {
      const box = epochMailbox(context, keys, relay)
      if (box.appendSeed === null) continue
      leave(context, {
        relay,
        keys: box.keys,
        appendSeed: box.appendSeed,
        grant: null,
        body: sealed.envelope,
        about: { kind: 'envelope', group: bytesOf<GroupId>(group), epoch: bytesOf(epoch), generation, iteration: sealed.iteration },
      })
    }
    context.effects.push({ kind: 'publish', topic: textOf(keys.topic), data: sealed.envelope })
  }
}

/** After an own rekey the new epoch's mailbox is empty but for us: there is nothing to catch up with in it. */
const maySealAfterRekey = (context: Context, group: string): boolean => {
  const roster = rosterOf(context, group)
  return !roster.stale && !roster.contested && currentEpoch(context, group) !== undefined
}
