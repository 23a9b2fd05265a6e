/**
 * The link to each relay: its mailbox client, what we read there and the outbox that empties into it (PROTOCOL §7, §8).
 *
 * The outbox is durable and the client is not: whatever was not acknowledged when a connection closed is handed to the
 * next one, and the relay recognises a record that it holds already.
 */
import { drawBelow } from '@sotto/crypto/primitives'
import { type Append, type ClientEvent, type ClientStep, type MailboxCredentials, mailboxIdOf } from '@sotto/mailbox'
import { LIMITS, type MailboxId, utf8 } from '@sotto/wire'
import { bytesOf, type Context, nextNumber, setTimer, textOf } from './context.ts'
import { sortable } from './table.ts'
import {
  CAUGHT_UP, CURSOR, FETCHING, GROUP, HAND_OVER, IN_FLIGHT, JOIN, MAILBOX, type MailboxPurpose, OUTBOX, type OutboxEntry, RELAY, RELAY_LINK, RELAY_PLACE, WAITING_SINCE,
} from './tables.ts'

/** Relays are keyed by a short hash of their address, which may hold `/`. Asked for often: remembered by the core. */
export function relayName(context: Context, address: string): string {
  let name = context.relayNames.get(address)
  if (name === undefined) {
    name = textOf(context.suite.primitives.sha256(utf8(address)).subarray(0, 16))
    context.relayNames.set(address, name)
  }
  return name
}

/** Keeps a link to this relay from now on. Nothing happens where there is one. */
export function linkRelay(context: Context, address: string): void {
  const name = relayName(context, address)
  if (context.draft.get(RELAY_LINK, name) !== undefined) return
  context.draft.put(RELAY_LINK, [name], {
    address,
    linkedMs: context.nowMs,
    client: context.mailbox.start(),
    state: 'connecting',
    downSinceMs: context.nowMs,
    incarnation: null,
    ownAddresses: [],
  })
  context.effects.push({ kind: 'connectRelay', relay: address })
  setTimer(context, 'relays', context.nowMs + LIMITS.relayDownMs, 'earliest')
}

/** Whether a relay was chosen here: by the person, by a group, as a place to look for one, or by an invite that the person uses. */
export function isChosen(context: Context, address: string): boolean {
  if (context.draft.get(RELAY, relayName(context, address)) !== undefined) return true
  if (context.draft.scan(GROUP).some(({ value }) => value.state === 'member' && value.relays.includes(address))) return true
  if (context.draft.scan(RELAY_PLACE).some(({ value }) => value.address === address)) return true
  return context.draft.scan(JOIN).some(({ value }) => value.relays.includes(address))
}

/**
 * Keeps a link to a relay that something is to be left at. Those that only others name, in their addresses, are few at a
 * time: each has its turn. What waits for one without a link waits on.
 */
function linkToLeave(context: Context, address: string): void {
  if (context.draft.get(RELAY_LINK, relayName(context, address)) !== undefined) return
  if (isChosen(context, address) || hasPlace(context)) linkRelay(context, address)
  else setTimer(context, 'outbox', context.nowMs + LIMITS.relayTurnMs, 'earliest')
}

/** Whether there is a place for one more; somebody gives way who had its turn: who has nothing to do first, then who is not there. */
function hasPlace(context: Context): boolean {
  const others = context.draft.scan(RELAY_LINK).filter(({ value }) => value.client.wanted.size === 0 && !isChosen(context, value.address))
  if (others.length < LIMITS.relaysOfOthers) return true
  const needed = new Set(context.draft.scan(OUTBOX).map(({ value }) => value.relay))
  const [first] = others
    .filter(({ value }) => value.linkedMs + LIMITS.relayTurnMs <= context.nowMs)
    .map(({ value }) => ({ ...value, rank: needed.has(value.address) ? (value.state === 'connected' ? 2 : 1) : 0 }))
    .toSorted((a, b) => a.rank - b.rank || a.linkedMs - b.linkedMs)
  if (first === undefined) return false
  unlinkRelay(context, first.address)
  // Something waits for it too: it has another turn.
  if (first.rank > 0) setTimer(context, 'outbox', context.nowMs + LIMITS.relayTurnMs, 'earliest')
  return true
}

/** Links what entries wait for and has no link, beginning anywhere, so that none is always the last. */
function linkWaiting(context: Context): void {
  const waiting = context.draft.scan(OUTBOX).map(({ value }) => value.relay)
  const missing = [...new Set(waiting)].filter((address) => context.draft.get(RELAY_LINK, relayName(context, address)) === undefined)
  if (missing.length === 0) return
  const start = drawBelow(context.suite.random, missing.length)
  for (const address of [...missing.slice(start), ...missing.slice(0, start)]) linkToLeave(context, address)
}

/** Ends the link and forgets what was read there. */
export function unlinkRelay(context: Context, address: string): void {
  const name = relayName(context, address)
  if (context.draft.get(RELAY_LINK, name) === undefined) return
  context.draft.delete(RELAY_LINK, name)
  forgetConnection(context, name)
  forgetFetches(context, name)
  context.effects.push({ kind: 'disconnectRelay', relay: address })
}

/** Begins every connection to a relay anew. What one said before, such as its time, counts no longer from here on. */
export function reconnectRelays(context: Context): void {
  for (const { key, value } of context.draft.scan(RELAY_LINK)) {
    if (value.state !== 'connected') continue
    relayClosed(context, value.address)
    const link = context.draft.get(RELAY_LINK, key[0] ?? '')
    if (link !== undefined) context.draft.put(RELAY_LINK, key, { ...link, state: 'connecting' })
    context.effects.push({ kind: 'disconnectRelay', relay: value.address }, { kind: 'connectRelay', relay: value.address })
  }
}

/** What was known of one connection to a relay is of no use on the next. */
function forgetConnection(context: Context, name: string): void {
  for (const table of [CAUGHT_UP, IN_FLIGHT]) for (const { key } of context.draft.scan(table, name)) context.draft.delete(table, ...key)
}

/** The questions for prekeys that waited in a relay's client are gone. */
function forgetFetches(context: Context, name: string): void {
  for (const { key, value } of context.draft.scan(FETCHING)) if (value.relay === name) context.draft.put(FETCHING, key, { ...value, relay: null })
}

/** Runs the client of one relay, sends its frames and keeps the books for what happened. */
function runClient(context: Context, name: string, run: (client: ClientStep['state']) => ClientStep): void {
  const link = context.draft.get(RELAY_LINK, name)
  if (link === undefined) return
  const { state, frames, events } = run(link.client)
  context.draft.put(RELAY_LINK, [name], { ...link, client: state })
  for (const frame of frames) context.effects.push({ kind: 'sendRelayFrame', relay: link.address, frame })
  for (const event of events) settle(context, name, event)
}

/** Keeps the books for one event of a client; what others must act on becomes news of this step. */
function settle(context: Context, name: string, event: ClientEvent): void {
  const link = context.draft.get(RELAY_LINK, name)
  if (link === undefined) return
  switch (event.kind) {
    case 'wakeAt':
      setTimer(context, `mailbox-${name}`, event.atMs)
      return
    case 'connected':
      context.draft.put(RELAY_LINK, [name], { ...link, incarnation: event.incarnation, state: 'connected', downSinceMs: null })
      context.news.push({ kind: 'relayReady', relay: name })
      return
    case 'broken':
      context.effects.push({ kind: 'disconnectRelay', relay: link.address }, { kind: 'connectRelay', relay: link.address })
      return
    case 'appended': {
      const entry = context.draft.get(OUTBOX, event.token)
      if (entry === undefined) return
      context.draft.delete(OUTBOX, event.token)
      context.draft.delete(IN_FLIGHT, name, event.token)
      context.news.push({ kind: 'stored', entry })
      return
    }
    case 'caughtUp':
      context.draft.put(CAUGHT_UP, [name, textOf(event.mailbox)], true)
      context.news.push({ ...event, relay: name })
      return
    case 'record':
      if (link.incarnation !== null) {
        context.draft.put(CURSOR, [name, textOf(event.mailbox)], { incarnation: link.incarnation, cursor: event.cursor })
      }
      context.news.push({ ...event, relay: name })
      return
    case 'refused':
    case 'signal':
    case 'keysFetched':
    case 'keysPublished':
    case 'keysLeft':
    case 'secondReader':
    case 'closedToUs':
      context.news.push({ ...event, relay: name })
  }
}

/** How long an entry waits that was refused without saying until when: the place may come free by expiry or by its reader. */
const REFUSED_RETRY_MS = 30_000

/**
 * A refused entry stays in the outbox: nothing is lost because a mailbox or a disk is full, nor because a relay says
 * what it should not (PROTOCOL §8).
 */
export function refuse(context: Context, name: string, token: string, retryAfterMs: number): void {
  const entry = context.draft.get(OUTBOX, token)
  if (entry === undefined) return
  context.draft.delete(IN_FLIGHT, name, token)
  const notBeforeMs = context.nowMs + Math.min(Math.max(retryAfterMs, REFUSED_RETRY_MS), LIMITS.refusedRetryMostMs)
  context.draft.put(OUTBOX, [token], { ...entry, notBeforeMs })
  setTimer(context, 'outbox', notBeforeMs, 'earliest')
}

export function relayOpened(context: Context, address: string, relayPeer: string, ownPeer: string, ownAddresses: readonly string[]): void {
  const name = relayName(context, address)
  const link = context.draft.get(RELAY_LINK, name)
  if (link === undefined) return
  context.draft.put(RELAY_LINK, [name], { ...link, ownAddresses })
  forgetConnection(context, name)
  runClient(context, name, (client) => context.mailbox.onOpened(client, ownPeer, relayPeer))
}

export function relayClosed(context: Context, address: string): void {
  const name = relayName(context, address)
  runClient(context, name, (client) => context.mailbox.onClosed(client))
  const link = context.draft.get(RELAY_LINK, name)
  if (link === undefined) return
  context.draft.put(RELAY_LINK, [name], { ...link, state: link.state === 'anotherRelay' ? link.state : 'unreachable', downSinceMs: link.downSinceMs ?? context.nowMs, ownAddresses: [] })
  setTimer(context, 'relays', context.nowMs + LIMITS.relayDownMs, 'earliest')
  forgetConnection(context, name)
  forgetFetches(context, name)
}

/** The address leads to somebody else: a mistyped peer id, or a relay that lost its key. */
export function relayIsAnother(context: Context, address: string): void {
  const name = relayName(context, address)
  const link = context.draft.get(RELAY_LINK, name)
  if (link !== undefined) context.draft.put(RELAY_LINK, [name], { ...link, state: 'anotherRelay' })
}

export function relayFrameReceived(context: Context, address: string, frame: Uint8Array): void {
  const name = relayName(context, address)
  runClient(context, name, (client) => context.mailbox.onFrame(client, frame, context.nowMs))
}

export function relayTick(context: Context, name: string): void {
  runClient(context, name, (client) => context.mailbox.onTick(client, context.nowMs))
}

/** Reads a mailbox at a relay from where we stopped. Nothing happens where it is being read. */
export function readMailbox(context: Context, address: string, credentials: MailboxCredentials, purpose: MailboxPurpose): void {
  linkRelay(context, address)
  const mailbox = textOf(mailboxIdOf(context.suite.primitives, credentials.keys))
  if (context.draft.get(MAILBOX, mailbox) === undefined) context.draft.put(MAILBOX, [mailbox], { purpose, credentials })
  const name = relayName(context, address)
  const after = context.draft.get(CURSOR, name, mailbox) ?? null
  runClient(context, name, (client) => context.mailbox.want(client, credentials, after, context.nowMs))
}

/** Reads it no longer, at any relay. */
export function closeMailbox(context: Context, mailbox: string): void {
  context.draft.delete(MAILBOX, mailbox)
  // Also of relays that are linked no longer.
  for (const { key } of context.draft.scan(CURSOR)) if (key[1] === mailbox) context.draft.delete(CURSOR, ...key)
  for (const { key, value } of context.draft.scan(RELAY_LINK)) {
    const name = key[0] ?? ''
    context.draft.delete(CAUGHT_UP, name, mailbox)
    if (value !== undefined) runClient(context, name, (client) => context.mailbox.unwant(client, bytesOf<MailboxId>(mailbox)))
  }
}

/** Tells the relay that everything up to a cursor was taken in and is durable here: an inbox or rendezvous may forget it. */
export function acknowledgeMailbox(context: Context, name: string, credentials: MailboxCredentials, upTo: number): void {
  runClient(context, name, (client) => context.mailbox.acknowledge(client, credentials, upTo, context.nowMs))
}

/** Asks a relay for prekeys, now or when it is there. The name of the relay that will answer, or whose connection ends first; null: none is asked. */
export function fetchKeys(context: Context, address: string, credentials: MailboxCredentials, token: string): string | null {
  linkToLeave(context, address)
  const name = relayName(context, address)
  if (context.draft.get(RELAY_LINK, name) === undefined) return null
  runClient(context, name, (client) => context.mailbox.fetchKeys(client, { token, credentials }, context.nowMs))
  return name
}

/** Takes back a question for prekeys that has not been sent. One that has is answered as before. Returns null: nobody has it. */
export function cancelFetch(context: Context, name: string, token: string): null {
  runClient(context, name, (client) => context.mailbox.cancel(client, token))
  return null
}

export function publishKeys(
  context: Context,
  name: string,
  publish: Parameters<Context['mailbox']['publishKeys']>[1],
): void {
  runClient(context, name, (client) => context.mailbox.publishKeys(client, publish, context.nowMs))
}

/** Pushed to whoever reads the mailbox now, and not stored. Lost where the relay is not connected. */
export function signal(context: Context, address: string, credentials: MailboxCredentials, body: Uint8Array): void {
  const name = relayName(context, address)
  if (context.draft.get(RELAY_LINK, name)?.state !== 'connected') return
  runClient(context, name, (client) =>
    context.mailbox.append(client, { token: 'signal', credentials, body, class: 'signal' }, context.nowMs),
  )
}

/** Leaves a record at a relay, however long that takes; the row is durable before the first attempt. */
export function leave(context: Context, entry: Omit<OutboxEntry, 'notBeforeMs'>): void {
  const token = sortable(nextNumber(context))
  context.draft.put(OUTBOX, [token], { ...entry, notBeforeMs: 0 })
  context.draft.put(HAND_OVER, [token], true)
  linkToLeave(context, entry.relay)
}

/** Has an entry leave by another relay. One that was on its way may still be stored at the first. */
export function redirect(context: Context, token: string, relay: string): void {
  const entry = context.draft.get(OUTBOX, token)
  if (entry === undefined) return
  withdraw(context, token)
  context.draft.put(OUTBOX, [token], { ...entry, relay, notBeforeMs: 0 })
  context.draft.put(HAND_OVER, [token], true)
  linkToLeave(context, relay)
}

/** Takes an entry back. One that is on its way may still be stored. */
export function withdraw(context: Context, token: string): void {
  const entry = context.draft.get(OUTBOX, token)
  if (entry === undefined) return
  context.draft.delete(OUTBOX, token)
  context.draft.delete(HAND_OVER, token)
  const name = relayName(context, entry.relay)
  runClient(context, name, (client) => context.mailbox.cancel(client, token))
}

/** From time to time: letters that no relay took for as long as it would have kept them go. What they said is past its time. */
export function expireLetters(context: Context): void {
  for (const { key } of context.draft.scan(WAITING_SINCE)) if (context.draft.get(OUTBOX, ...key) === undefined) context.draft.delete(WAITING_SINCE, ...key)
  for (const { key, value } of context.draft.scan(OUTBOX)) {
    if (value.about.kind !== 'letter') continue
    const sinceMs = context.draft.get(WAITING_SINCE, ...key)
    if (sinceMs === undefined) context.draft.put(WAITING_SINCE, key, context.nowMs)
    else if (sinceMs + LIMITS.retentionMs < context.nowMs) {
      withdraw(context, key[0] ?? '')
      context.draft.delete(WAITING_SINCE, ...key)
    }
  }
}

/** Looks at the whole outbox again: a relay is there, or entries that were put off are due. */
export function reviewOutbox(context: Context): void {
  for (const { key, value } of context.draft.scan(OUTBOX)) {
    if (value.notBeforeMs <= context.nowMs) context.draft.put(HAND_OVER, key, true)
    else setTimer(context, 'outbox', value.notBeforeMs, 'earliest')
  }
  linkWaiting(context)
}

/** Hands the client of each connected relay what the outbox has for it: messages last, so that a key is there before what it sealed. */
export function flushOutbox(context: Context): void {
  const byRelay = new Map<string, Append[]>()
  for (const { key } of context.draft.scan(HAND_OVER)) {
    const token = key[0] ?? ''
    context.draft.delete(HAND_OVER, token)
    const entry = context.draft.get(OUTBOX, token)
    if (entry === undefined) continue
    const name = relayName(context, entry.relay)
    const link = context.draft.get(RELAY_LINK, name)
    // Where the relay is not there, its coming has the outbox looked at again.
    if (link?.state !== 'connected' || context.draft.get(IN_FLIGHT, name, token) !== undefined || entry.notBeforeMs > context.nowMs) continue
    context.draft.put(IN_FLIGHT, [name, token], true)
    const { keys, appendSeed, grant, body, about } = entry
    const credentials: MailboxCredentials = { keys, readSeed: null, appendSeed, grant }
    const append: Append = { token, credentials, body, class: 'stored', isUrgent: about.kind !== 'envelope' }
    const appends = byRelay.get(name)
    if (appends === undefined) byRelay.set(name, [append])
    else appends.push(append)
  }
  for (const [name, appends] of byRelay) runClient(context, name, (client) => context.mailbox.appendMany(client, appends, context.nowMs))
}
