/**
 * Which epoch a group is in, and how a device comes to its secret (PROTOCOL §6).
 */
import { commitToSecret, deriveEpochKeys, type EpochKeys, epochSecret } from '@sotto/crypto'
import { drawOneOf, spreadMs } from '@sotto/crypto/primitives'
import { operationOf } from '@sotto/membership'
import { type MailboxCredentials, mailboxIdOf } from '@sotto/mailbox'
import { equalBytes, type GroupId, LIMITS, type OperationBody, type OperationId } from '@sotto/wire'
import { bytesOf, type Context, setTimer, tell, textOf } from './context.ts'
import { author, logOf, otherDevices, recipientsOf, repostOwnOperations, rosterOf, selfOf, signOwn } from './group-log.ts'
import { placesOf } from './group-relays.ts'
import { queueLetter } from './letters.ts'
import { sendWhatItLacked } from './log-repair.ts'
import { closeMailbox, readMailbox } from './relay-link.ts'
import { EARLIER_SECRET, EPOCH, EPOCH_KEYS, GROUP, MAILBOX, SECRET, SECRET_MISSING, TOPIC } from './tables.ts'

/** Text of the id of the epoch that a group is in, or `undefined` while a secret is missing. */
export function currentEpoch(context: Context, group: string): string | undefined {
  const row = context.draft.get(GROUP, group)
  return row === undefined || row.epoch === null ? undefined : textOf(row.epoch)
}

/** What opens an epoch's mailbox at a relay, and its id as text. */
export interface EpochMailbox extends MailboxCredentials {
  readonly id: string
}

/** Asked for with every message: two key pairs are not derived each time. They go with the epoch's keys. */
const mailboxesOf = new WeakMap<EpochKeys, Map<string, EpochMailbox>>()

/** What opens an epoch's mailbox at a relay. */
export function epochMailbox(context: Context, epoch: EpochKeys, relay: string): EpochMailbox {
  const known = mailboxesOf.get(epoch) ?? new Map<string, EpochMailbox>()
  mailboxesOf.set(epoch, known)
  const before = known.get(relay)
  if (before !== undefined) return before
  const { primitives } = context.suite
  const { readSeed, appendSeed } = epoch.mailbox(relay)
  const keys = {
    kind: 'group',
    readKey: primitives.ed25519.keyPairFromSeed(readSeed).publicKey,
    appendKey: primitives.ed25519.keyPairFromSeed(appendSeed).publicKey,
  } as const
  const mailbox = { id: textOf(mailboxIdOf(primitives, keys)), keys, readSeed, appendSeed, grant: null }
  known.set(relay, mailbox)
  return mailbox
}

/** Opens every epoch that is stored: derives its keys again, reads the newest mailboxes, and joins the current topic. */
export function reopenEpochs(context: Context, group: string): void {
  const row = context.draft.get(GROUP, group)
  if (row === undefined || row.state !== 'member') return
  for (const { key, value } of context.draft.scan(EPOCH, group)) openEpoch(context, group, key[1] ?? '', value.secret)
  readEpochs(context, group)
  const current = currentEpoch(context, group)
  if (current !== undefined) joinTopic(context, group, current)
}

function openEpoch(context: Context, group: string, epoch: string, secret: Uint8Array): void {
  context.draft.put(EPOCH_KEYS, [group, epoch], deriveEpochKeys(context.suite.primitives, secret))
}

/**
 * The epoch that a group is in and those that ended last, whose mailboxes are read: any member can end as many as it
 * likes, and a relay lets nobody open mailboxes without end.
 */
export function epochsRead(context: Context, group: string): readonly { readonly epoch: string; readonly operations: readonly OperationId[] }[] {
  const epochs = context.draft.scan(EPOCH, group).map(({ key, value }) => ({ epoch: key[1] ?? '', endedMs: value.endedMs ?? Infinity, beganMs: value.beganMs, operations: value.operations }))
  return epochs.toSorted((a, b) => (a.endedMs === b.endedMs ? b.beganMs - a.beganMs : b.endedMs - a.endedMs)).slice(0, LIMITS.endedEpochsRead + 1)
}

/** Reads the mailboxes of these epochs wherever they may be, and no others any more. */
export function readEpochs(context: Context, group: string): void {
  const read = epochsRead(context, group)
  const names = new Set(read.map(({ epoch }) => epoch))
  for (const { key, value } of context.draft.scan(MAILBOX)) {
    if (value.purpose.kind === 'group' && value.purpose.group === group && !names.has(value.purpose.epoch)) closeMailbox(context, key[0] ?? '')
  }
  for (const { epoch } of read) {
    const keys = context.draft.get(EPOCH_KEYS, group, epoch)
    if (keys === undefined) continue
    for (const relay of placesOf(context, group)) readMailbox(context, relay, epochMailbox(context, keys, relay), { kind: 'group', group, epoch })
  }
}

function joinTopic(context: Context, group: string, epoch: string): void {
  const keys = context.draft.get(EPOCH_KEYS, group, epoch)
  if (keys === undefined) return
  const topic = textOf(keys.topic)
  if (context.draft.get(TOPIC, topic) !== undefined) return
  context.draft.put(TOPIC, [topic], { group, epoch })
  context.effects.push({ kind: 'joinTopic', topic })
}

function leaveTopics(context: Context, group: string, except: string | null): void {
  for (const { key, value } of context.draft.scan(TOPIC)) {
    if (value.group !== group || value.epoch === except) continue
    context.draft.delete(TOPIC, ...key)
    context.effects.push({ kind: 'leaveTopic', topic: key[0] ?? '' })
  }
}

/**
 * Moves a group to the epoch of its roster's maximal rekeying operations, once their secrets are here; asks for those
 * that are not. Nothing happens where it is there already.
 */
export function settleEpoch(context: Context, group: string): void {
  const row = context.draft.get(GROUP, group)
  if (row === undefined || row.state !== 'member') return
  const { rekeyings } = rosterOf(context, group)
  const secrets = rekeyings.map((id) => ({ id, secret: context.draft.get(SECRET, group, textOf(id)) }))
  const missing = secrets.filter((each) => each.secret === undefined)
  // More of them than one operation has parents make no epoch: they are put in order like one that nobody has the secret of.
  if (missing.length === 0 && rekeyings.length <= LIMITS.operationParents) context.draft.delete(SECRET_MISSING, group)
  else {
    noteMissing(context, group)
    // What is sealed now would go to an epoch that is over: wait for the secret instead.
    if (row.epoch !== null && !isSameEpoch(context, group, rekeyings)) context.draft.put(GROUP, [group], { ...row, epoch: null, changedMs: context.nowMs, revision: row.revision + 1 })
    setTimer(context, 'secrets', context.nowMs + LIMITS.keyRequestAfterMs, 'earliest')
    return
  }
  if (isSameEpoch(context, group, rekeyings) && row.epoch !== null) return
  const pairs = secrets.flatMap(({ id, secret }) => (secret === undefined ? [] : [{ operation: id, secret }]))
  const secret = epochSecret(context.suite.primitives, bytesOf<GroupId>(group), pairs)
  const { epochId } = deriveEpochKeys(context.suite.primitives, secret)
  const epoch = textOf(epochId)
  for (const { key, value } of context.draft.scan(EPOCH, group)) {
    if (value.endedMs === null && key[1] !== epoch) context.draft.put(EPOCH, key, { ...value, endedMs: context.nowMs })
  }
  const known = context.draft.get(EPOCH, group, epoch)
  context.draft.put(EPOCH, [group, epoch], { operations: rekeyings, secret, beganMs: known?.beganMs ?? context.nowMs, endedMs: null })
  // Generations are numbered within an epoch. Not from one each time: a group may come back to an epoch.
  const nextGeneration = row.nextGeneration > LIMITS.generationsPerEpoch / 2 ? 1 : row.nextGeneration
  context.draft.put(GROUP, [group], { ...row, nextGeneration, epoch: epochId, changedMs: context.nowMs, revision: row.revision + 1 })
  leaveTopics(context, group, epoch)
  openEpoch(context, group, epoch, secret)
  readEpochs(context, group)
  joinTopic(context, group, epoch)
  repostOwnOperations(context, group, rekeyings)
  tell(context, { kind: 'epochBegan', group, epoch })
  setTimer(context, 'announce', context.nowMs, 'earliest')
}

/** From now on a secret is missing; not for ever. */
function noteMissing(context: Context, group: string): void {
  if (context.draft.get(SECRET_MISSING, group) !== undefined) return
  const untilMs = context.nowMs + LIMITS.secretMissingMs + spreadMs(context.suite.random, LIMITS.secretMissingMs)
  context.draft.put(SECRET_MISSING, [group], { untilMs })
}

/** Whether the newest epoch of a group rests on exactly these operations. */
function isSameEpoch(context: Context, group: string, rekeyings: readonly OperationId[]): boolean {
  const open = context.draft.scan(EPOCH, group).find(({ value }) => value.endedMs === null)?.value.operations
  return open !== undefined && open.length === rekeyings.length && open.every((id, i) => equalBytes(id, rekeyings[i] ?? new Uint8Array()))
}

/**
 * Draws a fresh secret for a rekeying operation, hands it pairwise to every device that remains, and authors the
 * operation. `body` is made from the commitment (PROTOCOL §6). The group is in the new epoch when this returns: what is
 * sealed in the same step must not be sealed in the old one.
 */
export function authorRekeying(context: Context, group: string, body: (commitment: Uint8Array) => OperationBody): void {
  const self = selfOf(context)
  const secret = context.suite.random(32)
  const signed = signOwn(context, group, body(commitToSecret(context.suite.primitives, secret)))
  context.draft.put(SECRET, [group, textOf(signed.id)], secret)
  author(context, group, signed)
  settleEpoch(context, group)
  for (const device of recipientsOf(context, group)) {
    if (equalBytes(device, self.device)) continue
    queueLetter(context, device, { kind: 'operations', group: bytesOf<GroupId>(group), operations: [signed.operation] })
    queueLetter(context, device, { kind: 'secret', group: bytesOf<GroupId>(group), operation: signed.id, secret })
  }
}

/** Takes in a secret that a device gave us: whoever gave it, it must match the operation's commitment. */
export function takeSecret(context: Context, group: string, operation: OperationId, secret: Uint8Array): boolean {
  const body = operationOf(logOf(context, group), operation)?.unsigned.body
  if (body === undefined || !('commitment' in body)) return false
  const commitment = commitToSecret(context.suite.primitives, secret)
  if (!equalBytes(commitment, body.commitment)) return false
  if (context.draft.get(SECRET, group, textOf(operation)) === undefined) {
    context.draft.delete(EARLIER_SECRET, group, textOf(operation))
    context.draft.put(SECRET, [group, textOf(operation)], secret)
    settleEpoch(context, group)
    openSideEpoch(context, group, operation, secret)
  }
  return true
}

/**
 * The epoch of one rekeying operation alone: whoever knew of no concurrent one was in it for a while, and may have
 * sealed there. It is read like one that has ended.
 */
function openSideEpoch(context: Context, group: string, operation: OperationId, secret: Uint8Array): void {
  if (context.draft.get(GROUP, group)?.state !== 'member') return
  const own = epochSecret(context.suite.primitives, bytesOf<GroupId>(group), [{ operation, secret }])
  const epoch = textOf(deriveEpochKeys(context.suite.primitives, own).epochId)
  if (context.draft.get(EPOCH, group, epoch) !== undefined) return
  context.draft.put(EPOCH, [group, epoch], { operations: [operation], secret: own, beganMs: context.nowMs, endedMs: context.nowMs })
  openEpoch(context, group, epoch, own)
  readEpochs(context, group)
}

/** Asks for the secrets that are missing: the operation's author first, then anybody. */
export function askForSecrets(context: Context): void {
  for (const { key } of context.draft.scan(GROUP)) {
    const group = key[0] ?? ''
    const row = context.draft.get(GROUP, group)
    if (row?.state !== 'member') continue
    const roster = rosterOf(context, group)
    const devices = otherDevices(context, group)
    const missing = context.draft.get(SECRET_MISSING, group)
    if (missing !== undefined && missing.untilMs <= context.nowMs) {
      // Nobody has it, or nobody who has it answers: a group must not stand still for one member's silence.
      context.draft.delete(SECRET_MISSING, group)
      // Its author may not know us, for want of what it has not seen.
      for (const id of roster.rekeyings) {
        const writer = context.draft.get(SECRET, group, textOf(id)) === undefined ? operationOf(logOf(context, group), id)?.unsigned.device : undefined
        if (writer !== undefined) sendWhatItLacked(context, group, writer, id)
      }
      authorRekeying(context, group, (commitment) => ({ kind: 'rekey', commitment }))
      continue
    }
    if (missing !== undefined) setTimer(context, 'secrets', missing.untilMs, 'earliest')
    for (const id of roster.rekeyings) {
      if (context.draft.get(SECRET, group, textOf(id)) !== undefined) continue
      // It may be missing since before this start.
      noteMissing(context, group)
      const writer = operationOf(logOf(context, group), id)?.unsigned.device
      const choice = drawOneOf(context.suite.random, devices)
      const asked = devices.filter((each) => (writer !== undefined && equalBytes(each, writer)) || each === choice)
      for (const device of asked) queueLetter(context, device, { kind: 'secretRequest', group: bytesOf<GroupId>(group), operation: id })
      setTimer(context, 'secrets', context.nowMs + LIMITS.keyRequestBackoffMs, 'earliest')
    }
  }
}

/** Ends what belongs to a group's epochs: topics, mailboxes, keys. For whoever is out. */
export function closeEpochs(context: Context, group: string): void {
  leaveTopics(context, group, null)
  for (const { key } of context.draft.scan(EPOCH, group)) closeEpoch(context, group, key[1] ?? '')
  for (const { key } of context.draft.scan(SECRET, group)) context.draft.delete(SECRET, ...key)
  for (const { key } of context.draft.scan(EARLIER_SECRET, group)) context.draft.delete(EARLIER_SECRET, ...key)
}

/** Reads an epoch's mailboxes no longer and forgets its secret. */
export function closeEpoch(context: Context, group: string, epoch: string): void {
  for (const mailbox of mailboxesOfEpoch(context, group, epoch)) closeMailbox(context, mailbox)
  context.draft.delete(EPOCH_KEYS, group, epoch)
  context.draft.delete(EPOCH, group, epoch)
}

/**
 * Epochs whose mailbox's retention is over are closed; one that has lasted long is ended by an admin's device, so that
 * none lasts for ever (PROTOCOL §6). Returns those that were closed: what belonged to them is to be forgotten.
 */
export function expireEpochs(context: Context): readonly { readonly group: string; readonly epoch: string }[] {
  const closed: { readonly group: string; readonly epoch: string }[] = []
  for (const { key, value } of context.draft.scan(EPOCH)) {
    const [group = '', epoch = ''] = key
    if (value.endedMs !== null && value.endedMs + LIMITS.retentionMs < context.nowMs) {
      closeEpoch(context, group, epoch)
      closed.push({ group, epoch })
    } else if (value.endedMs === null && value.beganMs + LIMITS.epochMs < context.nowMs && currentEpoch(context, group) === epoch) {
      if (rosterOf(context, group).isAdmin(selfOf(context).account)) authorRekeying(context, group, (commitment) => ({ kind: 'rekey', commitment }))
    }
  }
  return closed
}

function mailboxesOfEpoch(context: Context, group: string, epoch: string): readonly string[] {
  return context.draft
    .scan(MAILBOX)
    .filter(({ value }) => value.purpose.kind === 'group' && value.purpose.group === group && value.purpose.epoch === epoch)
    .map(({ key }) => key[0] ?? '')
}
