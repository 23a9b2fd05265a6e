/** Handing out our sender key, and taking in those of others: only inside pairwise sessions, which is what says whose key it is (PROTOCOL §3). */
import { contextOf, distributionOf, extendBack, ownContext, takeDistribution } from '@sotto/crypto'
import { hasAll } from '@sotto/membership'
import { NOTHING } from '@sotto/sync'
import { equalBytes, type GroupId, LIMITS } from '@sotto/wire'
import { compareLogs } from '../../groups/compare-logs.ts'
import { logOf, rosterOf } from '../../groups/group-log.ts'
import { noteName, touch } from '../../groups/group-row.ts'
import { recipientsOf } from '../../groups/recipients.ts'
import { selfOf } from '../../identity/profile.ts'
import { queueControlMessage } from '../../sessions/letter-queue.ts'
import { type Context, tell } from '../../state/context.ts'
import { bytesOf, type KeyName, type Sender, textOf } from '../../state/names.ts'
import { EPOCH, GROUP } from '../../state/tables/groups.ts'
import { HELD } from '../../state/tables/cipher.ts'
import { HOLDER, type OwnKey, THEIR_KEY } from '../../state/tables/sender-keys.ts'
import { type DistributionAcknowledged, distributionAcknowledged } from './control-messages/distribution-acknowledged.ts'
import { type Distribution, distribution } from './control-messages/distribution.ts'
import { askLater } from './gaps.ts'
import { deleteTheirKey, putTheirKey } from './their-keys.ts'
import { repairOlder } from './unacknowledged.ts'

/** A sender key arrived in its owner's session. Acknowledged, and what waited for it is opened. */
export function receiveDistribution(context: Context, from: Sender, body: Distribution): void {
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
  if (rosterOf(context, group).deviceOf(from.device) !== undefined)
    queueControlMessage(context, from.device, distributionAcknowledged, { group: body.group, epoch: body.epoch, generation })
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

export function receiveAcknowledgement(context: Context, from: Sender, body: DistributionAcknowledged): void {
  const name = [textOf(body.group), textOf(body.epoch), String(body.generation), textOf(from.device)]
  const holder = context.draft.get(HOLDER, ...name)
  if (holder === undefined || holder.acknowledged) return
  context.draft.put(HOLDER, name, { ...holder, acknowledged: true })
  repairOlder(context, from.device, body)
  touch(context, textOf(body.group))
}

/** Hands our key, at its current iteration, to every recipient that does not hold it. */
export function distribute(context: Context, group: string, epoch: string, own: OwnKey): void {
  const { generation } = ownContext(own.key)
  for (const device of recipientsOf(context, group)) {
    if (equalBytes(device, selfOf(context).device)) continue
    const name = [group, epoch, String(generation), textOf(device)]
    if (context.draft.get(HOLDER, ...name) !== undefined) continue
    context.draft.put(HOLDER, name, {
      fromIteration: own.key.iteration,
      acknowledged: false,
      opened: NOTHING,
      resent: NOTHING,
      resends: 0,
      atMs: context.nowMs,
    })
    queueControlMessage(context, device, distribution, distributionFields(context, group, epoch, own))
  }
}

export function distributionFields(context: Context, group: string, epoch: string, own: OwnKey): Distribution {
  return {
    group: bytesOf<GroupId>(group),
    epoch: bytesOf<OwnKey['epoch']>(epoch),
    distribution: distributionOf(own.key),
    name: selfOf(context).name,
    title: context.draft.get(GROUP, group)?.title ?? '',
  }
}
