/** A group's membership log inside the machine: operations come in, and the roster follows (PROTOCOL §5). */
import { sealOperationRecord } from '@sotto/crypto'
import { drawBelow } from '@sotto/crypto/primitives'
import {
  addOperation,
  emptyLog,
  isAncestor,
  type Log,
  nextPlace,
  operationIdOf,
  operationsInCausalOrder,
  recipients,
  resolve,
  type Roster,
  signOperation,
} from '@sotto/membership'
import {
  type AccountId,
  type DeviceId,
  encode,
  equalBytes,
  type GroupId,
  type Operation,
  operation as operationCodec,
  type OperationBody,
  type OperationId,
  type UnsignedOperation,
} from '@sotto/wire'
import { bytesOf, type Context, nextNumber, tell, textOf } from './context.ts'
import { currentEpoch, epochMailbox } from './epochs.ts'
import { queueLetter } from './letters.ts'
import { leave } from './relay-link.ts'
import { sortable } from './table.ts'
import { CONTACT, EPOCH, EPOCH_KEYS, GROUP, LOG, MET, OPERATION, SEEN_OUT, SELF, type Self } from './tables.ts'

/** Who we are. Throws before there is a profile: nothing of a group happens then. */
export function selfOf(context: Context): Self {
  const self = context.draft.get(SELF, 'self')
  if (self === undefined) throw new TypeError('there is no profile yet')
  return self
}

/** The log of a group, empty where we know nothing of it. Rebuilt from its operations once after a start. */
export function logOf(context: Context, group: string): Log {
  const known = context.draft.get(LOG, group)
  if (known !== undefined) return known
  let log = emptyLog(bytesOf<GroupId>(group))
  for (const { value } of context.draft.scan(OPERATION, group)) {
    log = addOperation(context.suite.primitives, log, value).log
  }
  // Of a group of which nothing is known nothing is kept.
  if (log.count + log.orphans.size > 0) context.draft.put(LOG, [group], log)
  return log
}

export const rosterOf = (context: Context, group: string): Roster => resolve(logOf(context, group))

/** The devices that get our keys and secrets now: encryption fails closed (PROTOCOL §5). Ours is among them. */
export function recipientsOf(context: Context, group: string): readonly DeviceId[] {
  const seenOut = context.draft.scan(SEEN_OUT, group).map(({ key }) => ({ account: bytesOf<AccountId>(key[1] ?? ''), removal: bytesOf<OperationId>(key[2] ?? '') }))
  return recipients(logOf(context, group), context.nowMs, seenOut)
}

export const isRecipient = (context: Context, group: string, device: DeviceId): boolean =>
  recipientsOf(context, group).some((each) => equalBytes(each, device))

/** Devices of the members, ours left out. */
export function otherDevices(context: Context, group: string): readonly DeviceId[] {
  const own = selfOf(context).device
  return rosterOf(context, group).members.flatMap((member) => member.devices.map(({ device }) => device)).filter((each) => !equalBytes(each, own))
}

/** So many of these at most, drawn. */
export function someOf(context: Context, devices: readonly DeviceId[], count: number): readonly DeviceId[] {
  const left = [...devices]
  const chosen: DeviceId[] = []
  while (chosen.length < count && left.length > 0) chosen.push(...left.splice(drawBelow(context.suite.random, left.length), 1))
  return chosen
}

/**
 * Takes in operations from wherever they came: each is checked by the log itself. What follows from them is the
 * machine's part. Returns how many were new.
 */
export function takeOperationsOf(context: Context, group: string, operations: readonly Operation[]): number {
  const before = logOf(context, group)
  let log = before
  const added: Operation[] = []
  for (const each of operations) {
    const step = addOperation(context.suite.primitives, log, each)
    log = step.log
    if (step.outcome !== 'added' && step.outcome !== 'orphaned') continue
    added.push(each)
    context.draft.put(OPERATION, [group, sortable(nextNumber(context))], each)
  }
  if (added.length === 0) return 0
  context.draft.put(LOG, [group], log)
  if (context.draft.get(GROUP, group)?.state === 'member') tell(context, { kind: 'operationsAdded', group, operations: added, before })
  return added.length
}

/** Makes the acquaintance of every device of the roster: its certificate, and where its letters go. */
export function meetDevices(context: Context, group: string, roster: Roster): void {
  for (const member of roster.members) {
    for (const device of member.devices) {
      const key = textOf(device.device)
      if (context.draft.get(MET, group, key) === undefined) context.draft.put(MET, [group, key], true)
      if (context.draft.get(CONTACT, key) !== undefined) continue
      context.draft.put(CONTACT, [key], {
        certificate: device.certificate,
        address: device.inbox,
        sessions: null,
        laneGiven: false,
        renew: false,
        openedMs: 0,
        replacedMs: 0,
      })
    }
  }
}

/** Signs an operation of this device after everything it has seen. Neither taken in nor sent yet. */
export function signOwn(context: Context, group: string, body: OperationBody): { operation: Operation; id: OperationId } {
  const self = selfOf(context)
  const log = logOf(context, group)
  const unsigned: UnsignedOperation = {
    suite: 1,
    group: bytesOf<GroupId>(group),
    account: self.account,
    device: self.device,
    ...nextPlace(log, self.device),
    writtenMs: context.nowMs,
    body,
  }
  const { primitives } = context.suite
  const keyPair = primitives.ed25519.keyPairFromSeed(self.deviceSeed)
  return { operation: signOperation(primitives, unsigned, keyPair), id: operationIdOf(primitives, unsigned) }
}

/**
 * Authors an operation: leaves it in the mailbox of the epoch that it may end, hands it to those whom it removes, and
 * takes it in. What the author must know beforehand (a secret that it draws) the caller has put in its row.
 */
export function author(context: Context, group: string, signed: { operation: Operation; id: OperationId }): void {
  const removed = removedBy(context, group, signed.operation)
  postOperation(context, group, signed.operation)
  takeOperationsOf(context, group, [signed.operation])
  // Told pairwise, by the signed removal itself (PROTOCOL §5): the mailbox may be gone or full for them.
  for (const device of removed) {
    queueLetter(context, device, { kind: 'operations', group: bytesOf<GroupId>(group), operations: [signed.operation] })
  }
}

function removedBy(context: Context, group: string, { unsigned }: Operation): readonly DeviceId[] {
  if (unsigned.body.kind !== 'remove') return []
  const { account } = unsigned.body
  const member = rosterOf(context, group).members.find((each) => equalBytes(each.account, account))
  return member?.devices.map((device) => device.device) ?? []
}

function newestEpoch(context: Context, group: string): string | undefined {
  return context.draft.scan(EPOCH, group).toSorted((a, b) => b.value.beganMs - a.value.beganMs)[0]?.key[1]
}

/** Leaves an operation, sealed, in the mailbox of the current epoch at each relay of the group, or at these of them. */
export function postOperation(context: Context, group: string, operation: Operation, relays: readonly string[] = context.draft.get(GROUP, group)?.relays ?? []): void {
  // Where the current epoch's secret is missing, those who do not miss it yet read the one before.
  const id = currentEpoch(context, group) ?? newestEpoch(context, group)
  const keys = id === undefined ? undefined : context.draft.get(EPOCH_KEYS, group, id)
  if (keys === undefined) return
  const body = sealOperationRecord(context.suite, keys.operationsKey, encode(operationCodec, operation))
  for (const relay of relays) {
    const { keys: mailboxKeys, appendSeed, grant } = epochMailbox(context, keys, relay)
    if (appendSeed === null) continue
    leave(context, { relay, keys: mailboxKeys, appendSeed, grant, body, about: { kind: 'operation', group: bytesOf<GroupId>(group) } })
  }
}

/**
 * After an epoch changed: posts own operations again that its rekeying operations do not have in their past, because
 * whoever joins later reads the new mailbox only. The same after a group moved, at the relays that are new.
 */
export function repostOwnOperations(context: Context, group: string, rekeyings: readonly OperationId[], relays?: readonly string[]): void {
  const self = selfOf(context)
  const log = logOf(context, group)
  for (const each of operationsInCausalOrder(log)) {
    if (!equalBytes(each.unsigned.device, self.device)) continue
    const id = operationIdOf(context.suite.primitives, each.unsigned)
    if (rekeyings.some((rekeying) => equalBytes(rekeying, id) || isAncestor(log, id, rekeying))) continue
    postOperation(context, group, each, relays)
  }
}
