/**
 * The machine: `step(state, event) → { state, writes, effects }` (ARCHITECTURE, "The loop"). Whoever runs it commits the
 * writes in one transaction before it performs the effects, and never in another order.
 *
 * Pure and synchronous: time comes with the event, randomness and primitives with the core.
 */
import { createMailboxClient } from '@sotto/mailbox'
import { acknowledgeDue } from './acknowledge.ts'
import { admitDue, receiveRequest, requestSeen, settleRendezvous } from './admit.ts'
import { believeClock, watchClock } from './clock-put-right.ts'
import { type Context, type CoreOptions, type Effect, type Event, type News, setTimer, type Suite, textOf, type TimerName } from './context.ts'
import { indexPlaces } from './conversation-order.ts'
import { askForSecrets, expireEpochs, reopenEpochs } from './epochs.ts'
import { indexAbsent } from './gaps.ts'
import { logOf, meetDevices, rosterOf, takeOperationsOf } from './group-log.ts'
import { placesOf } from './group-relays.ts'
import { acknowledgeTaken, readOwnInbox, taken } from './inbox.ts'
import { askAgainToJoin, requestStored } from './join.ts'
import { rendezvousRead } from './requests-taken-back.ts'
import { expireWithdrawn } from './withdrawn-join.ts'
import { askForKeys, resendContents } from './key-repair.ts'
import { expireKept, trimKept } from './kept-envelopes.ts'
import { bundleArrived, fetchAnswered, flushLetters, laneFor, queueLetter, reviewLetters } from './letters.ts'
import { redirectLetters } from './letters-round.ts'
import { receiveLetter } from './letters-in.ts'
import { askWhenLone } from './log-repair.ts'
import type { LogRecord, LogWrite } from './log.ts'
import { answerDetails } from './message-details.ts'
import { messagesRead } from './move-messages.ts'
import { announce, peerClosed, peerFrameReceived, peerOpened, peerPathChanged, receiveSignal, reconcileWithPeers } from './peer-link.ts'
import { endComparing } from './newcomer.ts'
import { indexParked } from './parked.ts'
import { expirePending } from './pending.ts'
import { askForEarlierSecrets } from './earlier-secrets.ts'
import { preKeyStoreOf, putPreKeyStore } from './pre-key-rows.ts'
import { keysLeft, tendPreKeys } from './pre-keys.ts'
import { pinRelay } from './pinned-relay.ts'
import { createProfile } from './profile.ts'
import { hearHappenings } from './happenings.ts'
import { sendReceipts } from './receipts.ts'
import { receiveEnvelope } from './receive.ts'
import { serveEnvelopes, stopServing } from './reconcile.ts'
import {
  expireLetters, flushOutbox, linkRelay, refuse, relayClosed, relayFrameReceived, relayIsAnother, relayName, relayOpened, relayTick, reviewOutbox,
} from './relay-link.ts'
import { expirePlaces, goRound, leaveAgain } from './relays-changed.ts'
import { answer, answerPage } from './requests.ts'
import { mailboxFull, relieveCrowded } from './seal-anew.ts'
import { flushIntents, markStored } from './send.ts'
import { Draft, type DurableWrite, type State, stateFromRows } from './table.ts'
import { forgetEpoch } from './sender-keys.ts'
import { expireTheirKeys } from './their-keys.ts'
import { indexUnconfirmed, repairPresent } from './unacknowledged.ts'
import {
  CONTACT, COUNTER, DURABLE_TABLES, EPOCH_KEYS, GROUP, JOIN, MAILBOX, OUTBOX, OWN_KEY, OWN_PEER, PUBLISHED, READ, RELAY, RELAY_LINK, RUNNING, SELF, TIMER, TOPIC,
} from './tables.ts'
import { dropExpired, OPERATION_RECORD_VERSION, openOperationRecord, withAllOut } from '@sotto/crypto'
import { drawBelow } from '@sotto/crypto/primitives'
import { decode, LIMITS, operation as operationCodec } from '@sotto/wire'

export interface Step {
  readonly state: State
  readonly writes: { readonly rows: readonly DurableWrite[]; readonly logs: readonly LogWrite[]; readonly dropLogs: readonly string[] }
  readonly effects: readonly Effect[]
}

export interface Core {
  /** State as it was stored. `damaged` are keys of rows that do not decode: say so, and start without them. */
  readonly load: (rows: ReadonlyMap<string, Uint8Array>) => { readonly state: State; readonly damaged: readonly string[] }
  /** The state of a new person: `writes` hold every row. `relays` as `readRelayAddress` gives them. */
  readonly createProfile: (name: string, relays: readonly string[], nowMs: number) => Step
  readonly step: (state: State, event: Event, nowMs: number) => Step
}

/** The machine with its primitives and randomness. */
export function createCore(suite: Suite, { oneTimePreKeys = LIMITS.oneTimePreKeys }: CoreOptions = {}): Core {
  const mailbox = createMailboxClient(suite.primitives)
  const relayNames = new Map<string, string>()
  /** When the state that the last step made is to be woken: what a step follows is mostly that one. */
  let last: { readonly state: State; readonly wakeMs: number | undefined } | null = null
  const run = (state: State, nowMs: number, act: (context: Context) => void, isWake = false): Step => {
    const draft = new Draft(state)
    const context: Context = { suite, mailbox, relayNames, oneTimePreKeys, draft, nowMs, logs: [], dropLogs: [], effects: [], happenings: [], news: [] }
    const wakeBefore = last?.state === state ? last.wakeMs : earliestTimer(draft)
    act(context)
    settle(context)
    const wakeAfter = draft.touched(TIMER) ? earliestTimer(draft) : wakeBefore
    last = { state: draft.state, wakeMs: wakeAfter }
    // A wake that came a moment early found nothing due: it is planned again.
    const isPlanned = wakeAfter === wakeBefore && !isWake
    if (wakeAfter !== undefined && !isPlanned) context.effects.push({ kind: 'wakeAt', atMs: wakeAfter })
    return {
      state: draft.state,
      writes: { rows: draft.writes(), logs: context.logs, dropLogs: context.dropLogs },
      effects: context.effects,
    }
  }
  return {
    load: (rows) => stateFromRows(DURABLE_TABLES, rows),
    createProfile: (name, relays, nowMs) =>
      run(null, nowMs, (context) => {
        createProfile(context, name)
        for (const address of relays) context.draft.put(RELAY, [relayName(context, address)], { address, addedMs: nowMs })
      }),
    step: (state, event, nowMs) => run(state, nowMs, (context) => handle(context, event), event.kind === 'woke'),
  }
}

/** What follows from an event before the step ends: news, then everything that can leave now. */
function settle(context: Context): void {
  if (context.draft.get(SELF, 'self') === undefined) return
  for (let round = 0; round < MOST_ROUNDS; round++) {
    hearHappenings(context)
    for (let news = context.news.shift(); news !== undefined; news = context.news.shift()) {
      hear(context, news)
      hearHappenings(context)
    }
    flushIntents(context)
    flushLetters(context)
    flushOutbox(context)
    acknowledgeTaken(context)
    if (context.news.length === 0 && context.happenings.length === 0) return
  }
}

/** A client answers at once at most for what it refuses; this bounds a fault of ours. */
const MOST_ROUNDS = 16

function handle(context: Context, event: Event): void {
  watchClock(context)
  switch (event.kind) {
    case 'started':
      return start(context)
    case 'stopping':
      return context.draft.delete(RUNNING, 'self')
    case 'requested': {
      const { what, request } = event
      if (what.kind === 'createProfile' || what.kind === 'unlock' || what.kind === 'lock' || what.kind === 'tryAgain' || what.kind === 'wipe' || what.kind === 'keepTyped') return
      const reply = answer(context, request, what)
      if (reply !== undefined) context.effects.push({ kind: 'reply', request, reply })
      return
    }
    case 'logRead':
      return logRead(context, event.read, event.records)
    case 'logFailed':
      return logFailed(context, event.read)
    case 'woke':
      return wake(context)
    case 'networkStarted':
      return context.draft.put(OWN_PEER, ['self'], event.ownPeer)
    case 'relayOpened':
      if (pinRelay(context, event.relay, event.relayPeer)) return
      return relayOpened(context, event.relay, event.relayPeer, context.draft.get(OWN_PEER, 'self') ?? '', event.ownAddresses)
    case 'relayFrameReceived':
      return relayFrameReceived(context, event.relay, event.frame)
    case 'relayClosed':
      return relayClosed(context, event.relay)
    case 'relayIsAnother':
      return relayIsAnother(context, event.relay)
    case 'addressesChanged': {
      const name = relayName(context, event.relay)
      const link = context.draft.get(RELAY_LINK, name)
      if (link !== undefined) context.draft.put(RELAY_LINK, [name], { ...link, ownAddresses: event.ownAddresses })
      return announce(context)
    }
    case 'peerOpened':
      return peerOpened(context, event.peer, event.path, event.initiator)
    case 'peerPathChanged':
      return peerPathChanged(context, event.peer, event.path)
    case 'peerFrameReceived':
      return peerFrameReceived(context, event.peer, event.frame)
    case 'peerClosed':
      peerClosed(context, event.peer)
      return stopServing(context, event.peer)
    case 'gossipReceived': {
      const place = context.draft.get(TOPIC, event.topic)
      if (place !== undefined) receiveEnvelope(context, place.group, place.epoch, event.data)
    }
  }
}

/** Derives again what is not stored, and takes up whatever was under way. */
function start(context: Context): void {
  if (context.draft.get(SELF, 'self') === undefined) return
  if (context.draft.get(RUNNING, 'self') !== undefined) afterUncleanStop(context)
  believeClock(context)
  beginLife(context)
  context.draft.put(RUNNING, ['self'], { since: context.nowMs })
  indexParked(context)
  indexAbsent(context)
  indexPlaces(context)
  indexUnconfirmed(context)
  for (const { value } of context.draft.scan(RELAY)) linkRelay(context, value.address)
  readOwnInbox(context)
  for (const { key, value } of context.draft.scan(GROUP)) {
    const group = key[0] ?? ''
    logOf(context, group)
    if (value.state !== 'member') continue
    meetDevices(context, group, rosterOf(context, group))
    for (const relay of placesOf(context, group)) linkRelay(context, relay)
    reopenEpochs(context, group)
    settleRendezvous(context, group)
  }
  for (const { value } of context.draft.scan(JOIN)) for (const relay of value.relays) linkRelay(context, relay)
  for (const timer of ['preKeys', 'receipts', 'keyRequests', 'secrets', 'admissions', 'expiry', 'outbox', 'joins', 'reconcile', 'lone', 'acknowledge'] as const) setTimer(context, timer, context.nowMs)
}

/** Out of so many a generation is drawn at each start, so that two copies of a profile seldom draw the same. */
const GENERATION_SPREAD = 256

/** Some numbers further on. Of an epoch that is worn out none is used any more, and the 16 bits have an end. */
const laterGeneration = (next: number, by: number): number => (next > LIMITS.generationsPerEpoch ? next : next + by)

/**
 * Nothing that is sealed in this life may repeat what another copy of this profile sealed in its own: a folder can be
 * copied, or put back from a backup, and nothing on the disk shows it (PROTOCOL §9). So every start has sender keys and
 * sessions of its own; they are made when there is something to say.
 */
function beginLife(context: Context): void {
  for (const { key, value } of context.draft.scan(OWN_KEY)) context.draft.put(OWN_KEY, key, { ...value, retire: true })
  for (const { key, value } of context.draft.scan(GROUP)) {
    const drawn = 1 + drawBelow(context.suite.random, GENERATION_SPREAD)
    context.draft.put(GROUP, key, { ...value, nextGeneration: laterGeneration(value.nextGeneration, drawn) })
  }
  for (const { key, value } of context.draft.scan(CONTACT)) if (value.sessions !== null) context.draft.put(CONTACT, key, { ...value, renew: true })
}

/** How far local numbers and generations jump after an unclean stop: past anything a lost write may have used. */
const JUMP = 64

/**
 * The last writes may be lost: no counter of before is trusted (PROTOCOL §9). Every sender key gets a new generation
 * with numbers left out, every session is opened anew before it seals again.
 */
function afterUncleanStop(context: Context): void {
  const { next } = context.draft.get(COUNTER, 'self') ?? { next: 1 }
  context.draft.put(COUNTER, ['self'], { next: next + JUMP * 1024 })
  const store = preKeyStoreOf(context.draft)
  if (store !== undefined) putPreKeyStore(context.draft, withAllOut({ ...store, nextId: store.nextId + JUMP * 1024 }))
  // What a relay holds of our prekeys may be older than what we know of it, or newer: it gets all of it anew.
  for (const { key } of context.draft.scan(PUBLISHED)) context.draft.delete(PUBLISHED, ...key)
  for (const { key, value } of context.draft.scan(GROUP)) context.draft.put(GROUP, key, { ...value, nextGeneration: laterGeneration(value.nextGeneration, JUMP) })
  for (const { key, value } of context.draft.scan(CONTACT)) {
    if (value.sessions === null) continue
    context.draft.put(CONTACT, key, { ...value, laneGiven: true })
    // Said to everybody at once: what they write under the old session may not open here any more.
    const address = laneFor(context)
    if (address !== undefined) queueLetter(context, value.certificate.body.device, { kind: 'address', address })
  }
}

/** Acts on what a relay's client found. */
function hear(context: Context, news: News): void {
  switch (news.kind) {
    case 'relayReady':
      reviewLetters(context)
      reviewOutbox(context)
      return redirectLetters(context)
    case 'record':
      return record(context, news.relay, textOf(news.mailbox), news.cursor, news.body)
    case 'signal': {
      const purpose = context.draft.get(MAILBOX, textOf(news.mailbox))?.purpose
      if (purpose?.kind === 'group') receiveSignal(context, purpose.group, purpose.epoch, news.body)
      return
    }
    case 'caughtUp': {
      const purpose = context.draft.get(MAILBOX, textOf(news.mailbox))?.purpose
      if (purpose?.kind === 'rendezvous') rendezvousRead(context, purpose.group)
      return setTimer(context, 'announce', context.nowMs, 'earliest')
    }
    case 'stored': {
      const { about } = news.entry
      if (about.kind === 'envelope') markStored(context, textOf(about.group), textOf(about.epoch), about.generation, about.iteration)
      else if (about.kind === 'joinRequest') requestStored(context, textOf(about.group))
      return
    }
    case 'keysFetched':
      fetchAnswered(context, news.token)
      if (news.keys !== null) bundleArrived(context, news.token, news.keys)
      return
    case 'keysLeft':
      return keysLeft(context, news.relay, news)
    case 'refused': {
      refuse(context, news.relay, news.token, news.retryAfterMs)
      fetchAnswered(context, news.token)
      const entry = context.draft.get(OUTBOX, news.token)
      if (entry !== undefined && news.code === 'full') mailboxFull(context, entry)
      return
    }
    case 'keysPublished':
    case 'closedToUs':
    case 'secondReader':
  }
}

/** A stored record came from a mailbox that we read. */
function record(context: Context, relay: string, mailbox: string, cursor: number, body: Uint8Array): void {
  const purpose = context.draft.get(MAILBOX, mailbox)?.purpose
  switch (purpose?.kind) {
    case 'inbox':
      receiveLetter(context, body)
      return taken(context, relay, mailbox, cursor)
    case 'rendezvous':
      receiveRequest(context, purpose.group, purpose.invite, body)
      return requestSeen(context, relay, mailbox, purpose.group, cursor)
    case 'group':
      return body[0] === OPERATION_RECORD_VERSION
        ? operationRecord(context, purpose.group, purpose.epoch, body)
        : receiveEnvelope(context, purpose.group, purpose.epoch, body)
    case undefined:
  }
}

function operationRecord(context: Context, group: string, epoch: string, body: Uint8Array): void {
  const keys = context.draft.get(EPOCH_KEYS, group, epoch)
  const opened = keys === undefined ? undefined : openOperationRecord(context.suite.primitives, keys.operationsKey, body)
  const operation = opened === undefined ? undefined : decode(operationCodec, opened)
  if (operation !== undefined) takeOperationsOf(context, group, [operation])
}

function logRead(context: Context, read: string, records: readonly LogRecord[]): void {
  const purpose = context.draft.get(READ, read)
  context.draft.delete(READ, read)
  switch (purpose?.kind) {
    case 'page':
      return answerPage(context, purpose.request, purpose.limit, records)
    case 'details':
      return answerDetails(context, purpose.request, purpose.group, records)
    case 'move':
      return messagesRead(context, purpose.group, purpose.slots, records)
    case 'oldest':
      return trimKept(context, purpose.group, records)
    case 'leaveAgain':
      return leaveAgain(context, purpose.group, records)
    case 'serve':
      return serveEnvelopes(context, purpose.peer, purpose.epoch, records.map((each) => each.value))
    case 'resend':
      return resendContents(context, purpose, records)
    case undefined:
  }
}

/** A log could not be read: whoever asked for it is told, and what else it was for is tried when it is due again. */
function logFailed(context: Context, read: string): void {
  const purpose = context.draft.get(READ, read)
  context.draft.delete(READ, read)
  if (purpose?.kind !== 'page' && purpose?.kind !== 'details') return
  context.effects.push({ kind: 'reply', request: purpose.request, reply: { ok: false, rejection: { code: 'storageDamaged', numbers: {} } } })
}

const earliestTimer = (draft: Draft): number | undefined =>
  draft.scan(TIMER).reduce<number | undefined>((earliest, { value }) => (earliest === undefined || value.atMs < earliest ? value.atMs : earliest), undefined)

function wake(context: Context): void {
  for (const { key, value } of context.draft.scan(TIMER)) {
    if (value.atMs > context.nowMs) continue
    context.draft.delete(TIMER, ...key)
    due(context, (key[0] ?? '') as TimerName)
  }
}

/** Skipped keys and sessions that are past their time go also where nobody writes any more (PROTOCOL §2). */
function expireSessions(context: Context): void {
  for (const { key, value } of context.draft.scan(CONTACT)) {
    if (value.sessions === null) continue
    const sessions = dropExpired(value.sessions, context.nowMs)
    if (sessions !== value.sessions) context.draft.put(CONTACT, key, { ...value, sessions })
  }
}

/** An hour: how often what is past its time is looked for. */
const EXPIRY_MS = 3_600_000

function due(context: Context, timer: TimerName): void {
  switch (timer) {
    case 'outbox':
      return reviewOutbox(context)
    case 'keyRequests':
      return askForKeys(context)
    case 'secrets':
      askForSecrets(context)
      return askForEarlierSecrets(context)
    case 'lone':
      askWhenLone(context)
      return endComparing(context)
    case 'acknowledge':
      return acknowledgeDue(context)
    case 'crowded':
      return relieveCrowded(context)
    case 'reconcile':
      repairPresent(context)
      return reconcileWithPeers(context)
    case 'joins':
      return askAgainToJoin(context)
    case 'receipts':
      return sendReceipts(context)
    case 'admissions':
      return admitDue(context)
    case 'announce':
      return announce(context)
    case 'preKeys':
      return tendPreKeys(context)
    case 'relays':
      return goRound(context)
    case 'expiry':
      for (const { group, epoch } of expireEpochs(context)) forgetEpoch(context, group, epoch)
      expireSessions(context)
      expireTheirKeys(context)
      expireKept(context)
      expirePending(context)
      expireWithdrawn(context)
      expireLetters(context)
      expirePlaces(context)
      return setTimer(context, 'expiry', context.nowMs + EXPIRY_MS)
    default:
      return relayTick(context, timer.slice('mailbox-'.length))
  }
}

