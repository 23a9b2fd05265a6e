/** The mailbox client machine: see `mailbox-client.ts` for its contract. */
import type { Primitives } from '@sotto/crypto/primitives'
import { LIMITS, type MailboxAnswer, decode, mailboxAnswer, toBase64url } from '@sotto/wire'
import { type MailboxCredentials, mailboxIdOf } from '../credentials.ts'
import { onAnswer } from './answers.ts'
import { type Ask, type Channel, type ClientState, NEVER_CONNECTED, type Pending, withEntry, withoutEntry } from './client-state.ts'
import type { ClientStep, MailboxClient } from './mailbox-client.ts'
import { startPace } from './pace.ts'
import { PartedMap } from './parted-map.ts'
import { askAgain, askForAdmission, isExpected, onAdmission } from './admission.ts'
import { beginSession, fitPositions } from './begin-session.ts'
import { type Transaction, closeChannel, channelName, pump } from './pump.ts'
import { splitPublication } from './split-publication.ts'
import { awaitsAnswer, firstUnansweredBytes } from './unanswered.ts'

/** Makes the functions of a client. All of its state is in the `ClientState` that they take and return. */
export function createMailboxClient(primitives: Primitives): MailboxClient {
  const step = (state: ClientState, work: (transaction: Transaction) => void): ClientStep => {
    const transaction: Transaction = { state, frames: [], events: [] }
    work(transaction)
    return transaction
  }
  const place = (credentials: MailboxCredentials): { readonly mailbox: string; readonly channel: string } => {
    const mailbox = toBase64url(mailboxIdOf(primitives, credentials.keys))
    return { mailbox, channel: channelName(mailbox, credentials) }
  }
  const ask = (state: ClientState, asks: readonly Ask[], nowMs: number): ClientStep =>
    step(state, (transaction) => {
      transaction.state = { ...state, waiting: [...state.waiting, ...asks] }
      pump(primitives, transaction, nowMs)
    })

  const appendMany: MailboxClient['appendMany'] = (state, appends, nowMs) =>
    step(state, (transaction) => {
      const asks = appends.map(({ token, credentials, body, class: recordClass, isUrgent = false }) => {
        return { kind: 'append', channel: place(credentials).channel, credentials, token, class: recordClass, isUrgent, body } as const
      })
      transaction.state = { ...state, waiting: inOrder(state.waiting, asks) }
      pump(primitives, transaction, nowMs)
    })

  return {
    start: () => NEVER_CONNECTED,

    onOpened: (state, ownPeer, relayPeer, token = null) =>
      step(state, (transaction) => {
        transaction.state = { ...state, connection: { ownPeer, relayPeer, token, session: null, admission: null } }
      }),

    onFrame: (state, frame, nowMs) =>
      step(state, (transaction) => {
        if (state.connection === null) return
        const answer = decode(mailboxAnswer, frame)
        if (answer === undefined || !isExpected(state.connection, answer.kind)) {
          transaction.events.push({ kind: 'broken' })
          return
        }
        if (answer.kind === 'hello') onHello(transaction, answer, nowMs)
        else if (state.connection.session === null) onAdmission(transaction, answer, nowMs)
        else onAnswer(transaction, answer, nowMs)
        pump(primitives, transaction, nowMs)
      }),

    onClosed: (state) =>
      step(state, (transaction) => {
        // Requests that wait for a first connection keep waiting.
        if (state.connection === null) return
        transaction.state = { connection: null, wanted: state.wanted, waiting: [], wakeAtMs: null }
      }),

    onTick: (state, nowMs) =>
      step(state, (transaction) => {
        if (state.wakeAtMs !== null && nowMs >= state.wakeAtMs) transaction.state = { ...state, wakeAtMs: null }
        askAgain(transaction, nowMs)
        pump(primitives, transaction, nowMs)
      }),

    want: (state, credentials, after, nowMs) => {
      if (credentials.readSeed === null) throw new RangeError('cannot want a mailbox without its read key')
      const { mailbox, channel } = place(credentials)
      if (state.wanted.has(mailbox)) return step(state, () => {})
      const wanted = { mailbox: mailboxIdOf(primitives, credentials.keys), credentials, channel, after }
      const session = state.connection?.session ?? null
      const next = { ...state, wanted: withEntry(state.wanted, mailbox, wanted) }
      if (session === null) return step(next, () => {})
      return ask(fitPositions(next, session.incarnation), [{ kind: 'subscribe', channel, credentials, mailbox }], nowMs)
    },

    unwant: (state, mailbox) =>
      step(state, (transaction) => {
        const name = toBase64url(mailbox)
        const wanted = state.wanted.get(name)
        if (wanted === undefined) return
        const waiting = state.waiting.filter((ask) => !(ask.kind === 'subscribe' && ask.mailbox === name))
        transaction.state = { ...state, wanted: withoutEntry(state.wanted, name), waiting }
        closeChannel(transaction, wanted.channel)
      }),

    append: (state, append, nowMs) => appendMany(state, [append], nowMs),

    appendMany,

    cancel: (state, token) =>
      step(state, (transaction) => {
        const waiting = state.waiting.filter((ask) => !((ask.kind === 'append' || ask.kind === 'fetchKeys') && ask.token === token))
        if (waiting.length < state.waiting.length) transaction.state = { ...state, waiting }
      }),

    acknowledge: (state, credentials, upTo, nowMs) => ask(state, [{ kind: 'acknowledge', channel: place(credentials).channel, credentials, upTo }], nowMs),

    drop: (state, credentials, nowMs) =>
      ask(state, [{ kind: 'drop', channel: place(credentials).channel, credentials, mailbox: mailboxIdOf(primitives, credentials.keys) }], nowMs),

    publishKeys: (state, { token, credentials, replace, publication }, nowMs) => {
      const { channel } = place(credentials)
      const [first, ...rest] = splitPublication(publication)
      return ask(state, [{ kind: 'publishKeys', channel, credentials, token, replace, publication: first, rest }], nowMs)
    },

    fetchKeys: (state, { token, credentials }, nowMs) => ask(state, [{ kind: 'fetchKeys', channel: place(credentials).channel, credentials, token }], nowMs),

    awaitsAnswer,

    firstUnansweredBytes,
  }
}

/** Urgent appends go before waiting ones that are not urgent. All other requests keep their places. */
function inOrder(waiting: readonly Ask[], appends: readonly Extract<Ask, { readonly kind: 'append' }>[]): readonly Ask[] {
  const urgent = appends.filter(({ isUrgent }) => isUrgent)
  const others = appends.filter(({ isUrgent }) => !isUrgent)
  if (urgent.length === 0) return [...waiting, ...others]
  const place = waiting.findIndex((ask) => ask.kind === 'append' && !ask.isUrgent)
  const at = place < 0 ? waiting.length : place
  return [...waiting.slice(0, at), ...urgent, ...waiting.slice(at), ...others]
}

function onHello(transaction: Transaction, hello: Extract<MailboxAnswer, { readonly kind: 'hello' }>, nowMs: number): void {
  const session = {
    nonce: hello.nonce,
    incarnation: hello.incarnation,
    limits: hello.limits,
    clockAheadMs: hello.timeMs - nowMs,
    nextRequest: 1,
    channels: PartedMap.empty<string, Channel>(),
    channelByHandle: PartedMap.empty<number, string>(),
    pending: PartedMap.empty<number, Pending>(),
    paces: {
      letters: startPace(hello.limits.appendsPerSecond, hello.limits.appendBurst, LIMITS.appendWindowBytes, nowMs),
      blobs: startPace(hello.limits.blobAppendsPerSecond, hello.limits.blobAppendBurst, LIMITS.blobWindowBytes, nowMs),
    },
    slowed: new Map(),
  }
  if (hello.isOpen) beginSession(transaction, session, hello)
  else askForAdmission(transaction, session, hello)
}
