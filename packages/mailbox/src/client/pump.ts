/**
 * Sends what waits, as far as doors, pace and the number of requests in flight allow. Works on a draft of one step.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { LIMITS, type MailboxId, type MailboxRequest, encode, mailboxRequest, toBase64url } from '@sotto/wire'
import { type MailboxCredentials, mailboxIdOf, signOpen } from '../credentials.ts'
import type { Ask, ClientState, Connection, Pending, Session } from './client-state.ts'
import type { ClientEvent } from './mailbox-client.ts'
import { appendSent, hasRoom, mayAppendAtMs } from './pace.ts'
import { underway } from './slowed.ts'

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

/**
 * Prekeys are fetched so many at a time, so that few are refused where the relay begins to refuse. A guess: a relay
 * answers within a second, and grants one a second.
 */
const FETCHES_AT_ONCE = 8

/** Sends whatever can go now and says when to look again. */
export function pump(primitives: Primitives, draft: Draft, nowMs: number): void {
  const { waiting } = draft.state
  const kept: Ask[] = []
  let againMs: number | null = null
  /** An append had no room on the line: those behind it keep their places. */
  let isLineFull = false
  /** When the next of a kind may go, as long as none has gone: most that wait are of one kind. */
  const goesAtMs = new Map<Pending['kind'], number | null>()
  const whenMay = (session: Session, kind: Pending['kind']): number | null => {
    const known = goesAtMs.get(kind)
    if (known !== undefined) return known
    const atMs = mayGoAtMs(session, kind, nowMs)
    goesAtMs.set(kind, atMs)
    return atMs
  }
  for (const [i, ask] of waiting.entries()) {
    const session = sessionOf(draft)
    if (session === null || session.pending.size >= session.limits.requestsInFlight) {
      kept.push(...waiting.slice(i))
      break
    }
    const door = session.doors.get(ask.door)
    if (door?.handle === null) {
      kept.push(ask)
      continue
    }
    const kind = door === undefined ? 'open' : ask.kind
    if (kind === 'append' && ask.kind === 'append') isLineFull ||= !hasRoom(session.pace, ask.body.length)
    if (isLineFull && kind === 'append') {
      kept.push(ask)
      continue
    }
    const goesMs = whenMay(session, kind)
    if (goesMs !== null && goesMs <= nowMs) {
      goesAtMs.delete(kind)
      if (door !== undefined) {
        sendAsk(draft, session, ask, door.handle)
        continue
      }
      // Where no door can be closed for another, none behind it can be either.
      if (!openDoor(primitives, draft, session, ask, nowMs)) goesAtMs.set('open', null)
    } else if (goesMs !== null && (againMs === null || goesMs < againMs)) againMs = goesMs
    kept.push(ask)
  }
  if (kept.length < waiting.length) draft.state = { ...draft.state, waiting: kept }
  if (againMs === null || againMs === draft.state.wakeAtMs) return
  draft.state = { ...draft.state, wakeAtMs: againMs }
  draft.events.push({ kind: 'wakeAt', atMs: againMs })
}

/** When a request of this kind may go: now or later; null if only an answer to another one can help. */
function mayGoAtMs(session: Session, kind: Pending['kind'], nowMs: number): number | null {
  const slowed = session.slowed.get(kind)
  const notBeforeMs = Math.max(nowMs, slowed?.notBeforeMs ?? 0)
  switch (kind) {
    case 'append': {
      // They have a pace of their own, which keeps them apart.
      const pacedMs = mayAppendAtMs(session.pace, nowMs)
      return pacedMs === null ? null : Math.max(pacedMs, notBeforeMs)
    }
    case 'fetchKeys':
      return underway(session, kind) < (slowed === undefined ? FETCHES_AT_ONCE : 1) ? notBeforeMs : null
    default:
      return slowed === undefined || underway(session, kind) === 0 ? notBeforeMs : null
  }
}

function sendAsk(draft: Draft, session: Session, ask: Ask, handle: number): void {
  const request = session.nextRequest
  send(draft, requestOf(ask, request, handle, draft.state, session))
  const door = session.doors.get(ask.door)
  setSession(draft, {
    nextRequest: request + 1,
    pending: session.pending.with(request, ask),
    pace: ask.kind === 'append' ? appendSent(session.pace, ask.body.length) : session.pace,
    doors: door === undefined ? session.doors : session.doors.with(ask.door, { ...door, lastRequest: request }),
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

/** Sends OPEN for a door, after closing one that is idle where the relay allows no more. False: all are in use. */
function openDoor(primitives: Primitives, draft: Draft, session: Session, ask: Ask, nowMs: number): boolean {
  const connection = draft.state.connection
  if (connection === null) return false
  if (session.doors.size >= session.limits.mailboxes && !closeIdleDoor(draft, session)) return false
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
    pending: current.pending.with(request, { kind: 'open', door: ask.door }),
    doors: current.doors.with(ask.door, { mailbox, handle: null, lastRequest: request, uncredited: 0 }),
  })
  return true
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
    doors: session.doors.without(name),
    doorByHandle: session.doorByHandle.without(door.handle),
  })
}

/** Names the door that credentials open: the same mailbox with other rights or another grant is another door. */
export function doorName(mailbox: string, credentials: MailboxCredentials): string {
  const { appendSeed, grant } = credentials
  const lane = appendSeed === null ? '-' : grant === null ? 'keys' : `${grant.lane} ${toBase64url(grant.signature)}`
  return `${mailbox} ${credentials.readSeed === null ? '-' : 'read'} ${lane}`
}
