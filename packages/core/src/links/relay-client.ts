/**
 * Runs the mailbox client of each relay: events of the connection go in, its frames leave as effects, and what it found
 * is news for the machine.
 */
import type { ClientEvent, ClientStep, MailboxCredentials } from '@sotto/mailbox'
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { CAUGHT_UP, CURSOR, IN_FLIGHT, OUTBOX, RELAY_LINK } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { forgetConnection, forgetFetches, linkToLeave, relayName } from './relay-links.ts'

/** Begins every connection to a relay anew. What one said before, such as its time, counts no longer from here on. */
export function reconnectRelays(context: Context): void {
  for (const { key, value } of context.transaction.scan(RELAY_LINK)) {
    if (value.state !== 'connected') continue
    relayClosed(context, value.address)
    const link = context.transaction.get(RELAY_LINK, key[0] ?? '')
    if (link !== undefined) context.transaction.put(RELAY_LINK, key, { ...link, state: 'connecting' })
    context.effects.push({ kind: 'disconnectRelay', relay: value.address }, { kind: 'connectRelay', relay: value.address })
  }
}

/** Runs the client of one relay, sends its frames and keeps the books for what happened. */
export function runClient(context: Context, name: string, run: (client: ClientStep['state']) => ClientStep): void {
  const link = context.transaction.get(RELAY_LINK, name)
  if (link === undefined) return
  const { state, frames, events } = run(link.client)
  context.transaction.put(RELAY_LINK, [name], { ...link, client: state })
  for (const frame of frames) context.effects.push({ kind: 'sendRelayFrame', relay: link.address, frame })
  for (const event of events) applyClientEvent(context, name, event)
}

/** Keeps the books for one event of a client; what others must act on becomes news of this step. */
function applyClientEvent(context: Context, name: string, event: ClientEvent): void {
  const link = context.transaction.get(RELAY_LINK, name)
  if (link === undefined) return
  switch (event.kind) {
    case 'wakeAt':
      setTimer(context, `mailbox-${name}`, event.atMs)
      return
    case 'connected':
      context.transaction.put(RELAY_LINK, [name], { ...link, incarnation: event.incarnation, state: 'connected', downSinceMs: null })
      context.relayEvents.push({ kind: 'relayReady', relay: name })
      return
    case 'broken':
      context.effects.push({ kind: 'disconnectRelay', relay: link.address }, { kind: 'connectRelay', relay: link.address })
      return
    case 'appended': {
      const entry = context.transaction.get(OUTBOX, event.token)
      if (entry === undefined) return
      context.transaction.delete(OUTBOX, event.token)
      context.transaction.delete(IN_FLIGHT, name, event.token)
      context.relayEvents.push({ kind: 'stored', entry })
      return
    }
    case 'caughtUp':
      context.transaction.put(CAUGHT_UP, [name, textOf(event.mailbox)], true)
      context.relayEvents.push({ ...event, relay: name })
      return
    case 'record':
      if (link.incarnation !== null) {
        context.transaction.put(CURSOR, [name, textOf(event.mailbox)], { incarnation: link.incarnation, cursor: event.cursor })
      }
      context.relayEvents.push({ ...event, relay: name })
      return
    case 'refused':
    case 'signal':
    case 'keysFetched':
    case 'keysPublished':
    case 'keysLeft':
    case 'secondReader':
    case 'closedToUs':
      context.relayEvents.push({ ...event, relay: name })
  }
}

export function relayOpened(context: Context, address: string, relayPeer: string, ownPeer: string, ownAddresses: readonly string[]): void {
  const name = relayName(context, address)
  const link = context.transaction.get(RELAY_LINK, name)
  if (link === undefined) return
  context.transaction.put(RELAY_LINK, [name], { ...link, ownAddresses })
  forgetConnection(context, name)
  runClient(context, name, (client) => context.mailbox.onOpened(client, ownPeer, relayPeer))
}

export function relayClosed(context: Context, address: string): void {
  const name = relayName(context, address)
  runClient(context, name, (client) => context.mailbox.onClosed(client))
  const link = context.transaction.get(RELAY_LINK, name)
  if (link === undefined) return
  context.transaction.put(RELAY_LINK, [name], {
    ...link,
    state: link.state === 'anotherRelay' ? link.state : 'unreachable',
    downSinceMs: link.downSinceMs ?? context.nowMs,
    ownAddresses: [],
  })
  setTimer(context, 'relays', context.nowMs + LIMITS.relayDownMs, 'earliest')
  forgetConnection(context, name)
  forgetFetches(context, name)
}

/** The address leads to somebody else: a mistyped peer id, or a relay that lost its key. */
export function relayIsAnother(context: Context, address: string): void {
  const name = relayName(context, address)
  const link = context.transaction.get(RELAY_LINK, name)
  if (link !== undefined) context.transaction.put(RELAY_LINK, [name], { ...link, state: 'anotherRelay' })
}

export function relayFrameReceived(context: Context, address: string, frame: Uint8Array): void {
  const name = relayName(context, address)
  runClient(context, name, (client) => context.mailbox.onFrame(client, frame, context.nowMs))
}

export function relayTick(context: Context, name: string): void {
  runClient(context, name, (client) => context.mailbox.onTick(client, context.nowMs))
}

/** Asks a relay for prekeys, now or when it is there. The name of the relay that will answer, or whose connection ends first; null: none is asked. */
export function fetchKeys(context: Context, address: string, credentials: MailboxCredentials, token: string): string | null {
  linkToLeave(context, address)
  const name = relayName(context, address)
  if (context.transaction.get(RELAY_LINK, name) === undefined) return null
  runClient(context, name, (client) => context.mailbox.fetchKeys(client, { token, credentials }, context.nowMs))
  return name
}

/** Takes back a question for prekeys that has not been sent. One that has is answered as before. Returns null: nobody has it. */
export function cancelFetch(context: Context, name: string, token: string): null {
  runClient(context, name, (client) => context.mailbox.cancel(client, token))
  return null
}

export function publishKeys(context: Context, name: string, publish: Parameters<Context['mailbox']['publishKeys']>[1]): void {
  runClient(context, name, (client) => context.mailbox.publishKeys(client, publish, context.nowMs))
}

/** Pushed to whoever reads the mailbox now, and not stored. Lost where the relay is not connected. */
export function signal(context: Context, address: string, credentials: MailboxCredentials, body: Uint8Array): void {
  const name = relayName(context, address)
  if (context.transaction.get(RELAY_LINK, name)?.state !== 'connected') return
  runClient(context, name, (client) => context.mailbox.append(client, { token: 'signal', credentials, body, class: 'signal' }, context.nowMs))
}
