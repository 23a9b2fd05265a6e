/** Hands out our sender key and takes in those of others, only in pairwise sessions: the session proves whose key it is (PROTOCOL §3, §13.19). */
import { contextOf, distributionOf, extendBack, ownContext, takeDistribution } from '@sotto/crypto'
import { hasAll } from '@sotto/membership'
import { NOTHING } from '@sotto/sync'
import { equalBytes, type GroupId, LIMITS } from '@sotto/wire'
import { compareLogs } from '../../groups/compare-logs.ts'
import { logOf, rosterOf } from '../../groups/group-log.ts'
import { takeTitle, touch } from '../../groups/group-row.ts'
import { noteName } from '../../groups/names.ts'
import { recipientsOf } from '../../groups/recipients.ts'
import { saidName, selfOf } from '../../identity/profile.ts'
import { endAwaiting } from '../../links/awaited.ts'
import { queueControlMessage } from '../../sessions/control-queue.ts'
import { type Context, tell } from '../../state/context.ts'
import { bytesOf, type KeyName, type Sender, textOf } from '../../state/names.ts'
import { EPOCH, GROUP } from '../../state/tables/groups.ts'
import { RECEIVED } from '../../state/tables/cipher.ts'
import { KEY_RECIPIENT } from '../../state/tables/repair.ts'
import { type OwnKey, THEIR_KEY } from '../../state/tables/sender-keys.ts'
import { type DistributionAcknowledged, distributionAcknowledged } from './control-messages/distribution-acknowledged.ts'
import { type Distribution, distribution } from './control-messages/distribution.ts'
import { askLater, noteMeant } from '../repair/gaps.ts'
import { othersOfTag } from './open.ts'
import { deleteTheirKey, putTheirKey } from './their-keys.ts'
import { repairOlder } from '../repair/unacknowledged.ts'

/** A sender key arrived in its owner's session. It is acknowledged, and what waited for it is opened. */
export function receiveDistribution(context: Context, from: Sender, body: Distribution): void {
  const group = textOf(body.group)
  const epoch = textOf(body.epoch)
  const place = { group: body.group, epoch: body.epoch, account: from.account, device: from.device }
  const taken = takeDistribution(context.provider.primitives, place, body.distribution)
  if ('code' in taken) return
  const { keyId } = contextOf(taken)
  const name: KeyName = [group, epoch, textOf(from.device), String(keyId)]
  const known = context.transaction.get(THEIR_KEY, ...name)
  if (known === undefined && !makeRoom(context, group, epoch, textOf(from.device))) return
  // The first key stays, extended by what a delayed copy opens. A different key with the same key id is ignored.
  const had = context.transaction.get(RECEIVED, ...name) ?? NOTHING
  const key = known === undefined ? taken : extendBack(context.provider.primitives, known.key, taken, had, context.nowMs)
  if (known === undefined) noteMeant(context, name, taken.fromIteration)
  if (key !== known?.key) putTheirKey(context, name, { key, receivedMs: known?.receivedMs ?? context.nowMs })
  noteName(context, from.account, body)
  const row = context.transaction.get(GROUP, group)
  const roster = rosterOf(context, group)
  takeTitle(context, group, roster, body.title)
  if (roster.deviceOf(from.device) !== undefined)
    queueControlMessage(context, from.device, distributionAcknowledged, { group: body.group, epoch: body.epoch, keyId })
  if (row?.state === 'member' && !hasAll(logOf(context, group), contextOf(taken).frontier)) compareLogs(context, group, from.device)
  // If we are to be in this epoch, its secret usually follows soon.
  if (context.transaction.get(EPOCH, group, epoch) === undefined) askLater(context, [group, epoch, textOf(from.device), String(keyId)], LIMITS.gapAfterMs)
  touch(context, group)
  tell(context, { kind: 'keyChanged', name })
  // What is of this device may wait under another one with its tag.
  for (const other of othersOfTag(context, group, epoch, from.device)) tell(context, { kind: 'keyChanged', name: [group, epoch, textOf(other), String(keyId)] })
}

/** Whether one more key of a device is kept. An epoch's oldest keys give way; few are kept for epochs that we do not know. */
function makeRoom(context: Context, group: string, epoch: string, device: string): boolean {
  if (context.transaction.get(EPOCH, group, epoch) === undefined) {
    const isElsewhere = (key: readonly string[]): boolean => key[2] === device && context.transaction.get(EPOCH, group, key[1] ?? '') === undefined
    return context.transaction.scan(THEIR_KEY, group).filter(({ key }) => isElsewhere(key)).length < LIMITS.keysOfUnknownEpochs
  }
  const kept = context.transaction.scan(THEIR_KEY, group, epoch, device).toSorted((a, b) => Number(a.key[3]) - Number(b.key[3]))
  for (const { key } of kept.slice(0, Math.max(0, kept.length - LIMITS.keysKept + 1))) deleteTheirKey(context, [group, epoch, device, key[3] ?? ''])
  return true
}

export function receiveAcknowledgement(context: Context, from: Sender, body: DistributionAcknowledged): void {
  const name = [textOf(body.group), textOf(body.epoch), String(body.keyId), textOf(from.device)]
  const keyRecipient = context.transaction.get(KEY_RECIPIENT, ...name)
  if (keyRecipient === undefined || keyRecipient.acknowledged) return
  context.transaction.put(KEY_RECIPIENT, name, { ...keyRecipient, acknowledged: true })
  endAwaiting(context, from.device, { group: body.group, epoch: body.epoch, keyId: body.keyId, from: keyRecipient.fromIteration })
  repairOlder(context, from.device, body)
  touch(context, textOf(body.group))
}

/** Hands our key, at its current iteration, to every recipient that does not have it. */
export function distribute(context: Context, group: string, epoch: string, own: OwnKey): void {
  const { keyId } = ownContext(own.key)
  for (const device of recipientsOf(context, group)) {
    if (equalBytes(device, selfOf(context).device)) continue
    const name = [group, epoch, String(keyId), textOf(device)]
    if (context.transaction.get(KEY_RECIPIENT, ...name) !== undefined) continue
    context.transaction.put(KEY_RECIPIENT, name, {
      fromIteration: own.key.iteration,
      acknowledged: false,
      opened: NOTHING,
      resent: [],
      atMs: context.nowMs,
    })
    const fields = distributionFields(context, group, epoch, own)
    queueControlMessage(context, device, distribution, fields, { group: fields.group, epoch: fields.epoch, keyId, from: own.key.iteration })
  }
}

export function distributionFields(context: Context, group: string, epoch: string, own: OwnKey): Distribution {
  return {
    group: bytesOf<GroupId>(group),
    epoch: bytesOf<OwnKey['epoch']>(epoch),
    distribution: distributionOf(own.key),
    ...saidName(context),
    title: context.transaction.get(GROUP, group)?.title ?? '',
  }
}
