/**
 * Missing keys: asking for them, and answering (PROTOCOL §3, "Unknown generation").
 *
 * An owner answers a device that is in the roster now, only for what it meant for that device and that the device has
 * not acknowledged, at most `LIMITS.resendsPerGeneration` times: the key as it is now, and the contents that the
 * current key cannot open. Old chain keys are not kept for this.
 */
import { contextOf, extendBack, ownContext, takeDistribution } from '@sotto/crypto'
import { spreadMs } from '@sotto/crypto/primitives'
import { hasAll } from '@sotto/membership'
import { difference, hasNumber, NOTHING, numbersOf, unite, withinLimit, withNumber } from '@sotto/sync'
import { type AccountId, type DeviceId, type EnvelopeHash, equalBytes, type LetterBody, LIMITS, type Ranges } from '@sotto/wire'
import { bytesOf, type Context, nextNumber, setTimer, tell, textOf } from './context.ts'
import { currentEpoch } from './epochs.ts'
import { askLater, missingUnder, noteAbsent, noteGap, noteRefused, reviveAbsent } from './gaps.ts'
import type { KeyName } from './key-name.ts'
import { isRecipient, logOf, rosterOf } from './group-log.ts'
import { isUnheard, queueLetter } from './letters.ts'
import { compareLogs } from './log-repair.ts'
import { noteName, touch } from './messages.ts'
import { hold, noteHeld } from './kept-envelopes.ts'
import { deleteParked, parkedOf, parkedUnder, putParked } from './parked.ts'
import { apply, type MessagePlace } from './receive.ts'
import { oweReceipt } from './receipts.ts'
import { decodeResend, distributionBody, resendId, resendLog } from './send.ts'
import { repairOlder } from './unacknowledged.ts'
import { askForVouchers } from './vouch.ts'
import { deleteTheirKey, putTheirKey } from './their-keys.ts'
import type { LogRecord } from './log.ts'
import { CONTACT, EPOCH, GROUP, HELD, HOLDER, KEY_REQUEST, OWN_KEY, type Parked, PARKED, READ, THEIR_KEY } from './tables.ts'

type Body<K extends LetterBody['kind']> = Extract<LetterBody, { readonly kind: K }>
export interface Sender {
  readonly account: AccountId
  readonly device: DeviceId
}

/** A sender key arrived in its owner's session. Acknowledged, and what waited for it is opened. */
export function receiveDistribution(context: Context, from: Sender, body: Body<'distribution'>): void {
  const group = textOf(body.group)
  const epoch = textOf(body.epoch)
  const place = { group: body.group, epoch: body.epoch, account: from.account, device: from.device }
  const taken = takeDistribution(context.suite.primitives, place, body.distribution)
  if ('code' in taken) return
  const { generation } = contextOf(taken)
  const name: KeyName = [group, epoch, textOf(from.device), String(generation)]
  const known = context.draft.get(THEIR_KEY, ...name)
  if (known === undefined && !makeRoom(context, group, epoch, textOf(from.device))) return
  // The first one stands, extended by what an overtaken copy opens; another key under the same number is nobody's.
  const had = context.draft.get(HELD, ...name) ?? NOTHING
  const key = known === undefined ? taken : extendBack(context.suite.primitives, known.key, taken, had, context.nowMs)
  if (key !== known?.key) putTheirKey(context, name, { key, receivedMs: known?.receivedMs ?? context.nowMs })
  noteName(context, from.account, body.name)
  const row = context.draft.get(GROUP, group)
  if (row !== undefined && row.title === '' && body.title !== '') context.draft.put(GROUP, [group], { ...row, title: body.title })
  if (rosterOf(context, group).deviceOf(from.device) !== undefined) queueLetter(context, from.device, { kind: 'distributionAcknowledged', group: body.group, epoch: body.epoch, generation })
  if (row?.state === 'member' && !hasAll(logOf(context, group), contextOf(taken).frontier)) compareLogs(context, group, from.device)
  // The epoch's secret is usually just behind, if it is one that we will be in.
  if (context.draft.get(EPOCH, group, epoch) === undefined) askLater(context, [group, epoch, textOf(from.device), String(generation)], LIMITS.gapAfterMs)
  touch(context, group)
  tell(context, { kind: 'keyChanged', name })
}

/** Whether one more key of a device is kept: the oldest of many in an epoch goes, and few are kept of epochs unknown here. */
function makeRoom(context: Context, group: string, epoch: string, device: string): boolean {
  if (context.draft.get(EPOCH, group, epoch) === undefined) {
    const isElsewhere = (key: readonly string[]): boolean => key[2] === device && context.draft.get(EPOCH, group, key[1] ?? '') === undefined
    return context.draft.scan(THEIR_KEY, group).filter(({ key }) => isElsewhere(key)).length < LIMITS.keysOfUnknownEpochs
  }
  const kept = context.draft.scan(THEIR_KEY, group, epoch, device).toSorted((a, b) => Number(a.key[3]) - Number(b.key[3]))
  for (const { key } of kept.slice(0, Math.max(0, kept.length - LIMITS.generationsKept + 1))) deleteTheirKey(context, [group, epoch, device, key[3] ?? ''])
  return true
}

export function distributionAcknowledged(context: Context, from: Sender, body: Body<'distributionAcknowledged'>): void {
  const name = [textOf(body.group), textOf(body.epoch), String(body.generation), textOf(from.device)]
  const holder = context.draft.get(HOLDER, ...name)
  if (holder === undefined || holder.acknowledged) return
  context.draft.put(HOLDER, name, { ...holder, acknowledged: true })
  repairOlder(context, from.device, body)
  touch(context, textOf(body.group))
}

/**
 * Asks for the keys whose time has come; after enough attempts the envelopes reach their end state. Of one device a few
 * at a time: whoever holds the epoch's secret can seal under numbers that another never had.
 */
export function askForKeys(context: Context): void {
  const asked = new Map<string, number>()
  // Those first that were asked for least, so that each has its turn.
  for (const { key, value: request } of context.draft.scan(KEY_REQUEST).toSorted((a, b) => a.value.attempts - b.value.attempts)) {
    const [group = '', epoch = '', device = '', generation = ''] = key
    if (request.nextMs > context.nowMs) {
      setTimer(context, 'keyRequests', request.nextMs, 'earliest')
      continue
    }
    const name: KeyName = [group, epoch, device, generation]
    const isOut = rosterOf(context, group).deviceOf(bytesOf<DeviceId>(device)) === undefined
    const waiting = parkedUnder(context, name).filter(({ value }) => isRepairable(value.cause, isOut))
    const parked = waiting.reduce<Ranges>((set, { value }) => withNumber(set, value.iteration), NOTHING)
    const missing = missingUnder(context.draft, name)
    const iterations = isOut ? parked : unite(parked, missing)
    if (iterations.length === 0 || request.attempts >= LIMITS.keyRequestAttempts) {
      context.draft.delete(KEY_REQUEST, ...key)
      // Whom nobody vouches for stays closed for that reason; everybody else could not be reached.
      if (!isOut) for (const { hash, value } of waiting) putParked(context, group, hash, { ...value, cause: 'senderUnreachable' })
      noteAbsent(context, name, missing)
      if (iterations.length > 0) touch(context, group)
      continue
    }
    const before = asked.get(`${group}/${device}`) ?? 0
    if (before >= LIMITS.keysAskedAtOnce) {
      context.draft.put(KEY_REQUEST, key, { ...request, nextMs: context.nowMs + LIMITS.keyRequestBackoffMs })
      setTimer(context, 'keyRequests', context.nowMs + LIMITS.keyRequestBackoffMs, 'earliest')
      continue
    }
    asked.set(`${group}/${device}`, before + 1)
    if (isOut) askForVouchers(context, name, iterations)
    else queueLetter(context, bytesOf<DeviceId>(device), {
      kind: 'keyRequest',
      group: bytesOf(group),
      epoch: bytesOf(epoch),
      generation: Number(generation),
      iterations: iterations.slice(0, LIMITS.rangesPerKey),
    })
    // Exponential, with up to a quarter of jitter, so that a group that wakes up together does not ask together.
    const waitMs = LIMITS.keyRequestBackoffMs * 2 ** request.attempts
    const nextMs = context.nowMs + waitMs + spreadMs(context.suite.random, Math.ceil(waitMs / 4))
    context.draft.put(KEY_REQUEST, key, { attempts: request.attempts + 1, nextMs })
    setTimer(context, 'keyRequests', nextMs, 'earliest')
  }
}

/** What asking can help: the owner, or, where it is out, whoever heard it in time. */
const isRepairable = (cause: Parked['cause'], isOut: boolean): boolean =>
  isOut ? cause === 'removedBeforeItWasSent' : cause === 'keyNotYetReceived' || cause === 'fromBeforeYouJoined'

/** A sender that could not be reached has been heard of: what waits for its keys is asked for again. */
export function reviveRequests(context: Context, device: DeviceId): void {
  for (const { key } of context.draft.scan(GROUP)) {
    const [group = ''] = key
    reviveAbsent(context, group, textOf(device))
    for (const { hash, value } of parkedOf(context, group, textOf(device))) {
      if (value.cause !== 'senderUnreachable') continue
      putParked(context, group, hash, { ...value, cause: 'keyNotYetReceived' })
      askLater(context, [group, textOf(value.epoch), textOf(value.device), String(value.generation)], LIMITS.keyRequestAfterMs)
    }
  }
}

/** Says that none of what was asked for will come. */
function refuseAll(context: Context, device: DeviceId, { group, epoch, generation, iterations }: Body<'keyRequest'>): void {
  if (iterations.length > 0) queueLetter(context, device, { kind: 'resend', group, epoch, generation, messages: [], refused: iterations })
}

/** We rotate before these: what is wanted under one key is bounded, however many numbers are named. */
const NEVER_SEALED: Ranges = [{ from: LIMITS.rotateAfterMessages, to: 2 ** 16 - 1 }]

/** A device cannot open envelopes of ours. */
export function answerKeyRequest(context: Context, from: Sender, body: Body<'keyRequest'>): void {
  const group = textOf(body.group)
  const epoch = textOf(body.epoch)
  const { generation } = body
  const name = [group, epoch, String(generation), textOf(from.device)]
  const holder = context.draft.get(HOLDER, ...name)
  if (!isRecipient(context, group, from.device)) return
  // It was never meant to read under this key: a newcomer that sees what was sent before it came.
  if (holder === undefined) return refuseAll(context, from.device, body)
  const notMeant = holder.fromIteration === 0 ? NOTHING : [{ from: 0, to: holder.fromIteration - 1 }]
  const own = context.draft.get(OWN_KEY, group)
  const isCurrent = own !== undefined && textOf(own.epoch) === epoch && ownContext(own.key).generation === generation && currentEpoch(context, group) === epoch
  // Of what was lost together with the key it knows nothing, and the key as it is now does not tell it.
  const unasked = isCurrent && !holder.acknowledged && own.key.iteration > 0 ? [{ from: 0, to: own.key.iteration - 1 }] : NOTHING
  const meant = difference(unite(body.iterations, unasked), unite(unite(notMeant, holder.opened), NEVER_SEALED))
  const wanted: number[] = []
  for (const each of numbersOf(meant)) {
    if (wanted.length >= LIMITS.resendsPerLetter) break
    wanted.push(each)
  }
  // Whoever wants nothing that it may have gets no key: this is not counted, and a key is larger than a request.
  if (wanted.length === 0) return refuseAll(context, from.device, body)
  const isRepeated = wanted.some((each) => hasNumber(holder.resent, each))
  // The first time is none of these: what was asked for once more counts.
  // What went into a session that nobody answered may not have been read: a new one is opened for it, and it does not count.
  const contact = context.draft.get(CONTACT, textOf(from.device))
  const isHeard = contact === undefined || !isUnheard(context, contact)
  if (isRepeated && isHeard && holder.resends >= LIMITS.resendsPerGeneration - 1) return
  const resent = withinLimit(wanted.reduce(withNumber, holder.resent))
  context.draft.put(HOLDER, name, { ...holder, resent, resends: holder.resends + (isRepeated ? 1 : 0) })
  if (isCurrent) queueLetter(context, from.device, distributionBody(context, group, epoch, own))
  const refused = difference(body.iterations, meant)
  readForResend(context, { group, epoch, generation, device: textOf(from.device), wanted, refused })
}

/** Reads contents of ours for a device; `resendContents` sends them. */
export function readForResend(
  context: Context,
  { wanted, ...place }: { readonly group: string; readonly epoch: string; readonly generation: number; readonly device: string; readonly wanted: readonly number[]; readonly refused: Ranges },
): void {
  const read = String(nextNumber(context))
  context.draft.put(READ, [read], { kind: 'resend', ...place, wanted: wanted.reduce<Ranges>(withNumber, NOTHING) })
  context.effects.push({
    kind: 'readLog',
    read,
    query: { kind: 'byId', log: resendLog(place.group), ids: wanted.map((each) => resendId(place.epoch, place.generation, each)) },
  })
}

/** The contents for an answer have been read. */
export function resendContents(
  context: Context,
  place: { readonly group: string; readonly epoch: string; readonly generation: number; readonly device: string; readonly wanted: Ranges; readonly refused: Ranges },
  records: readonly LogRecord[],
): void {
  const device = bytesOf<DeviceId>(place.device)
  if (rosterOf(context, place.group).deviceOf(device) === undefined) return
  const name = { group: bytesOf<Body<'resend'>['group']>(place.group), epoch: bytesOf<Body<'resend'>['epoch']>(place.epoch), generation: place.generation }
  const messages = records.map((record) => {
    const { envelope, content } = decodeResend(record.value)
    return { iteration: Number(record.id.split('/').at(-1)), envelope, content }
  })
  // What was meant for it and is no longer here will not come either.
  const found = messages.reduce<Ranges>((set, { iteration }) => withNumber(set, iteration), NOTHING)
  const refused = unite(place.refused, difference(place.wanted, found))
  // A few at a time, so that each letter fits a record.
  let batch: typeof messages = []
  let bytes = 0
  for (const message of messages) {
    if (bytes + message.content.length > LIMITS.recordBytes / 3 && batch.length > 0) {
      queueLetter(context, device, { kind: 'resend', ...name, messages: batch, refused: NOTHING })
      batch = []
      bytes = 0
    }
    batch.push(message)
    bytes += message.content.length + 40
  }
  queueLetter(context, device, { kind: 'resend', ...name, messages: batch, refused: refused.slice(0, LIMITS.rangesPerKey) })
}

/** The parked envelope of this hash, if it stands at this place: its hash is the sender's word, and may be that of another's. */
function parkedAt(context: Context, { group, epoch, device, generation, iteration }: MessagePlace, hash: string): Parked | undefined {
  const parked = context.draft.get(PARKED, group, hash)
  const isThere = parked !== undefined && textOf(parked.epoch) === epoch && equalBytes(parked.device, device) && parked.generation === generation && parked.iteration === iteration
  return isThere ? parked : undefined
}

/** Contents came from their author in private. What was held already is not shown twice. */
export function receiveResend(context: Context, from: Sender, body: Body<'resend'>): void {
  const group = textOf(body.group)
  const epoch = textOf(body.epoch)
  const name: KeyName = [group, epoch, textOf(from.device), String(body.generation)]
  for (const message of body.messages) {
    const held = context.draft.get(HELD, ...name) ?? NOTHING
    if (hasNumber(held, message.iteration)) continue
    const place = { group, epoch, device: from.device, generation: body.generation, iteration: message.iteration }
    const parked = parkedAt(context, place, textOf(message.envelope))
    if (parked === undefined) noteHeld(context, name, message.iteration)
    else hold(context, group, epoch, from.device, body.generation, message.iteration, parked.envelope)
    if (parked !== undefined) deleteParked(context, group, textOf(message.envelope))
    oweReceipt(context, group, epoch, from.device, body.generation, message.iteration)
    apply(context, place, message.envelope as EnvelopeHash, message.content, true)
  }
  for (const { hash, value } of parkedUnder(context, name)) {
    // Not meant for us: what came before we joined is no fault, and nothing to show.
    if (hasNumber(body.refused, value.iteration)) deleteParked(context, group, hash)
  }
  noteRefused(context, name, body.refused)
  if (missingUnder(context.draft, name).length > 0) noteGap(context, name)
  // In an epoch that we know nothing of: so does its author of ours, or we lack what began it.
  if (context.draft.get(EPOCH, group, epoch) === undefined && context.draft.get(GROUP, group)?.state === 'member') compareLogs(context, group, from.device)
  touch(context, group)
}

