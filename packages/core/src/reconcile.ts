/**
 * Reconciliation with a peer that proved the epoch (PROTOCOL §7): each says what it has, each sends what the other
 * lacks. Any member serves any other's envelopes; their signatures make them authentic.
 */
import { openOperationRecord, sealOperationRecord } from '@sotto/crypto'
import { heads, missingFrom } from '@sotto/membership'
import { FIRST_DEVICE, LAST_DEVICE, numbersOf, pagesOf, whatTheyLack } from '@sotto/sync'
import {
  compareBytes,
  decode,
  encode,
  type EnvelopeHash,
  equalBytes,
  type HeldKey,
  LIMITS,
  operation as operationCodec,
  peerFrame,
  type PeerFrame,
} from '@sotto/wire'
import { bytesOf, type Context, textOf } from './context.ts'
import { currentEpoch } from './epochs.ts'
import { noteHeldByOthers } from './gaps.ts'
import { logOf, takeOperationsOf } from './group-log.ts'
import { envelopeId, envelopeLog } from './kept-envelopes.ts'
import { sendEncoded, sendToPeer } from './peer-link.ts'
import { receiveEnvelope } from './receive.ts'
import { markSent } from './send.ts'
import { EPOCH, EPOCH_KEYS, HELD, PEER, READ, SERVED, SERVING } from './tables.ts'

type Frame<K extends PeerFrame['kind']> = Extract<PeerFrame, { readonly kind: K }>

/** The group of an epoch that we are or were in. */
export function groupOfEpoch(context: Context, epoch: string): string | undefined {
  return context.draft.scan(EPOCH).find(({ key }) => key[1] === epoch)?.key[0]
}

const heldIn = (context: Context, group: string, epoch: string): readonly HeldKey[] =>
  context.draft.scan(HELD, group, epoch).map(({ key, value }) => ({
    device: bytesOf(key[2] ?? ''),
    generation: Number(key[3]),
    iterations: value.slice(0, LIMITS.rangesPerKey),
  }))

/** Tells a peer what we have of an epoch, so that it sends what we lack. */
export function sendHave(context: Context, peer: string, group: string, epoch: string, isAnswer: boolean): void {
  for (const page of pagesOf(heldIn(context, group, epoch))) {
    const frame: PeerFrame = { kind: 'have', epoch: bytesOf(epoch), isAnswer, heads: heads(logOf(context, group)).slice(0, LIMITS.operationParents), ...page }
    if (isAnswer) serve(context, peer, frame)
    else sendToPeer(context, peer, frame)
  }
}

/** Sends what they lack, and says what we have if they do not know it yet. */
export function answerHave(context: Context, peer: string, frame: Frame<'have'>): void {
  const epoch = textOf(frame.epoch)
  const group = groupOfEpoch(context, epoch)
  const link = context.draft.get(PEER, peer)
  const keys = group === undefined ? undefined : context.draft.get(EPOCH_KEYS, group, epoch)
  if (group === undefined || link === undefined || keys === undefined) return
  const isFirstPage = equalBytes(frame.from, FIRST_DEVICE)
  const isLastPage = equalBytes(frame.to, LAST_DEVICE)
  if (isFirstPage && !frame.isAnswer) sendHave(context, peer, group, epoch, true)
  // The log is one for all epochs of a group: it is compared with the current one.
  const operations = isFirstPage && currentEpoch(context, group) === epoch ? missingFrom(logOf(context, group), frame.heads).operations : []
  for (let i = 0; i < operations.length; i += OPERATIONS_PER_FRAME) {
    const records = operations
      .slice(i, i + OPERATIONS_PER_FRAME)
      .map((each) => sealOperationRecord(context.suite, keys.operationsKey, encode(operationCodec, each)))
    if (!serve(context, peer, { kind: 'operations', epoch: frame.epoch, records })) break
  }
  const asked = heldIn(context, group, epoch).filter(({ device }) => compareBytes(frame.from, device) <= 0 && compareBytes(device, frame.to) <= 0)
  const ids = whatTheyLack(asked, frame.held).flatMap(({ key, iterations }) =>
    [...numbersOf(iterations)].map((iteration) => envelopeId(epoch, textOf(key.device), key.generation, iteration)),
  )
  startServing(context, peer, group, epoch, ids)
  // They have been compared before: what was to come from there has come.
  if (link.reconciled.includes(epoch)) noteHeldByOthers(context, group, epoch, frame.held)
  if (isLastPage) context.draft.put(PEER, [peer], { ...link, reconciled: [...new Set([...link.reconciled, epoch])] })
}

/** Operations are a kilobyte or two, at most `operationBytes`: a few fit a frame. */
const OPERATIONS_PER_FRAME = 3

/** What a peer asks for is sent as long as it did not have its share of this time. False: it had. */
function serve(context: Context, peer: string, frame: PeerFrame): boolean {
  const encoded = encode(peerFrame, frame)
  const before = context.draft.get(SERVED, peer)
  const isOver = ({ sinceMs }: { readonly sinceMs: number }): boolean => sinceMs + LIMITS.servedMs <= context.nowMs || sinceMs > context.nowMs
  if (before === undefined) for (const { key, value } of context.draft.scan(SERVED)) if (isOver(value)) context.draft.delete(SERVED, ...key)
  const share = before === undefined || isOver(before) ? { sinceMs: context.nowMs, bytes: 0 } : before
  if (share.bytes + encoded.length > LIMITS.servedBytes) return false
  context.draft.put(SERVED, [peer], { ...share, bytes: share.bytes + encoded.length })
  sendEncoded(context, peer, encoded)
  return true
}

/** Envelopes read at once for a peer. A guess: some frames. */
const READ_AT_ONCE = 512

/** Begins to read what a peer lacks of an epoch, a few at a time. While that goes on, nothing of it begins anew. */
function startServing(context: Context, peer: string, group: string, epoch: string, ids: readonly string[]): void {
  const known = context.draft.get(SERVING, peer, epoch)
  // A read that was never answered does not keep it from ever being asked for again.
  const serving = known !== undefined && known.atMs + LIMITS.servedMs > context.nowMs ? known : { group, ids: [], next: 0, atMs: context.nowMs }
  const asked = new Set(serving.ids)
  const more = ids.filter((id) => !asked.has(id))
  if (more.length === 0) return
  context.draft.put(SERVING, [peer, epoch], { ...serving, ids: [...serving.ids, ...more] })
  if (serving !== known) readNext(context, peer, epoch)
}

function readNext(context: Context, peer: string, epoch: string): void {
  const serving = context.draft.get(SERVING, peer, epoch)
  if (serving === undefined) return
  const { group, ids, next } = serving
  if (next >= ids.length) return stopServing(context, peer, epoch)
  context.draft.put(SERVING, [peer, epoch], { ...serving, next: next + READ_AT_ONCE, atMs: context.nowMs })
  // One at a time: no number that is written to the disk is taken for it.
  const read = `serve-${peer}-${epoch}`
  context.draft.put(READ, [read], { kind: 'serve', peer, epoch })
  context.effects.push({ kind: 'readLog', read, query: { kind: 'byId', log: envelopeLog(group), ids: ids.slice(next, next + READ_AT_ONCE) } })
}

/** A peer is sent no more of this: it has everything, its share, or is gone. */
export function stopServing(context: Context, peer: string, ...epoch: readonly string[]): void {
  for (const { key } of context.draft.scan(SERVING, peer)) if (epoch.length === 0 || epoch.includes(key[1] ?? '')) context.draft.delete(SERVING, ...key)
}

/** Envelopes that a peer lacks have been read: sends them, as many in a frame as fit, and reads on. */
export function serveEnvelopes(context: Context, peer: string, epoch: string, envelopes: readonly Uint8Array[]): void {
  const isProved = context.draft.get(PEER, peer)?.epochs.includes(epoch) === true
  const frames = isProved ? framesOf(envelopes) : []
  const isServed = frames.every((batch) => serve(context, peer, { kind: 'envelopes', epoch: bytesOf(epoch), envelopes: batch }))
  if (isProved && isServed) readNext(context, peer, epoch)
  else stopServing(context, peer, epoch)
}

function framesOf(envelopes: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const frames: Uint8Array[][] = []
  let bytes = Infinity
  for (const envelope of envelopes) {
    const last = frames.at(-1)
    if (last === undefined || bytes + envelope.length + 4 > LIMITS.recordBytes || last.length >= LIMITS.envelopesServedAtOnce) {
      frames.push([envelope])
      bytes = envelope.length + 4
    } else {
      last.push(envelope)
      bytes += envelope.length + 4
    }
  }
  return frames
}

export function takeEnvelopes(context: Context, peer: string, frame: Frame<'envelopes'>): void {
  const epoch = textOf(frame.epoch)
  const group = groupOfEpoch(context, epoch)
  if (group === undefined) return
  const received = frame.envelopes.map((envelope) => {
    receiveEnvelope(context, group, epoch, envelope)
    return context.suite.primitives.sha256(envelope) as EnvelopeHash
  })
  sendToPeer(context, peer, { kind: 'received', epoch: frame.epoch, envelopes: received })
}

export function takeOperations(context: Context, frame: Frame<'operations'>): void {
  const epoch = textOf(frame.epoch)
  const group = groupOfEpoch(context, epoch)
  const keys = group === undefined ? undefined : context.draft.get(EPOCH_KEYS, group, epoch)
  if (group === undefined || keys === undefined) return
  const operations = frame.records.flatMap((record) => {
    const opened = openOperationRecord(context.suite.primitives, keys.operationsKey, record)
    const operation = opened === undefined ? undefined : decode(operationCodec, opened)
    return operation === undefined ? [] : [operation]
  })
  takeOperationsOf(context, group, operations)
}

/** A member's device has these messages of ours: they are sent, whatever the relay says. */
export function takeReceived(context: Context, frame: Frame<'received'>): void {
  const epoch = textOf(frame.epoch)
  const group = groupOfEpoch(context, epoch)
  if (group !== undefined) markSent(context, group, epoch, frame.envelopes)
}
