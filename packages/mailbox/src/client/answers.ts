/** What a mailbox client makes of the relay's answers and pushes, once HELLO is there. */
import { type MailboxAnswer, type MailboxId, type RefusalCode, toBase64url } from '@sotto/wire'
import { type Ask, type Door, type Pending, type Session, withEntry } from './client-state.ts'
import { appendAnswered } from './pace.ts'
import { type Draft, send, sessionOf, setSession } from './pump.ts'
import { slowDown, spaceOut } from './slowed.ts'

/** Refusals that only say "later": waited out here. */
const isWaitedOut = (code: RefusalCode): boolean => code === 'rate' || code === 'tooManyRequests'

/** Takes one answer into the draft. An answer to nothing we asked is ignored. */
export function onAnswer(draft: Draft, answer: MailboxAnswer, nowMs: number): void {
  switch (answer.kind) {
    case 'hello':
    case 'records':
      return
    case 'opened':
      granted(draft, answer.request, nowMs, (pending) => onOpenedDoor(draft, pending, answer.handle))
      return
    case 'appended':
      granted(draft, answer.request, nowMs, (pending) => {
        if (pending.kind === 'append') draft.events.push({ kind: 'appended', token: pending.token, cursor: answer.cursor })
      })
      return
    case 'done':
      granted(draft, answer.request, nowMs, (pending) => {
        if (pending.kind === 'append') draft.events.push({ kind: 'appended', token: pending.token, cursor: 0 })
        if (pending.kind === 'publishKeys') onPartPublished(draft, pending)
      })
      return
    case 'keys':
      granted(draft, answer.request, nowMs, (pending) => {
        if (pending.kind === 'fetchKeys') draft.events.push({ kind: 'keysFetched', token: pending.token, keys: answer.keys })
      })
      return
    case 'refused':
      settle(draft, answer.request, nowMs, (pending) => onRefused(draft, pending, answer.code, answer.retryAfterMs, nowMs))
      return
    case 'pushed':
      atDoor(draft, answer.handle, (door, name) => onPushed(draft, door, name, answer.handle, answer.cursor, answer.body))
      return
    case 'signalled':
      atDoor(draft, answer.handle, ({ mailbox }) => draft.events.push({ kind: 'signal', mailbox, body: answer.body }))
      return
    case 'caughtUp':
      atDoor(draft, answer.handle, ({ mailbox }) => {
        advance(draft, mailbox, answer.cursor)
        draft.events.push({ kind: 'caughtUp', mailbox, cursor: positionOf(draft, mailbox) })
      })
      return
    case 'lagging':
      atDoor(draft, answer.handle, (door, name) => grantCredit(draft, door, name, answer.handle, 1))
      return
    case 'keysLeft':
      atDoor(draft, answer.handle, ({ mailbox }) => {
        const { published, oneTime, oneTimeKem } = answer
        draft.events.push({ kind: 'keysLeft', mailbox, published, oneTime, oneTimeKem })
      })
      return
    case 'secondReader':
      atDoor(draft, answer.handle, ({ mailbox }) => draft.events.push({ kind: 'secondReader', mailbox }))
  }
}

/** A request was granted: the next of its kind goes when it may. */
function granted(draft: Draft, request: number, nowMs: number, then: (pending: Pending) => void): void {
  settle(draft, request, nowMs, (pending) => {
    onGranted(draft, pending, nowMs)
    then(pending)
  })
}

function onGranted(draft: Draft, { kind }: Pending, nowMs: number): void {
  const session = sessionOf(draft)
  if (session !== null) setSession(draft, { slowed: spaceOut(session.slowed, kind, draft.state.waiting, nowMs) })
}

/** Takes the request that is answered off the list, and counts an append as answered. */
function settle(draft: Draft, request: number, nowMs: number, then: (pending: Pending) => void): void {
  const session = sessionOf(draft)
  const pending = session?.pending.get(request)
  if (session === null || pending === undefined) return
  const pace = pending.kind === 'append' ? appendAnswered(session.pace, pending.body.length, nowMs) : session.pace
  setSession(draft, { pending: session.pending.without(request), pace })
  then(pending)
}

function atDoor(draft: Draft, handle: number, then: (door: Door, name: string) => void): void {
  const session = sessionOf(draft)
  const name = session?.doorByHandle.get(handle)
  const door = name === undefined ? undefined : session?.doors.get(name)
  if (name !== undefined && door !== undefined) then(door, name)
}

function onOpenedDoor(draft: Draft, pending: Pending, handle: number): void {
  const session = sessionOf(draft)
  const door = session?.doors.get(pending.door)
  if (session === null || pending.kind !== 'open' || door === undefined) return
  if (isUsed(draft, session, pending.door)) {
    setSession(draft, {
      doors: session.doors.with(pending.door, { ...door, handle }),
      doorByHandle: session.doorByHandle.with(handle, pending.door),
    })
  } else {
    send(draft, { kind: 'close', handle })
    setSession(draft, { doors: session.doors.without(pending.door) })
  }
}

/** Whether somebody still waits at this door or wants what is behind it. */
function isUsed(draft: Draft, session: Session, name: string): boolean {
  for (const wanted of draft.state.wanted.values()) if (wanted.door === name) return true
  for (const pending of session.pending.values()) if (pending.door === name) return true
  return draft.state.waiting.some((ask) => ask.door === name)
}

function onRefused(draft: Draft, pending: Pending, code: RefusalCode, retryAfterMs: number, nowMs: number): void {
  const session = sessionOf(draft)
  if (session === null) return
  if (!isWaitedOut(code)) onGranted(draft, pending, nowMs)
  if (pending.kind === 'open') {
    setSession(draft, { doors: session.doors.without(pending.door) })
    if (isWaitedOut(code)) {
      setSession(draft, { slowed: slowDown(session.slowed, 'open', retryAfterMs, nowMs) })
      return
    }
    const turnedAway = draft.state.waiting.filter((ask) => ask.door === pending.door)
    draft.state = { ...draft.state, waiting: draft.state.waiting.filter((ask) => ask.door !== pending.door) }
    for (const ask of turnedAway) sayRefused(draft, ask, code, retryAfterMs)
  } else if (isWaitedOut(code)) {
    setSession(draft, { slowed: slowDown(session.slowed, pending.kind, retryAfterMs, nowMs) })
    draft.state = { ...draft.state, waiting: [pending, ...draft.state.waiting] }
  } else {
    sayRefused(draft, pending, code, retryAfterMs)
  }
}

/** The next part of a split publication, or word that all of it is there. */
function onPartPublished(draft: Draft, part: Extract<Pending, { readonly kind: 'publishKeys' }>): void {
  const [publication, ...rest] = part.rest
  if (publication === undefined) draft.events.push({ kind: 'keysPublished', token: part.token })
  else draft.state = { ...draft.state, waiting: [{ ...part, replace: false, publication, rest }, ...draft.state.waiting] }
}

/** Every request with a token gets one refusal, and a wanted mailbox one that names it. */
function sayRefused(draft: Draft, ask: Ask, code: RefusalCode, retryAfterMs: number): void {
  switch (ask.kind) {
    case 'publishKeys':
    case 'append':
    case 'fetchKeys':
      draft.events.push({ kind: 'refused', token: ask.token, code, retryAfterMs })
      return
    case 'subscribe': {
      const wanted = draft.state.wanted.get(ask.mailbox)
      if (wanted !== undefined) draft.events.push({ kind: 'closedToUs', mailbox: wanted.mailbox, code })
      return
    }
    case 'acknowledge':
    case 'drop':
  }
}

function onPushed(draft: Draft, door: Door, name: string, handle: number, cursor: number, body: Uint8Array): void {
  const { mailbox } = door
  grantCredit(draft, door, name, handle, 0)
  if (cursor <= positionOf(draft, mailbox)) return
  advance(draft, mailbox, cursor)
  draft.events.push({ kind: 'record', mailbox, cursor, body })
}

/** Credit goes back in halves of the window, or at once when the relay says that it has run out. */
function grantCredit(draft: Draft, door: Door, name: string, handle: number, atLeast: 0 | 1): void {
  const session = sessionOf(draft)
  if (session === null) return
  const uncredited = door.uncredited + (atLeast === 0 ? 1 : 0)
  const due = atLeast === 1 ? uncredited > 0 : uncredited >= Math.max(1, Math.floor(session.limits.pushCredit / 2))
  if (due) send(draft, { kind: 'credit', handle, more: uncredited })
  setSession(draft, { doors: session.doors.with(name, { ...door, uncredited: due ? 0 : uncredited }) })
}

const positionOf = (draft: Draft, mailbox: MailboxId): number => draft.state.wanted.get(toBase64url(mailbox))?.after?.cursor ?? 0

/** Remembers how far a wanted mailbox was read, for the next connection. */
function advance(draft: Draft, mailbox: MailboxId, cursor: number): void {
  const name = toBase64url(mailbox)
  const wanted = draft.state.wanted.get(name)
  const session = sessionOf(draft)
  if (wanted === undefined || session === null || cursor <= (wanted.after?.cursor ?? 0)) return
  const after = { incarnation: session.incarnation, cursor }
  draft.state = { ...draft.state, wanted: withEntry(draft.state.wanted, name, { ...wanted, after }) }
}
