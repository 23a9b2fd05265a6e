/** Sends waiting requests as far as channels, pace and the number of requests in flight allow. Works on the transaction of one step. */
import type { Primitives } from '@sotto/crypto/primitives'
import { LIMITS, type MailboxId, type MailboxRequest, type RefusalCode, encode, mailboxRequest, toBase64url } from '@sotto/wire'
import { type MailboxCredentials, canOpen, mailboxIdOf, signOpen } from '../credentials.ts'
import { type Ask, type Channel, type ClientState, type Connection, type Flow, flowOf, pacedKindOf, type PacedKind, type Session } from './client-state.ts'
import type { ClientEvent } from './mailbox-client.ts'
import { appendSent, hasRoom, mayAppendAtMs, type Pace } from './pace.ts'
import { underway } from './slowed.ts'

/** One step in progress: a state that may be replaced, and what goes out with it. */
export interface Transaction {
  state: ClientState
  readonly frames: Uint8Array[]
  readonly events: ClientEvent[]
}

export const sessionOf = (transaction: Transaction): Session | null => transaction.state.connection?.session ?? null

export function setSession(transaction: Transaction, change: Partial<Session>): void {
  const connection: Connection | null = transaction.state.connection
  if (connection === null || connection.session === null) return
  transaction.state = { ...transaction.state, connection: { ...connection, session: { ...connection.session, ...change } } }
}

export const send = (transaction: Transaction, request: MailboxRequest): void => {
  transaction.frames.push(encode(mailboxRequest, request))
}

/**
 * How many prekey fetches are sent at a time, so that few are refused where the relay begins to refuse. A guess: a
 * relay answers within a second, and grants one a second.
 */
const FETCHES_AT_ONCE = 8

/** Sends everything that can go now, and says when to look again. */
export function pump(primitives: Primitives, transaction: Transaction, nowMs: number): void {
  const { waiting } = transaction.state
  const kept: Ask[] = []
  let againMs: number | null = null
  /** An append had no room on the line. Those behind it in its flow keep their places. */
  const full = new Set<Flow>()
  /** When the next request of a kind may go, while none has gone: most waiting requests are of one kind. */
  const goesAtMs = new Map<PacedKind, number | null>()
  const whenMay = (session: Session, kind: PacedKind): number | null => {
    const known = goesAtMs.get(kind)
    if (known !== undefined) return known
    const atMs = mayGoAtMs(session, kind, nowMs)
    goesAtMs.set(kind, atMs)
    return atMs
  }
  for (const [i, ask] of waiting.entries()) {
    const session = sessionOf(transaction)
    if (session === null || session.pending.size >= session.limits.requestsInFlight) {
      kept.push(...waiting.slice(i))
      break
    }
    const channel = session.channels.get(ask.channel)
    if (channel?.handle === null) {
      kept.push(ask)
      continue
    }
    const kind = channel === undefined ? 'open' : pacedKindOf(ask)
    if (channel !== undefined && ask.kind === 'append') {
      const flow = flowOf(ask)
      if (!hasRoom(session.paces[flow], ask.body.length)) full.add(flow)
      if (full.has(flow)) {
        kept.push(ask)
        continue
      }
    }
    const goesMs = whenMay(session, kind)
    if (goesMs !== null && goesMs <= nowMs) {
      goesAtMs.delete(kind)
      if (channel !== undefined) {
        sendAsk(transaction, session, ask, channel.handle)
        continue
      }
      // A contact may have given what fits nothing. The relay would take it for an attack of ours.
      if (!canOpen(primitives, ask.credentials)) {
        sayRefused(transaction, ask, 'badSignature', 0)
        continue
      }
      // Where no channel can be closed for this one, none can be for those behind it.
      if (!openChannel(primitives, transaction, session, ask, nowMs)) goesAtMs.set('open', null)
    } else if (goesMs !== null && (againMs === null || goesMs < againMs)) againMs = goesMs
    kept.push(ask)
  }
  if (kept.length < waiting.length) transaction.state = { ...transaction.state, waiting: kept }
  if (againMs === null || againMs === transaction.state.wakeAtMs) return
  transaction.state = { ...transaction.state, wakeAtMs: againMs }
  transaction.events.push({ kind: 'wakeAt', atMs: againMs })
}

/** Every request with a token gets one refusal. A wanted mailbox gets one that names it. */
export function sayRefused(transaction: Transaction, ask: Ask, code: RefusalCode, retryAfterMs: number): void {
  switch (ask.kind) {
    case 'publishKeys':
    case 'append':
    case 'fetchKeys':
      transaction.events.push({ kind: 'refused', token: ask.token, code, retryAfterMs })
      return
    case 'subscribe': {
      const wanted = transaction.state.wanted.get(ask.mailbox)
      if (wanted !== undefined) transaction.events.push({ kind: 'closedToUs', mailbox: wanted.mailbox, code })
      return
    }
    case 'acknowledge':
    case 'drop':
  }
}

/** When a request of this kind may go: now or later. null: only an answer to another request can help. */
function mayGoAtMs(session: Session, kind: PacedKind, nowMs: number): number | null {
  const slowed = session.slowed.get(kind)
  const notBeforeMs = Math.max(nowMs, slowed?.notBeforeMs ?? 0)
  switch (kind) {
    case 'append':
    case 'appendBlob': {
      // Appends have paces of their own, which keep them apart.
      const pacedMs = mayAppendAtMs(session.paces[kind === 'append' ? 'letters' : 'blobs'], nowMs)
      return pacedMs === null ? null : Math.max(pacedMs, notBeforeMs)
    }
    case 'fetchKeys':
      return underway(session, kind) < (slowed === undefined ? FETCHES_AT_ONCE : 1) ? notBeforeMs : null
    default:
      return slowed === undefined || underway(session, kind) === 0 ? notBeforeMs : null
  }
}

function sendAsk(transaction: Transaction, session: Session, ask: Ask, handle: number): void {
  const request = session.nextRequest
  send(transaction, requestOf(ask, request, handle, transaction.state, session))
  const channel = session.channels.get(ask.channel)
  setSession(transaction, {
    nextRequest: request + 1,
    pending: session.pending.with(request, ask),
    channels: channel === undefined ? session.channels : session.channels.with(ask.channel, { ...channel, lastRequest: request }),
  })
  if (ask.kind === 'append') setPace(transaction, ask, (pace) => appendSent(pace, ask.body.length))
}

/** Changes the pace of the flow that an append is in. */
export function setPace(transaction: Transaction, append: Ask, change: (pace: Pace) => Pace): void {
  const session = sessionOf(transaction)
  if (session === null) return
  const flow = flowOf(append)
  setSession(transaction, { paces: { ...session.paces, [flow]: change(session.paces[flow]) } })
}

/** So many records a relay pushes before more credit. Chunks are large, and what is on the line already nothing can overtake. */
export const creditOf = ({ limits }: Session, { kind }: Pick<Channel, 'kind'>): number =>
  kind === 'blob' ? Math.min(limits.pushCredit, LIMITS.blobPushCredit) : limits.pushCredit

function requestOf(ask: Ask, request: number, handle: number, state: ClientState, session: Session): MailboxRequest {
  switch (ask.kind) {
    case 'append':
      return { kind: 'append', request, handle, class: ask.class, body: ask.body }
    case 'subscribe': {
      const after = state.wanted.get(ask.mailbox)?.after?.cursor ?? 0
      return { kind: 'subscribe', request, handle, after, credit: creditOf(session, ask.credentials.keys) }
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

/** Sends OPEN for a channel, after closing an idle one where the relay allows no more. False: all are in use. */
function openChannel(primitives: Primitives, transaction: Transaction, session: Session, ask: Ask, nowMs: number): boolean {
  const connection = transaction.state.connection
  if (connection === null) return false
  if (session.channels.size >= session.limits.mailboxes && !closeIdleChannel(transaction, session)) return false
  const current = sessionOf(transaction) ?? session
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
  send(transaction, { kind: 'open', request, keys, expiresMs, grant, ...signOpen(primitives, ask.credentials, statement) })
  setSession(transaction, {
    nextRequest: request + 1,
    pending: current.pending.with(request, { kind: 'open', channel: ask.channel }),
    channels: current.channels.with(ask.channel, { mailbox, kind: keys.kind, handle: null, lastRequest: request, awaitsRoom: false, uncredited: 0 }),
  })
  return true
}

/** Closes the channel that was unused for longest, if no request waits for it and nothing is wanted from it; one that waits for room last. False: all are in use. */
function closeIdleChannel(transaction: Transaction, session: Session): boolean {
  const used = new Set<string>()
  for (const wanted of transaction.state.wanted.values()) used.add(wanted.channel)
  for (const ask of transaction.state.waiting) used.add(ask.channel)
  for (const pending of session.pending.values()) used.add(pending.channel)
  let idle: { readonly name: string; readonly rank: number } | undefined
  for (const [name, channel] of session.channels) {
    if (channel.handle === null || used.has(name)) continue
    const rank = channel.lastRequest + (channel.awaitsRoom ? 2 ** 32 : 0)
    if (idle === undefined || rank < idle.rank) idle = { name, rank }
  }
  if (idle === undefined) return false
  closeChannel(transaction, idle.name)
  return true
}

/** Ends a channel's handle at the relay, if it has one, and forgets the channel. */
export function closeChannel(transaction: Transaction, name: string): void {
  const session = sessionOf(transaction)
  const channel = session?.channels.get(name)
  if (session === null || channel === undefined) return
  if (channel.handle === null) return
  send(transaction, { kind: 'close', handle: channel.handle })
  setSession(transaction, {
    channels: session.channels.without(name),
    channelByHandle: session.channelByHandle.without(channel.handle),
  })
}

/** Names the channel that credentials open. The same mailbox with other rights or another grant is another channel. */
export function channelName(mailbox: string, credentials: MailboxCredentials): string {
  const { appendSeed, grant } = credentials
  const capability = appendSeed === null ? '-' : grant === null ? 'keys' : `${grant.capability} ${toBase64url(grant.signature)}`
  return `${mailbox} ${credentials.readSeed === null ? '-' : 'read'} ${capability}`
}
