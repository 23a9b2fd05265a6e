/** Moving a group to the epoch of its roster's maximal rekeying operations (PROTOCOL §6). */
import { deriveEpochKeys, epochSecret } from '@sotto/crypto'
import { spreadMs } from '@sotto/crypto/primitives'
import { equalBytes, type GroupId, LIMITS, type OperationId } from '@sotto/wire'
import { rosterOf } from '../groups/group-log.ts'
import { enterEpoch } from '../groups/group-row.ts'
import { type Context, tell } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { BEGUN_FOR_LACK, EPOCH, GROUP, SECRET, SECRET_MISSING } from '../state/tables/groups.ts'
import { setTimer } from '../state/timers.ts'
import { joinTopic, leaveTopics, openEpoch, readEpochs } from './epoch-keys.ts'
import { repostOwnOperations } from './post-operations.ts'

/**
 * Moves a group to the epoch of its roster's maximal rekeying operations, once their secrets are here. Asks for secrets
 * that are missing. Does nothing if the group is in that epoch already.
 */
export function moveToEpoch(context: Context, group: string): void {
  const row = context.transaction.get(GROUP, group)
  if (row === undefined || row.state !== 'member') return
  const { rekeyings } = rosterOf(context, group)
  const secrets = rekeyings.map((id) => ({ id, secret: context.transaction.get(SECRET, group, textOf(id)) }))
  const missing = secrets.filter((each) => each.secret === undefined)
  // An operation has only so many parents. More rekeyings than that make no epoch; they are resolved like one whose secret is lost.
  if (missing.length === 0 && rekeyings.length <= LIMITS.operationParents) context.transaction.delete(SECRET_MISSING, group)
  else {
    noteMissing(context, group)
    // The current epoch has ended. Nothing more is sealed in it; messages wait for the secret instead.
    if (row.epoch !== null && !isSameEpoch(context, group, rekeyings)) enterEpoch(context, group, null)
    setTimer(context, 'secrets', context.nowMs + LIMITS.keyRequestAfterMs, 'earliest')
    return
  }
  if (isSameEpoch(context, group, rekeyings) && row.epoch !== null) return
  const pairs = secrets.flatMap(({ id, secret }) => (secret === undefined ? [] : [{ operation: id, secret }]))
  const secret = epochSecret(context.provider.primitives, bytesOf<GroupId>(group), pairs)
  const { epochId } = deriveEpochKeys(context.provider.primitives, secret)
  const epoch = textOf(epochId)
  for (const { key, value } of context.transaction.scan(EPOCH, group)) {
    if (value.endedMs === null && key[1] !== epoch) context.transaction.put(EPOCH, key, { ...value, endedMs: context.nowMs })
  }
  const known = context.transaction.get(EPOCH, group, epoch)
  context.transaction.put(EPOCH, [group, epoch], { operations: rekeyings, secret, beganMs: known?.beganMs ?? context.nowMs, endedMs: null })
  enterEpoch(context, group, epochId)
  leaveTopics(context, group, epoch)
  openEpoch(context, group, epoch, secret)
  readEpochs(context, group)
  joinTopic(context, group, epoch)
  repostOwnOperations(context, group, rekeyings)
  tell(context, { kind: 'epochBegan', group, epoch })
  setTimer(context, 'announce', context.nowMs, 'earliest')
}

/** Notes that a secret is missing, and until when messages wait for it. */
export function noteMissing(context: Context, group: string): void {
  if (context.transaction.get(SECRET_MISSING, group) !== undefined) return
  const waitMs = waitForSecretMs(timesBegunForLack(context, group))
  context.transaction.put(SECRET_MISSING, [group], { untilMs: context.nowMs + waitMs + spreadMs(context.provider.random, waitMs) })
}

/** An epoch begins since nobody gave the secret of this one. */
export function noteBegunForLack(context: Context, group: string): void {
  context.transaction.put(BEGUN_FOR_LACK, [group], { times: timesBegunForLack(context, group) + 1, atMs: context.nowMs })
}

/**
 * How many times in a row that was. Members who withhold their secrets from each other, since each believes that the other is removed,
 * would go on with it. Once it was not needed for a while it is forgotten: twice as long as two of them wait at most.
 */
function timesBegunForLack(context: Context, group: string): number {
  const last = context.transaction.get(BEGUN_FOR_LACK, group)
  if (last === undefined) return 0
  const sinceMs = context.nowMs - last.atMs
  // A clock that was put back must not make it wait longer.
  return sinceMs < 0 || sinceMs > 8 * waitForSecretMs(last.times) ? 0 : last.times
}

/** At least so long, and at most twice as long. */
const waitForSecretMs = (times: number): number => LIMITS.secretMissingMs * 2 ** Math.min(times, LIMITS.secretMissingDoublings)

/** Whether the newest epoch of a group rests on exactly these operations. */
function isSameEpoch(context: Context, group: string, rekeyings: readonly OperationId[]): boolean {
  const open = context.transaction.scan(EPOCH, group).find(({ value }) => value.endedMs === null)?.value.operations
  return open !== undefined && open.length === rekeyings.length && open.every((id, i) => equalBytes(id, rekeyings[i] ?? new Uint8Array()))
}
