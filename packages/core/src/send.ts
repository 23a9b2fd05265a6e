/**
 * The way out of a group message (PROTOCOL §3, §7): an intent is durable at once; it is sealed when this device has
 * caught up and stands in a settled epoch, and leaves through every relay of the group and by gossip.
 */
import { createOwnSenderKey, distributionOf, ownContext, sealMessage } from '@sotto/crypto'
import { heads } from '@sotto/membership'
import { hasNumber, NOTHING } from '@sotto/sync'
import { content, encode, type EnvelopeHash, equalBytes, type GroupId, LIMITS } from '@sotto/wire'
import { bytesOf, type Context, nextNumber, textOf } from './context.ts'
import { messageHash, placeMessage, sayNow } from './conversation-order.ts'
import { authorRekeying, currentEpoch, epochMailbox } from './epochs.ts'
import { logOf, recipientsOf, rosterOf, selfOf } from './group-log.ts'
import { flushLetters, queueLetter } from './letters.ts'
import { isComparing } from './newcomer.ts'
import { saveMessage } from './messages.ts'
import { sealAnew } from './seal-anew.ts'
import { hold } from './kept-envelopes.ts'
import { leave, relayName } from './relay-link.ts'
import { sortable } from './table.ts'
import { hasRoomToSeal, noteConfirmed, noteUnconfirmed } from './unacknowledged.ts'
import {
  CAUGHT_UP, EPOCH_KEYS, GROUP, HOLDER, INTENT, MAILBOX, type MessageRecord, OWN_KEY, type OwnKey, PEER, RELAY_LINK, SENT, UNCONFIRMED,
} from './tables.ts'

/** Writes a message down; it is sent as soon as it can be. Gives its id. */
export function intend(context: Context, group: string, text: string): string {
  const self = selfOf(context)
  const number = sortable(nextNumber(context))
  const said = sayNow(context, group)
  const message = `own-${number}`
  const body = { kind: 'text', text } as const
  const hash = messageHash(context, self.device, said, body)
  const { order, shownMs } = placeMessage(context, group, { id: message, hash, end: `${textOf(self.device).slice(0, 8)}.${number}`, said })
  const record: MessageRecord = {
    account: self.account,
    own: true,
    timeMs: shownMs,
    state: 'sending',
    resent: false,
    envelope: new Uint8Array(32) as EnvelopeHash,
    sealed: null,
    body,
  }
  context.draft.put(INTENT, [group, number], { message, order, record, said, again: null })
  saveMessage(context, group, { id: message, order, record })
  return message
}

/** Seals what is written down, group by group, where that may happen now. */
export function flushIntents(context: Context): void {
  if (context.draft.first(INTENT) === undefined) return
  for (const { key } of context.draft.scan(GROUP)) {
    const [group = ''] = key
    if (context.draft.first(INTENT, group) !== undefined && maySeal(context, group)) sealIntents(context, group)
  }
}

/**
 * Nothing is sealed before this device has caught up (PROTOCOL §7): at a connected relay with its inbox and the
 * epoch's mailbox, or with a member that it is reconciled with.
 */
export function maySeal(context: Context, group: string): boolean {
  const row = context.draft.get(GROUP, group)
  const epoch = currentEpoch(context, group)
  const keys = epoch === undefined ? undefined : context.draft.get(EPOCH_KEYS, group, epoch)
  if (row?.state !== 'member' || epoch === undefined || keys === undefined || isComparing(context, group)) return false
  const links = row.relays.map((relay) => ({ relay, name: relayName(context, relay) }))
  const connected = links.filter(({ name }) => context.draft.get(RELAY_LINK, name)?.state === 'connected')
  if (connected.length > 0) {
    return connected.some(({ relay, name }) => {
      return context.draft.get(CAUGHT_UP, name, epochMailbox(context, keys, relay).id) !== undefined && inboxCaughtUp(context)
    })
  }
  return context.draft.scan(PEER).some(({ value }) => value.reconciled.includes(epoch))
}

/** Whether the backlog of our inbox has come from every relay that is connected and reads it. */
function inboxCaughtUp(context: Context): boolean {
  const inbox = context.draft.scan(MAILBOX).find(({ value }) => value.purpose.kind === 'inbox')?.key[0]
  if (inbox === undefined) return true
  return context.draft
    .scan(RELAY_LINK)
    .filter(({ value }) => value.state === 'connected' && value.client.wanted.has(inbox))
    .every(({ key }) => context.draft.get(CAUGHT_UP, key[0] ?? '', inbox) !== undefined)
}

function sealIntents(context: Context, group: string): void {
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
    context.draft.put(SENT, name, { message: intent.message, order: intent.order, record, said: intent.said, envelope, again: intent.again })
    noteUnconfirmed(context, name)
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

/** Own contents by place, kept for resends: never keys (PROTOCOL §3). */
export const resendLog = (group: string): string => `own/${group}`
export const resendId = (epoch: string, generation: number, iteration: number): string => `${epoch}/${generation}/${iteration}`
const encodeResend = (envelope: EnvelopeHash, plaintext: Uint8Array): Uint8Array => Uint8Array.from([...envelope, ...plaintext])
export const decodeResend = (value: Uint8Array): { envelope: EnvelopeHash; content: Uint8Array } => ({
  envelope: value.slice(0, 32) as EnvelopeHash,
  content: value.slice(32),
})

/** What we have seen of the log, as a key's context and a message carry it. */
const frontierOf = (context: Context, group: string) => heads(logOf(context, group)).slice(0, LIMITS.operationParents)

/** The key for the next message, made anew where it is due, and with every recipient. */
export function readyKey(context: Context, group: string, epoch: string): OwnKey {
  const roster = rosterOf(context, group)
  let own = context.draft.get(OWN_KEY, group)
  const isDue =
    own === undefined ||
    own.retire ||
    textOf(own.epoch) !== epoch ||
    own.key.iteration >= Math.min(LIMITS.rotateAfterMessages, roster.policy.rotateAfterMessages) ||
    own.createdMs + roster.policy.rotateAfterMs <= context.nowMs ||
    isHeldByOthers(context, group, epoch, own)
  if (own === undefined || isDue) own = makeKey(context, group, epoch, own)
  distribute(context, group, epoch, own)
  return own
}

/** Whether somebody holds our key who is to read nothing more: a removal came that cannot be placed yet, and begins no epoch. */
function isHeldByOthers(context: Context, group: string, epoch: string, own: OwnKey): boolean {
  const recipients = new Set(recipientsOf(context, group).map(textOf))
  return context.draft.scan(HOLDER, group, epoch, String(ownContext(own.key).generation)).some(({ key }) => !recipients.has(key[3] ?? ''))
}

function makeKey(context: Context, group: string, epoch: string, before: OwnKey | undefined): OwnKey {
  const self = selfOf(context)
  const row = context.draft.get(GROUP, group)
  if (row === undefined) throw new TypeError('no such group')
  const key = createOwnSenderKey(context.suite, {
    group: bytesOf<GroupId>(group),
    epoch: bytesOf(epoch),
    account: self.account,
    device: self.device,
    generation: row.nextGeneration,
    frontier: frontierOf(context, group),
  })
  const sameEpoch = before !== undefined && textOf(before.epoch) === epoch
  const own: OwnKey = { epoch: bytesOf(epoch), key, createdMs: context.nowMs, retire: false, before: sameEpoch ? { generation: ownContext(before.key).generation, messages: before.key.iteration } : null }
  context.draft.put(OWN_KEY, [group], own)
  context.draft.put(GROUP, [group], { ...row, nextGeneration: row.nextGeneration + 1 })
  return own
}

/** Hands our key, at its current iteration, to every recipient that does not hold it. */
function distribute(context: Context, group: string, epoch: string, own: OwnKey): void {
  const { generation } = ownContext(own.key)
  for (const device of recipientsOf(context, group)) {
    if (equalBytes(device, selfOf(context).device)) continue
    const name = [group, epoch, String(generation), textOf(device)]
    if (context.draft.get(HOLDER, ...name) !== undefined) continue
    context.draft.put(HOLDER, name, { fromIteration: own.key.iteration, acknowledged: false, opened: NOTHING, resent: NOTHING, resends: 0, atMs: context.nowMs })
    queueLetter(context, device, distributionBody(context, group, epoch, own))
  }
}

export function distributionBody(context: Context, group: string, epoch: string, own: OwnKey) {
  return {
    kind: 'distribution',
    group: bytesOf<GroupId>(group),
    epoch: bytesOf<OwnKey['epoch']>(epoch),
    distribution: distributionOf(own.key),
    name: selfOf(context).name,
    title: context.draft.get(GROUP, group)?.title ?? '',
  } as const
}

/** A member's device has these messages of ours. */
export function markSent(context: Context, group: string, epoch: string, envelopes: readonly EnvelopeHash[]): void {
  const there = new Set(envelopes.map(textOf))
  // Of those that nobody is known to have: while others are away thousands of rows are kept.
  for (const { key } of context.draft.scan(UNCONFIRMED, group, epoch)) {
    const sent = context.draft.get(SENT, ...key)
    if (sent !== undefined && there.has(textOf(sent.envelope))) setState(context, group, key, 'sent')
  }
}

/** The relay acknowledged the record at this place. */
export function markStored(context: Context, group: string, epoch: string, generation: number, iteration: number): void {
  const key = [group, epoch, String(generation), sortable(iteration)]
  if (context.draft.get(SENT, ...key)?.record.state === 'sending') setState(context, group, key, 'sent')
}

function setState(context: Context, group: string, key: readonly string[], state: 'sent' | 'delivered'): void {
  const sent = context.draft.get(SENT, ...key)
  if (sent === undefined) return
  const record = { ...sent.record, state }
  noteConfirmed(context, key)
  if (state === 'delivered') context.draft.delete(SENT, ...key)
  else context.draft.put(SENT, [...key], { ...sent, record })
  saveMessage(context, group, { id: sent.message, order: sent.order, record })
}

/** A device opened some of our messages: where a device of every other member has, a message is delivered. */
export function markOpened(context: Context, group: string, epoch: string, generation: number): void {
  const roster = rosterOf(context, group)
  const own = selfOf(context).account
  const holding = context.draft.scan(HOLDER, group, epoch, String(generation)).flatMap(({ key, value }) => {
    const account = roster.accountOf(bytesOf(key[3] ?? ''))
    const isCounted = account !== undefined && roster.isMember(account) && !equalBytes(account, own)
    return isCounted ? [{ account: textOf(account), fromIteration: value.fromIteration, opened: value.opened }] : []
  })
  for (const { key, value } of context.draft.scan(SENT, group, epoch, String(generation))) {
    const iteration = Number.parseInt(key[3] ?? '', 36)
    const reached = new Set<string>()
    const meant = new Set<string>()
    for (const { account, fromIteration, opened } of holding) {
      if (fromIteration > iteration) continue
      meant.add(account)
      if (hasNumber(opened, iteration)) reached.add(account)
    }
    if (meant.size > 0 && reached.size === meant.size) setState(context, group, key, 'delivered')
    else if (reached.size > 0 && value.record.state === 'sending') setState(context, group, key, 'sent')
  }
}

