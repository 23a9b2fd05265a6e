/**
 * Sends what waits, as far as doors, pace and the number of requests in flight allow. Works on a draft of one step.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { LIMITS, type MailboxId, type MailboxRequest, encode, mailboxRequest, toBase64url } from '@sotto/wire'
import { type MailboxCredentials, mailboxIdOf, signOpen } from '../credentials.ts'
import { type Ask, type ClientState, type Connection, type Pending, type Session, withEntry, withoutEntry } from './client-state.ts'
import type { ClientEvent } from './mailbox-client.ts'
import { appendSent, hasRoom, mayAppendAtMs } from './pace.ts'

/** One step in the making: a state that may be replaced, and what goes out with it. */
export interface Draft {
  state: ClientState
  readonly frames: Uint8Array[]
  readonly events: ClientEvent[]
}

export const sessionOf = (draft: Draft): Session | null => draft.state.connection?.session ?? null

export function setSession(draft: Draft, change: Partial<Session>): void {
  const connection: Connection | null = draft.state.connection
  if (connection === null || connection.session === null) return
  draft.state = { ...draft.state, connection: { ...connection, session: { ...connection.session, ...change } } }
}

export const send = (draft: Draft, request: MailboxRequest): void => {
  draft.frames.push(encode(mailboxRequest, request))
}

/** Sends whatever can go now and says when to look again. */
export function pump(primitives: Primitives, draft: Draft, nowMs: number): void {
  const kept: Ask[] = []
  let againMs: number | null = null
  /** An append had no room on the line: those behind it keep their places. */
  let isLineFull = false
  const holdUntil = (atMs: number | null): void => {
    if (atMs !== null && (againMs === null || atMs < againMs)) againMs = atMs
  }
  for (const ask of draft.state.waiting) {
    const session = sessionOf(draft)
    if (session === null || session.pending.size >= session.limits.requestsInFlight) {
      kept.push(ask)
      continue
    }
    const door = session.doors.get(ask.door)
    const next = door === undefined ? 'open' : ask.kind
    if (ask.kind === 'append' && next === 'append') isLineFull ||= !hasRoom(session.pace, ask.body.length)
    if (isLineFull && next === 'append') {
      kept.push(ask)
      continue
    }
    const goesMs = mayGoAtMs(session, next, nowMs)
    if (goesMs !== null && goesMs <= nowMs && door?.handle !== null) {
      if (door !== undefined) {
        sendAsk(draft, session, ask, door.handle)
        continue
      }
      openDoor(primitives, draft, session, ask, nowMs)
    } else if (door?.handle !== null) {
      holdUntil(goesMs)
    }
    kept.push(ask)
  }
  draft.state = { ...draft.state, waiting: kept }
  if (againMs === null || againMs === draft.state.wakeAtMs) return
  draft.state = { ...draft.state, wakeAtMs: againMs }
  draft.events.push({ kind: 'wakeAt', atMs: againMs })
}

/** When a request of this kind may go: now or later; null if only an answer to another one can help. */
function mayGoAtMs(session: Session, kind: Pending['kind'], nowMs: number): number | null {
  const notBeforeMs = Math.max(nowMs, session.notBeforeMs.get(kind) ?? 0)
  if (kind !== 'append') return notBeforeMs
  const pacedMs = mayAppendAtMs(session.pace, nowMs)
  return pacedMs === null ? null : Math.max(pacedMs, notBeforeMs)
}

function sendAsk(draft: Draft, session: Session, ask: Ask, handle: number): void {
  const request = session.nextRequest
  send(draft, requestOf(ask, request, handle, draft.state, session))
  const door = session.doors.get(ask.door)
  setSession(draft, {
    nextRequest: request + 1,
    pending: withEntry(session.pending, request, ask),
    pace: ask.kind === 'append' ? appendSent(session.pace, ask.body.length) : session.pace,
    doors: door === undefined ? session.doors : withEntry(session.doors, ask.door, { ...door, lastRequest: request }),
  })
}

function requestOf(ask: Ask, request: number, handle: number, state: ClientState, session: Session): MailboxRequest {
  switch (ask.kind) {
    case 'append':
      return { kind: 'append', request, handle, class: ask.class, body: ask.body }
    case 'subscribe': {
      const after = state.wanted.get(ask.mailbox)?.after?.cursor ?? 0
      return { kind: 'subscribe', request, handle, after, credit: session.limits.pushCredit }
    }
    case 'acknowledge':
      return { kind: 'acknowledge', request, handle, upTo: ask.upTo }
    case 'drop':
      return { kind: 'drop', request, handle }
    case 'publishKeys':
      return { kind: 'publishKeys', request, handle, replace: ask.replace, publication: ask.publication }
    case 'fetchKeys':
      return { kind: 'fetchKeys', request, handle }
  }
}

/** Sends OPEN for a door, after closing one that is idle where the relay allows no more. */
function openDoor(primitives: Primitives, draft: Draft, session: Session, ask: Ask, nowMs: number): void {
  const connection = draft.state.connection
  if (connection === null) return
  if (session.doors.size >= session.limits.mailboxes && !closeIdleDoor(draft, session)) return
  const current = sessionOf(draft) ?? session
  const request = current.nextRequest
  const mailbox: MailboxId = mailboxIdOf(primitives, ask.credentials.keys)
  const expiresMs = Math.max(0, nowMs + current.clockAheadMs + Math.floor(LIMITS.openExpiryMs / 2))
  const statement = {
    relayPeer: connection.relayPeer,
    nonce: current.nonce,
    mailbox,
    clientPeer: connection.ownPeer,
    expiresMs,
  }
  const { keys, grant } = ask.credentials
  send(draft, { kind: 'open', request, keys, expiresMs, grant, ...signOpen(primitives, ask.credentials, statement) })
  setSession(draft, {
    nextRequest: request + 1,
    pending: withEntry(current.pending, request, { kind: 'open', door: ask.door }),
    doors: withEntry(current.doors, ask.door, { mailbox, handle: null, lastRequest: request, uncredited: 0 }),
  })
}

/** Closes the door longest unused that nobody waits for and nothing is wanted from. False: all are in use. */
function closeIdleDoor(draft: Draft, session: Session): boolean {
  const used = new Set<string>()
  for (const wanted of draft.state.wanted.values()) used.add(wanted.door)
  for (const ask of draft.state.waiting) used.add(ask.door)
  for (const pending of session.pending.values()) used.add(pending.door)
  let idle: { readonly name: string; readonly handle: number; readonly lastRequest: number } | undefined
  for (const [name, door] of session.doors) {
    if (door.handle === null || used.has(name)) continue
    if (idle === undefined || door.lastRequest < idle.lastRequest) {
      idle = { name, handle: door.handle, lastRequest: door.lastRequest }
    }
  }
  if (idle === undefined) return false
  closeDoor(draft, idle.name)
  return true
}

/** Ends a door's handle at the relay, if it has one, and forgets the door. */
export function closeDoor(draft: Draft, name: string): void {
  const session = sessionOf(draft)
  const door = session?.doors.get(name)
  if (session === null || door === undefined) return
  if (door.handle === null) return
  send(draft, { kind: 'close', handle: door.handle })
  setSession(draft, {
    doors: withoutEntry(session.doors, name),
    doorByHandle: withoutEntry(session.doorByHandle, door.handle),
  })
}

/** Names the door that credentials open: the same mailbox with other rights or another grant is another door. */
export function doorName(mailbox: string, credentials: MailboxCredentials): string {
  const { appendSeed, grant } = credentials
  const lane = appendSeed === null ? '-' : grant === null ? 'keys' : `${grant.lane} ${toBase64url(grant.signature)}`
  return `${mailbox} ${credentials.readSeed === null ? '-' : 'read'} ${lane}`
}
