/** What a mailbox client does with the relay's answers and pushes after HELLO. */
import { type MailboxAnswer, type MailboxId, type RefusalCode, toBase64url } from '@sotto/wire'
import { type Channel, pacedKindOf, type Pending, type Session, withEntry } from './client-state.ts'
import { appendAnswered } from './pace.ts'
import { creditOf, send, sessionOf, setPace, setSession, type Transaction, sayRefused } from './pump.ts'
import { holdBack, slowDown, spaceOut } from './slowed.ts'

/** Refusals that only mean "later": the client waits them out. */
const isWaitedOut = (code: RefusalCode): boolean => code === 'rate' || code === 'tooManyRequests' || code === 'storeAway'

/** Takes one answer into the transaction. An answer to no request of ours is ignored. */
export function onAnswer(transaction: Transaction, answer: MailboxAnswer, nowMs: number): void {
  switch (answer.kind) {
    case 'hello':
    case 'admitted':
    case 'records':
      return
    case 'opened':
      granted(transaction, answer.request, nowMs, (pending) => onOpenedChannel(transaction, pending, answer.handle))
      return
    case 'appended':
      granted(transaction, answer.request, nowMs, (pending) => {
        if (pending.kind === 'append') transaction.events.push({ kind: 'appended', token: pending.token, cursor: answer.cursor })
      })
      return
    case 'done':
      granted(transaction, answer.request, nowMs, (pending) => {
        if (pending.kind === 'append') transaction.events.push({ kind: 'appended', token: pending.token, cursor: 0 })
        if (pending.kind === 'publishKeys') onPartPublished(transaction, pending)
        if (pending.kind === 'drop') transaction.events.push({ kind: 'dropped', mailbox: pending.mailbox })
      })
      return
    case 'keys':
      granted(transaction, answer.request, nowMs, (pending) => {
        if (pending.kind === 'fetchKeys') transaction.events.push({ kind: 'keysFetched', token: pending.token, keys: answer.keys })
      })
      return
    case 'refused':
      takeAnswer(transaction, answer.request, nowMs, (pending) => onRefused(transaction, pending, answer.code, answer.retryAfterMs, nowMs))
      return
    case 'pushed':
      atChannel(transaction, answer.handle, (channel, name) => onPushed(transaction, channel, name, answer))
      return
    case 'signalled':
      atChannel(transaction, answer.handle, ({ mailbox }) => transaction.events.push({ kind: 'signal', mailbox, body: answer.body }))
      return
    case 'caughtUp':
      atChannel(transaction, answer.handle, ({ mailbox }) => {
        advance(transaction, mailbox, answer.cursor)
        transaction.events.push({ kind: 'caughtUp', mailbox, cursor: positionOf(transaction, mailbox) })
      })
      return
    case 'lagging':
      atChannel(transaction, answer.handle, (channel, name) => grantCredit(transaction, channel, name, answer.handle, 1))
      return
    case 'keysLeft':
      atChannel(transaction, answer.handle, ({ mailbox }) => {
        const { published, oneTime, oneTimeKem } = answer
        transaction.events.push({ kind: 'keysLeft', mailbox, published, oneTime, oneTimeKem })
      })
      return
    case 'secondReader':
      atChannel(transaction, answer.handle, ({ mailbox }) => transaction.events.push({ kind: 'secondReader', mailbox }))
      return
    case 'roomAgain':
      atChannel(transaction, answer.handle, (channel, name) => {
        setAwaitsRoom(transaction, name, false)
        transaction.events.push({ kind: 'roomAgain', mailbox: channel.mailbox })
      })
      return
    case 'turn':
      transaction.events.push({ kind: 'turn', turn: answer.turn })
  }
}

/** A request was granted. The next of its kind goes when its pace allows. */
function granted(transaction: Transaction, request: number, nowMs: number, then: (pending: Pending) => void): void {
  takeAnswer(transaction, request, nowMs, (pending) => {
    onGranted(transaction, pending, nowMs)
    then(pending)
  })
}

function onGranted(transaction: Transaction, pending: Pending, nowMs: number): void {
  const session = sessionOf(transaction)
  if (session !== null) setSession(transaction, { slowed: spaceOut(session.slowed, pacedKindOf(pending), transaction.state.waiting, nowMs) })
}

/** Takes the answered request off the list and counts an append as answered. */
function takeAnswer(transaction: Transaction, request: number, nowMs: number, then: (pending: Pending) => void): void {
  const session = sessionOf(transaction)
  const pending = session?.pending.get(request)
  if (session === null || pending === undefined) return
  setSession(transaction, { pending: session.pending.without(request) })
  if (pending.kind === 'append') setPace(transaction, pending, (pace) => appendAnswered(pace, pending.body.length, nowMs))
  then(pending)
}

function atChannel(transaction: Transaction, handle: number, then: (channel: Channel, name: string) => void): void {
  const session = sessionOf(transaction)
  const name = session?.channelByHandle.get(handle)
  const channel = name === undefined ? undefined : session?.channels.get(name)
  if (name !== undefined && channel !== undefined) then(channel, name)
}

function onOpenedChannel(transaction: Transaction, pending: Pending, handle: number): void {
  const session = sessionOf(transaction)
  const channel = session?.channels.get(pending.channel)
  if (session === null || pending.kind !== 'open' || channel === undefined) return
  if (isUsed(transaction, session, pending.channel)) {
    setSession(transaction, {
      channels: session.channels.with(pending.channel, { ...channel, handle }),
      channelByHandle: session.channelByHandle.with(handle, pending.channel),
    })
  } else {
    send(transaction, { kind: 'close', handle })
    setSession(transaction, { channels: session.channels.without(pending.channel) })
  }
}

/** Whether a request waits for this channel or a wanted mailbox is read through it. */
function isUsed(transaction: Transaction, session: Session, name: string): boolean {
  for (const wanted of transaction.state.wanted.values()) if (wanted.channel === name) return true
  for (const pending of session.pending.values()) if (pending.channel === name) return true
  return transaction.state.waiting.some((ask) => ask.channel === name)
}

function onRefused(transaction: Transaction, pending: Pending, code: RefusalCode, retryAfterMs: number, nowMs: number): void {
  const session = sessionOf(transaction)
  if (session === null) return
  if (!isWaitedOut(code)) onGranted(transaction, pending, nowMs)
  // A store that is away says nothing of how fast one may be.
  const wait = code === 'storeAway' ? holdBack : slowDown
  if (pending.kind === 'open') {
    setSession(transaction, { channels: session.channels.without(pending.channel) })
    if (isWaitedOut(code)) {
      setSession(transaction, { slowed: wait(session.slowed, 'open', retryAfterMs, nowMs) })
      return
    }
    const turnedAway = transaction.state.waiting.filter((ask) => ask.channel === pending.channel)
    transaction.state = { ...transaction.state, waiting: transaction.state.waiting.filter((ask) => ask.channel !== pending.channel) }
    for (const ask of turnedAway) sayRefused(transaction, ask, code, retryAfterMs)
  } else if (isWaitedOut(code)) {
    setSession(transaction, { slowed: wait(session.slowed, pacedKindOf(pending), retryAfterMs, nowMs) })
    transaction.state = { ...transaction.state, waiting: [pending, ...transaction.state.waiting] }
  } else {
    if (code === 'full') setAwaitsRoom(transaction, pending.channel, true)
    sayRefused(transaction, pending, code, retryAfterMs)
  }
}

function setAwaitsRoom(transaction: Transaction, name: string, awaitsRoom: boolean): void {
  const session = sessionOf(transaction)
  const channel = session?.channels.get(name)
  if (session !== null && channel !== undefined) setSession(transaction, { channels: session.channels.with(name, { ...channel, awaitsRoom }) })
}

/** Sends the next part of a split publication, or reports that all parts are there. */
function onPartPublished(transaction: Transaction, part: Extract<Pending, { readonly kind: 'publishKeys' }>): void {
  const [publication, ...rest] = part.rest
  if (publication === undefined) transaction.events.push({ kind: 'keysPublished', token: part.token })
  else transaction.state = { ...transaction.state, waiting: [{ ...part, replace: false, publication, rest }, ...transaction.state.waiting] }
}

function onPushed(
  transaction: Transaction,
  channel: Channel,
  name: string,
  { handle, cursor, capability, body }: Extract<MailboxAnswer, { readonly kind: 'pushed' }>,
): void {
  const { mailbox } = channel
  grantCredit(transaction, channel, name, handle, 0)
  if (cursor <= positionOf(transaction, mailbox)) return
  advance(transaction, mailbox, cursor)
  transaction.events.push({ kind: 'record', mailbox, cursor, capability, body })
}

/** Credit goes back in halves of the window, or at once when the relay says that it is used up. */
function grantCredit(transaction: Transaction, channel: Channel, name: string, handle: number, atLeast: 0 | 1): void {
  const session = sessionOf(transaction)
  if (session === null) return
  const uncredited = channel.uncredited + (atLeast === 0 ? 1 : 0)
  const due = atLeast === 1 ? uncredited > 0 : uncredited >= Math.max(1, Math.floor(creditOf(session, channel) / 2))
  if (due) send(transaction, { kind: 'credit', handle, more: uncredited })
  setSession(transaction, { channels: session.channels.with(name, { ...channel, uncredited: due ? 0 : uncredited }) })
}

const positionOf = (transaction: Transaction, mailbox: MailboxId): number => transaction.state.wanted.get(toBase64url(mailbox))?.after?.cursor ?? 0

/** Remembers how far a wanted mailbox was read. The next connection continues there. */
function advance(transaction: Transaction, mailbox: MailboxId, cursor: number): void {
  const name = toBase64url(mailbox)
  const wanted = transaction.state.wanted.get(name)
  const session = sessionOf(transaction)
  if (wanted === undefined || session === null || cursor <= (wanted.after?.cursor ?? 0)) return
  const after = { incarnation: session.incarnation, cursor }
  transaction.state = { ...transaction.state, wanted: withEntry(transaction.state.wanted, name, { ...wanted, after }) }
}
