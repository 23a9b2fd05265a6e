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
  type PeerFrame,
} from '@sotto/wire'
import { bytesOf, type Context, nextNumber, textOf } from './context.ts'
import { currentEpoch } from './epochs.ts'
import { logOf, takeOperationsOf } from './group-log.ts'
import { envelopeId, envelopeLog } from './kept-envelopes.ts'
import { sendToPeer } from './peer-link.ts'
import { receiveEnvelope } from './receive.ts'
import { markSent } from './send.ts'
import { EPOCH, EPOCH_KEYS, HELD, PEER, READ } from './tables.ts'

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
    sendToPeer(context, peer, {
      kind: 'have',
      epoch: bytesOf(epoch),
      isAnswer,
      heads: heads(logOf(context, group)).slice(0, LIMITS.operationParents),
      ...page,
    })
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
    sendToPeer(context, peer, { kind: 'operations', epoch: frame.epoch, records })
  }
  const asked = heldIn(context, group, epoch).filter(({ device }) => compareBytes(frame.from, device) <= 0 && compareBytes(device, frame.to) <= 0)
  const ids = whatTheyLack(asked, frame.held).flatMap(({ key, iterations }) =>
    [...numbersOf(iterations)].map((iteration) => envelopeId(epoch, textOf(key.device), key.generation, iteration)),
  )
  for (let i = 0; i < ids.length; i += LIMITS.envelopesPerFrame) {
    const read = String(nextNumber(context))
    context.draft.put(READ, [read], { kind: 'serve', peer, epoch })
    context.effects.push({
      kind: 'readLog',
      read,
      query: { kind: 'byId', log: envelopeLog(group), ids: ids.slice(i, i + LIMITS.envelopesPerFrame) },
    })
  }
  if (isLastPage) context.draft.put(PEER, [peer], { ...link, reconciled: [...new Set([...link.reconciled, epoch])] })
}

/** Operations are a kilobyte or two, at most `operationBytes`: a few fit a frame. */
const OPERATIONS_PER_FRAME = 3

/** Envelopes that a peer lacks have been read: sends them, as many in a frame as fit. */
export function serveEnvelopes(context: Context, peer: string, epoch: string, envelopes: readonly Uint8Array[]): void {
  if (context.draft.get(PEER, peer)?.epochs.includes(epoch) !== true) return
  let batch: Uint8Array[] = []
  let bytes = 0
  const flush = (): void => {
    if (batch.length > 0) sendToPeer(context, peer, { kind: 'envelopes', epoch: bytesOf(epoch), envelopes: batch })
    batch = []
    bytes = 0
  }
  for (const envelope of envelopes) {
    if (bytes + envelope.length + 4 > LIMITS.recordBytes || batch.length >= LIMITS.envelopesPerFrame) flush()
    batch.push(envelope)
    bytes += envelope.length + 4
  }
  flush()
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
  if (group !== undefined) for (const envelope of frame.envelopes) markSent(context, group, epoch, envelope)
}
