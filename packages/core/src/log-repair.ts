/**
 * The membership log between two devices, in private (PROTOCOL §5): whoever lacks an operation asks somebody who must
 * have it, by saying which heads it has. Beside the mailbox and reconciliation, for whoever neither reaches: a relay may
 * have dropped a removal, or a member told one half of a group what it did not tell the other.
 */
import { drawOneOf } from '@sotto/crypto/primitives'
import { heads, isAncestor, missingFrom, operationIdOf } from '@sotto/membership'
import { type DeviceId, encode, equalBytes, type GroupId, type LetterBody, LIMITS, type Operation, operation as operationCodec, type OperationId } from '@sotto/wire'
import { bytesOf, type Context, setTimer, textOf } from './context.ts'
import { logOf, recipientsOf, rosterOf, selfOf } from './group-log.ts'
import { LETTER_BYTES, queueLetter } from './letters.ts'
import { ANSWERED_LOG, ASKED_LOG, GROUP, LONE, PEER } from './tables.ts'

type Body<K extends LetterBody['kind']> = Extract<LetterBody, { readonly kind: K }>

/** One device is asked at most once in this time about one group. */
const ASK_AGAIN_MS = 10_000

/** Tells a device which operations we have, so that it sends what we lack, and asks for what it lacks. */
export function compareLogs(context: Context, group: string, device: DeviceId): void {
  const asked = context.draft.get(ASKED_LOG, group, textOf(device))
  if (asked !== undefined && asked.atMs + ASK_AGAIN_MS > context.nowMs) return
  context.draft.put(ASKED_LOG, [group, textOf(device)], { atMs: context.nowMs })
  sendHeads(context, group, device, false)
}

function sendHeads(context: Context, group: string, device: DeviceId, isAnswer: boolean): void {
  queueLetter(context, device, { kind: 'logHeads', group: bytesOf<Body<'logHeads'>['group']>(group), isAnswer, heads: heads(logOf(context, group)).slice(0, LIMITS.operationParents) })
}

/**
 * A device says what it has. A member gets what it lacks; whoever is out gets the removal and what stands before it, and
 * nothing later. Once in a while only: a few heads ask for a whole log. Returns whether we lack nothing that it named.
 */
export function answerLogHeads(context: Context, from: DeviceId, body: Body<'logHeads'>): boolean {
  const group = textOf(body.group)
  const log = logOf(context, group)
  const { operations, unknownHeads } = missingFrom(log, body.heads)
  const isIn = rosterOf(context, group).deviceOf(from) !== undefined
  if (isIn && unknownHeads.length > 0) compareLogs(context, group, from)
  const lacksNothing = unknownHeads.length === 0
  if (isAnswered(context, group, from)) return lacksNothing
  if (!body.isAnswer || operations.length > 0) context.draft.put(ANSWERED_LOG, [group, textOf(from)], { atMs: context.nowMs })
  sendOperations(context, group, from, isIn ? operations : operations.filter((each) => isBeforeDeparture(context, group, from, each)))
  // Behind what it lacks: whoever asked knows then that it has everything.
  if (isIn && !body.isAnswer) sendHeads(context, group, from, true)
  return lacksNothing
}

const isAnswered = (context: Context, group: string, device: DeviceId): boolean =>
  (context.draft.get(ANSWERED_LOG, group, textOf(device))?.atMs ?? -Infinity) + LIMITS.logAnswerAgainMs > context.nowMs

/** Sends a member what an operation of its own shows that it has not seen. */
export function sendWhatItLacked(context: Context, group: string, device: DeviceId, operation: OperationId): void {
  if (rosterOf(context, group).deviceOf(device) === undefined) return
  sendOperations(context, group, device, missingFrom(logOf(context, group), [operation]).operations)
}

function sendOperations(context: Context, group: string, device: DeviceId, operations: readonly Operation[]): void {
  queueOperations(context, device, bytesOf<Body<'operations'>['group']>(group), operations)
}

function isBeforeDeparture(context: Context, group: string, device: DeviceId, operation: Operation): boolean {
  const roster = rosterOf(context, group)
  const account = roster.accountOf(device)
  const departure = account === undefined ? undefined : roster.departed.find((each) => equalBytes(each.account, account))
  if (departure === undefined) return false
  const id = operationIdOf(context.suite.primitives, operation.unsigned)
  return equalBytes(id, departure.operation) || isAncestor(logOf(context, group), id, departure.operation)
}

/** Whoever has been with no member in the current epoch asks one after this, and then ever more rarely. */
const LONE_MS = 45_000
const LONE_MOST_MS = 6 * 3_600_000
/** One member's word is not everybody's: whoever is connected to members of its epoch asks another this often. */
const TOGETHER_MS = 30 * 60_000

/** Asks one member of each group whose time has come: soon where nobody connected shares our epoch, rarely elsewhere. */
export function askWhenLone(context: Context): void {
  // A group may be joined meanwhile.
  setTimer(context, 'lone', context.nowMs + LONE_MS)
  for (const { key, value } of context.draft.scan(GROUP)) {
    const [group = ''] = key
    if (value.state !== 'member') continue
    const isTogether = value.epoch !== null && context.draft.scan(PEER).some((peer) => value.epoch !== null && peer.value.reconciled.includes(textOf(value.epoch)))
    const lone = context.draft.get(LONE, group)
    if (lone === undefined || lone.isTogether !== isTogether) {
      const waitMs = isTogether ? TOGETHER_MS : LONE_MS
      context.draft.put(LONE, [group], { isTogether, waitMs, atMs: context.nowMs + waitMs })
    } else if (lone.atMs <= context.nowMs) {
      askSomebody(context, group)
      const waitMs = isTogether ? TOGETHER_MS : Math.min(2 * lone.waitMs, LONE_MOST_MS)
      context.draft.put(LONE, [group], { isTogether, waitMs, atMs: context.nowMs + waitMs })
    }
  }
}

function askSomebody(context: Context, group: string): void {
  const own = selfOf(context).device
  const others = recipientsOf(context, group).filter((each) => !equalBytes(each, own))
  const chosen = drawOneOf(context.suite.random, others)
  if (chosen !== undefined) compareLogs(context, group, chosen)
}

/** Operations in one body. They are a kilobyte or two: so many seldom need more than one letter. */
const OPERATIONS_AT_ONCE = 8

/** Hands operations on, in bodies that each fit a letter: how large one is (at most `operationBytes`) its author chose. */
export function queueOperations(context: Context, device: DeviceId, group: GroupId, operations: readonly Operation[]): void {
  let batch: Operation[] = []
  let bytes = 0
  const flush = (): void => {
    if (batch.length > 0) queueLetter(context, device, { kind: 'operations', group, operations: batch })
    batch = []
    bytes = 0
  }
  for (const each of operations) {
    const { length } = encode(operationCodec, each)
    if (batch.length >= OPERATIONS_AT_ONCE || bytes + length > LETTER_BYTES / 2) flush()
    batch.push(each)
    bytes += length
  }
  flush()
}
