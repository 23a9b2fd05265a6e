/** Two peers that proved an epoch tell each other what they have of it, and send what the other lacks (PROTOCOL §7). */
import { openOperationRecord, sealOperationRecord } from '@sotto/crypto'
import { earlierOperations, heads, missingFrom } from '@sotto/membership'
import { FIRST_DEVICE, LAST_DEVICE, numbersOf, pagesOf, whatTheyLack } from '@sotto/sync'
import { compareBytes, decode, encode, type EnvelopeHash, equalBytes, LIMITS, operation as operationCodec, type ReceivedSet } from '@sotto/wire'
import { cipherOf } from '../cipher/group-cipher.ts'
import { logOf, takeOperationsOf } from '../groups/group-log.ts'
import { currentEpoch } from '../groups/group-row.ts'
import { sendToPeer } from '../links/peer-streams.ts'
import { markSent } from '../messages/delivery.ts'
import { envelopeId } from '../messages/kept-envelopes.ts'
import { receiveEnvelope } from '../messages/receive.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { EPOCH, EPOCH_KEYS } from '../state/tables/groups.ts'
import { PEER } from '../state/tables/links.ts'
import { RECEIVED } from '../state/tables/cipher.ts'
import type { Envelopes } from './frames/envelopes.ts'
import { type Have, have } from './frames/have.ts'
import { type OperationRecords, operations as operationsFrame } from './frames/operations.ts'
import { type Received, received as receivedFrame } from './frames/received.ts'
import { serve, startServing } from './serve.ts'

/** The group of an epoch that we are or were in. */
function groupOfEpoch(context: Context, epoch: string): string | undefined {
  return context.transaction.scan(EPOCH).find(({ key }) => key[1] === epoch)?.key[0]
}

const receivedIn = (context: Context, group: string, epoch: string): readonly ReceivedSet[] =>
  context.transaction.scan(RECEIVED, group, epoch).map(({ key, value }) => ({
    device: bytesOf(key[2] ?? ''),
    keyId: Number(key[3]),
    iterations: value.slice(0, LIMITS.rangesPerKey),
  }))

/** Tells a peer what we have of an epoch, so that it sends what we lack. */
export function sendHave(context: Context, peer: string, group: string, epoch: string, isAnswer: boolean): void {
  const log = logOf(context, group)
  const known = { heads: heads(log).slice(0, LIMITS.operationParents), earlier: earlierOperations(log) }
  for (const page of pagesOf(receivedIn(context, group, epoch))) {
    const frame: Have = { epoch: bytesOf(epoch), isAnswer, ...known, ...page }
    if (isAnswer) serve(context, peer, have, frame)
    else sendToPeer(context, peer, have, frame)
  }
}

/** Sends what the peer lacks, and what we have if it does not know that yet. */
export function answerHave(context: Context, peer: string, frame: Have): void {
  const epoch = textOf(frame.epoch)
  const group = groupOfEpoch(context, epoch)
  const link = context.transaction.get(PEER, peer)
  const keys = group === undefined ? undefined : context.transaction.get(EPOCH_KEYS, group, epoch)
  if (group === undefined || link === undefined || keys === undefined) return
  const isFirstPage = equalBytes(frame.from, FIRST_DEVICE)
  const isLastPage = equalBytes(frame.to, LAST_DEVICE)
  if (isFirstPage && !frame.isAnswer) sendHave(context, peer, group, epoch, true)
  // All epochs of a group share one log, so it is compared with the current epoch only.
  const operations = isFirstPage && currentEpoch(context, group) === epoch ? missingFrom(logOf(context, group), frame.heads, frame.earlier).operations : []
  for (let i = 0; i < operations.length; i += OPERATIONS_PER_FRAME) {
    const records = operations
      .slice(i, i + OPERATIONS_PER_FRAME)
      .map((each) => sealOperationRecord(context.provider, keys.operationsKey, encode(operationCodec, each)))
    if (!serve(context, peer, operationsFrame, { epoch: frame.epoch, records })) break
  }
  const asked = receivedIn(context, group, epoch).filter(({ device }) => compareBytes(frame.from, device) <= 0 && compareBytes(device, frame.to) <= 0)
  const ids = whatTheyLack(asked, frame.received).flatMap(({ key, iterations }) =>
    [...numbersOf(iterations)].map((iteration) => envelopeId(epoch, textOf(key.device), key.keyId, iteration)),
  )
  if (cipherOf(context, group).sealsEnvelopes) startServing(context, peer, group, epoch, ids)
  // These were reconciled before, so what was to come from this peer has come.
  if (link.reconciled.includes(epoch)) cipherOf(context, group).receivedByOthers(context, group, epoch, frame.received)
  if (isLastPage) context.transaction.put(PEER, [peer], { ...link, reconciled: [...new Set([...link.reconciled, epoch])] })
}

/** Operations are a kilobyte or two, at most `operationBytes`: a few fit a frame. */
const OPERATIONS_PER_FRAME = 3

export function takeEnvelopes(context: Context, peer: string, frame: Envelopes): void {
  const epoch = textOf(frame.epoch)
  const group = groupOfEpoch(context, epoch)
  if (group === undefined) return
  const received = frame.envelopes.map((envelope) => {
    receiveEnvelope(context, group, epoch, envelope)
    return context.provider.primitives.sha256(envelope) as EnvelopeHash
  })
  sendToPeer(context, peer, receivedFrame, { epoch: frame.epoch, envelopes: received })
}

export function takeOperations(context: Context, frame: OperationRecords): void {
  const epoch = textOf(frame.epoch)
  const group = groupOfEpoch(context, epoch)
  const keys = group === undefined ? undefined : context.transaction.get(EPOCH_KEYS, group, epoch)
  if (group === undefined || keys === undefined) return
  const operations = frame.records.flatMap((record) => {
    const opened = openOperationRecord(context.provider.primitives, keys.operationsKey, record)
    const operation = opened === undefined ? undefined : decode(operationCodec, opened)
    return operation === undefined ? [] : [operation]
  })
  takeOperationsOf(context, group, operations)
}

/** A member's device has these messages of ours: they are sent, whatever the relay says. */
export function takeReceived(context: Context, frame: Received): void {
  const epoch = textOf(frame.epoch)
  const group = groupOfEpoch(context, epoch)
  if (group !== undefined) markSent(context, group, epoch, frame.envelopes)
}
