/** The keys of open epochs, their mailboxes at the group's relays, and the topic of the current epoch (PROTOCOL §6). */
import { deriveEpochKeys, type EpochKeys } from '@sotto/crypto'
import { type MailboxCredentials, mailboxIdOf } from '@sotto/mailbox'
import { LIMITS, type OperationId } from '@sotto/wire'
import { currentEpoch } from '../groups/group-row.ts'
import { placesOf } from '../links/group-relays.ts'
import { closeMailbox, readMailbox } from '../links/mailboxes.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { EPOCH, EPOCH_KEYS, GROUP } from '../state/tables/groups.ts'
import { MAILBOX, TOPIC } from '../state/tables/links.ts'

/** The credentials of an epoch's mailbox at a relay, and its id as text. */
export interface EpochMailbox extends MailboxCredentials {
  readonly id: string
}

/** Cached with the epoch's keys: every message asks for them, and each would derive two key pairs. */
const mailboxesOf = new WeakMap<EpochKeys, Map<string, EpochMailbox>>()

/** The credentials of an epoch's mailbox at a relay. */
export function epochMailbox(context: Context, epoch: EpochKeys, relay: string): EpochMailbox {
  const known = mailboxesOf.get(epoch) ?? new Map<string, EpochMailbox>()
  mailboxesOf.set(epoch, known)
  const before = known.get(relay)
  if (before !== undefined) return before
  const { primitives } = context.provider
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

/** Opens every stored epoch: derives its keys again, reads the newest mailboxes, and joins the current topic. */
export function reopenEpochs(context: Context, group: string): void {
  const row = context.transaction.get(GROUP, group)
  if (row === undefined || row.state !== 'member') return
  for (const { key, value } of context.transaction.scan(EPOCH, group)) openEpoch(context, group, key[1] ?? '', value.secret)
  readEpochs(context, group)
  const current = currentEpoch(context, group)
  if (current !== undefined) joinTopic(context, group, current)
}

export function openEpoch(context: Context, group: string, epoch: string, secret: Uint8Array): void {
  context.transaction.put(EPOCH_KEYS, [group, epoch], deriveEpochKeys(context.provider.primitives, secret))
}

/**
 * The epochs whose mailboxes are read: the current one and those that ended last. Any member can end as many as it likes,
 * and a relay limits how many mailboxes are open.
 */
export function epochsRead(context: Context, group: string): readonly { readonly epoch: string; readonly operations: readonly OperationId[] }[] {
  const epochs = context.transaction
    .scan(EPOCH, group)
    .map(({ key, value }) => ({ epoch: key[1] ?? '', endedMs: value.endedMs ?? Infinity, beganMs: value.beganMs, operations: value.operations }))
  return epochs.toSorted((a, b) => (a.endedMs === b.endedMs ? b.beganMs - a.beganMs : b.endedMs - a.endedMs)).slice(0, LIMITS.endedEpochsRead + 1)
}

/** Reads the mailboxes of these epochs at all relays where they may be, and stops reading all others. */
export function readEpochs(context: Context, group: string): void {
  const read = epochsRead(context, group)
  const names = new Set(read.map(({ epoch }) => epoch))
  for (const { key, value } of context.transaction.scan(MAILBOX)) {
    if (value.purpose.kind === 'group' && value.purpose.group === group && !names.has(value.purpose.epoch)) closeMailbox(context, key[0] ?? '')
  }
  for (const { epoch } of read) {
    const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
    if (keys === undefined) continue
    for (const relay of placesOf(context, group)) readMailbox(context, relay, epochMailbox(context, keys, relay), { kind: 'group', group, epoch })
  }
}

export function joinTopic(context: Context, group: string, epoch: string): void {
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  if (keys === undefined) return
  const topic = textOf(keys.topic)
  if (context.transaction.get(TOPIC, topic) !== undefined) return
  context.transaction.put(TOPIC, [topic], { group, epoch })
  context.effects.push({ kind: 'joinTopic', topic })
}

export function leaveTopics(context: Context, group: string, except: string | null): void {
  for (const { key, value } of context.transaction.scan(TOPIC)) {
    if (value.group !== group || value.epoch === except) continue
    context.transaction.delete(TOPIC, ...key)
    context.effects.push({ kind: 'leaveTopic', topic: key[0] ?? '' })
  }
}

export function mailboxesOfEpoch(context: Context, group: string, epoch: string): readonly string[] {
  return context.transaction
    .scan(MAILBOX)
    .filter(({ value }) => value.purpose.kind === 'group' && value.purpose.group === group && value.purpose.epoch === epoch)
    .map(({ key }) => key[0] ?? '')
}

/** An epoch whose keys we have. */
export interface OpenEpoch {
  readonly group: string
  readonly id: string
  readonly epoch: EpochKeys
}

function openEpochOf(context: Context, group: string, id: string): readonly OpenEpoch[] {
  const epoch = context.transaction.get(EPOCH_KEYS, group, id)
  return epoch === undefined ? [] : [{ group, id, epoch }]
}

export function currentEpochs(context: Context): readonly OpenEpoch[] {
  return context.transaction.scan(GROUP).flatMap(({ key, value }) => {
    const [group = ''] = key
    const id = value.state === 'member' ? currentEpoch(context, group) : undefined
    return id === undefined ? [] : openEpochOf(context, group, id)
  })
}

/** Ended epochs of a group whose messages may still be under way: a limited number, newest first. */
export function endedEpochs(context: Context, group: string): readonly OpenEpoch[] {
  return context.transaction
    .scan(EPOCH, group)
    .filter(({ value }) => value.endedMs !== null)
    .toSorted((a, b) => (b.value.endedMs ?? 0) - (a.value.endedMs ?? 0))
    .slice(0, LIMITS.endedEpochsRead)
    .flatMap(({ key }) => openEpochOf(context, group, key[1] ?? ''))
}

/** When this device moved to an epoch, by its own clock; null: it is not known here. */
export const epochBeganMs = ({ transaction }: Pick<Context, 'transaction'>, group: string, epoch: string): number | null =>
  transaction.get(EPOCH, group, epoch)?.beganMs ?? null
