/**
 * Runs the mailbox client of each relay (PROTOCOL §13.13). Events of the connection go in, its frames leave as effects, and what it found
 * becomes relay events for the machine.
 */
import type { ClientEvent, ClientStep, MailboxCredentials } from '@sotto/mailbox'
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { CAUGHT_UP, CURSOR, IN_FLIGHT, MAILBOX, OUTBOX, RELAY_LINK, WAITING_SINCE } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { noteReached } from './gone-relays.ts'
import { noteLeft } from './awaited.ts'
import { noteTaken, roomAgain } from './full-mailboxes.ts'
import { admissionFor, noteAdmitted } from './relay-admission.ts'
import { useTurn } from './turn-servers.ts'
import { forgetConnection, forgetFetches, linkToLeave, relayName } from './relay-links.ts'
import { noteHeard } from './silent-relays.ts'

/** Opens every relay connection again. What a relay said on the old one, such as its time, no longer counts. */
export function reconnectRelays(context: Context): void {
  for (const { key, value } of context.transaction.scan(RELAY_LINK)) {
    if (value.state !== 'connected') continue
    relayClosed(context, value.address)
    const link = context.transaction.get(RELAY_LINK, key[0] ?? '')
    if (link !== undefined) context.transaction.put(RELAY_LINK, key, { ...link, state: 'connecting' })
    context.effects.push({ kind: 'disconnectRelay', relay: value.address }, { kind: 'connectRelay', relay: value.address })
  }
}

/** Runs the client of one relay, sends its frames and records what happened. `isHeard`: on a word from the relay. */
export function runClient(context: Context, name: string, run: (client: ClientStep['state']) => ClientStep, isHeard = false): void {
  const link = context.transaction.get(RELAY_LINK, name)
  if (link === undefined) return
  const { state, frames, events } = run(link.client)
  context.transaction.put(RELAY_LINK, [name], { ...link, client: state })
  noteHeard(context, name, isHeard)
  for (const frame of frames) context.effects.push({ kind: 'sendRelayFrame', relay: link.address, frame })
  for (const event of events) applyClientEvent(context, name, event)
}

/** Records one event of a client. What other rooms must act on becomes a relay event of this step. */
function applyClientEvent(context: Context, name: string, event: ClientEvent): void {
  const link = context.transaction.get(RELAY_LINK, name)
  if (link === undefined) return
  switch (event.kind) {
    case 'wakeAt':
      setTimer(context, `mailbox-${name}`, event.atMs)
      return
    case 'connected':
      context.transaction.put(RELAY_LINK, [name], { ...link, incarnation: event.incarnation, state: 'connected', downSinceMs: null, isGone: false })
      noteReached(context, name)
      context.effects.push({ kind: 'useStun', relay: link.address, port: event.stunPort })
      useTurn(context, link.address, event.turn)
      context.relayEvents.push({ kind: 'relayReady', relay: name })
      return
    case 'turn':
      useTurn(context, link.address, event.turn)
      return
    case 'broken':
      connectAgain(context, link.address)
      return
    case 'admitted':
      for (const address of noteAdmitted(context, name, event.token)) connectAgain(context, address)
      return
    case 'notAdmitted':
      // It counts as away: what waits for it takes another way.
      context.transaction.put(RELAY_LINK, [name], { ...link, state: 'notAdmitted' })
      return
    case 'appended': {
      const entry = context.transaction.get(OUTBOX, event.token)
      context.transaction.delete(IN_FLIGHT, name, event.token)
      // A chunk of a file.
      if (entry === undefined) return void context.relayEvents.push({ ...event, relay: name })
      // It may have been handed to another relay since.
      context.transaction.delete(IN_FLIGHT, relayName(context, entry.relay), event.token)
      context.transaction.delete(OUTBOX, event.token)
      context.transaction.delete(WAITING_SINCE, event.token)
      noteLeft(context, entry)
      noteTaken(context, name, event.token, entry)
      context.relayEvents.push({ kind: 'stored', entry })
      return
    }
    case 'caughtUp':
      context.transaction.put(CAUGHT_UP, [name, textOf(event.mailbox)], true)
      context.relayEvents.push({ ...event, relay: name })
      return
    case 'record':
      // How far a file was read is kept with what was kept of it.
      if (link.incarnation !== null && context.transaction.get(MAILBOX, textOf(event.mailbox))?.purpose.kind !== 'file') {
        context.transaction.put(CURSOR, [name, textOf(event.mailbox)], { incarnation: link.incarnation, cursor: event.cursor })
      }
      context.relayEvents.push({ ...event, relay: name })
      return
    case 'roomAgain':
      return roomAgain(context, name, textOf(event.mailbox))
    case 'refused':
    case 'signal':
    case 'keysFetched':
    case 'keysPublished':
    case 'keysLeft':
    case 'secondReader':
    case 'dropped':
    case 'closedToUs':
      context.relayEvents.push({ ...event, relay: name })
  }
}

function connectAgain(context: Context, address: string): void {
  context.effects.push({ kind: 'disconnectRelay', relay: address }, { kind: 'connectRelay', relay: address })
}

export function relayOpened(context: Context, address: string, relayPeer: string, ownPeer: string, ownAddresses: readonly string[]): void {
  const name = relayName(context, address)
  const link = context.transaction.get(RELAY_LINK, name)
  if (link === undefined) return
  context.transaction.put(RELAY_LINK, [name], { ...link, ownAddresses })
  forgetConnection(context, name)
  runClient(context, name, (client) => context.mailbox.onOpened(client, ownPeer, relayPeer, admissionFor(context, address)))
}

export function relayClosed(context: Context, address: string): void {
  const name = relayName(context, address)
  const before = context.transaction.get(RELAY_LINK, name)
  runClient(context, name, (client) => context.mailbox.onClosed(client))
  const link = context.transaction.get(RELAY_LINK, name)
  if (link === undefined) return
  if (link.state === 'connected') noteReached(context, name)
  context.transaction.put(RELAY_LINK, [name], {
    ...link,
    latencyMs: null,
    state: link.state === 'anotherRelay' || link.state === 'notAdmitted' ? link.state : 'unreachable',
    // One that hung before is not waited for again.
    downSinceMs: link.downSinceMs ?? (before?.isSilent === true ? before.unheardMs : null) ?? context.nowMs,
    ownAddresses: [],
  })
  setTimer(context, 'relays', context.nowMs + LIMITS.relayAwayMs, 'earliest')
  forgetConnection(context, name)
  forgetFetches(context, name)
}

/** Another relay answers at the address: its peer id is mistyped, or the relay lost its key. */
export function relayIsAnother(context: Context, address: string): void {
  const name = relayName(context, address)
  const link = context.transaction.get(RELAY_LINK, name)
  if (link !== undefined) context.transaction.put(RELAY_LINK, [name], { ...link, state: 'anotherRelay' })
}

/** A relay answered a ping. */
export function relayAnswered(context: Context, address: string, ms: number): void {
  const name = relayName(context, address)
  const link = context.transaction.get(RELAY_LINK, name)
  if (link?.state === 'connected') context.transaction.put(RELAY_LINK, [name], { ...link, latencyMs: ms })
}

export function relayFrameReceived(context: Context, address: string, frame: Uint8Array): void {
  const name = relayName(context, address)
  runClient(context, name, (client) => context.mailbox.onFrame(client, frame, context.nowMs), true)
}

export function relayTick(context: Context, name: string): void {
  runClient(context, name, (client) => context.mailbox.onTick(client, context.nowMs))
}

/** Asks a relay for prekeys, now or once it connects. Returns the name of the relay that will answer or whose connection ends first; null: none was asked. */
export function fetchKeys(context: Context, address: string, credentials: MailboxCredentials, token: string): string | null {
  linkToLeave(context, address)
  const name = relayName(context, address)
  if (context.transaction.get(RELAY_LINK, name) === undefined) return null
  runClient(context, name, (client) => context.mailbox.fetchKeys(client, { token, credentials }, context.nowMs))
  return name
}

/** Takes back a question for prekeys that was not sent. One that was sent is still answered. Returns null, as no relay has the question now. */
export function cancelFetch(context: Context, name: string, token: string): null {
  runClient(context, name, (client) => context.mailbox.cancel(client, token))
  return null
}

export function publishKeys(context: Context, name: string, publish: Parameters<Context['mailbox']['publishKeys']>[1]): void {
  runClient(context, name, (client) => context.mailbox.publishKeys(client, publish, context.nowMs))
}

/** Signals that wait for a relay to go on are not said. */
export function dropSignals(context: Context): void {
  for (const { key } of context.transaction.scan(RELAY_LINK)) runClient(context, key[0] ?? '', (client) => context.mailbox.cancel(client, SIGNAL))
}

/** What the client calls every signal: nobody waits for one's answer. */
const SIGNAL = 'signal'

/** Appends a record that is pushed to the mailbox's present readers and not stored. Lost if the relay is not connected. */
export function signal(context: Context, address: string, credentials: MailboxCredentials, body: Uint8Array): void {
  const name = relayName(context, address)
  if (context.transaction.get(RELAY_LINK, name)?.state !== 'connected') return
  runClient(context, name, (client) => context.mailbox.append(client, { token: SIGNAL, credentials, body, class: 'signal' }, context.nowMs))
}
