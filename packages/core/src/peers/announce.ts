/**
 * Where devices are. Announcements are sealed, pushed through the group's mailbox and not stored. An announcement is a hint
 * and proves nothing (PROTOCOL §7, §13.11).
 */
import { openSignal, sealSignal } from '@sotto/crypto'
import { drawBelow } from '@sotto/crypto/primitives'
import { type Announcement, announcement, decode, type DeviceId, encode, equalBytes, LIMITS } from '@sotto/wire'
import { currentEpochs, epochMailbox } from '../epochs/epoch-keys.ts'
import { compareLogs } from '../groups/compare-logs.ts'
import { logOf, rosterOf } from '../groups/group-log.ts'
import { askAsNewMember } from '../groups/new-member.ts'
import { ownersInLog } from '../groups/owners-in-log.ts'
import { signal } from '../links/relay-client.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { EPOCH, EPOCH_KEYS, GROUP } from '../state/tables/groups.ts'
import { ANNOUNCED, OWN_PEER, PEER, RELAY_LINK, WHEREABOUTS } from '../state/tables/links.ts'
import { SELF } from '../state/tables/self.ts'
import { setTimer } from '../state/timers.ts'

/** Announces this device to the members of every group: sealed, pushed and not stored (PROTOCOL §7). */
export function announce(context: Context): void {
  const self = context.transaction.get(SELF, 'self')
  const own = context.transaction.get(OWN_PEER, 'self')
  if (self === undefined || own === undefined) return
  const addresses = context.transaction
    .scan(RELAY_LINK)
    .flatMap(({ value }) => value.ownAddresses)
    .slice(0, LIMITS.addresses)
  if (addresses.length === 0) return
  const where: Announcement = { device: self.device, peer: own, addresses, atMs: context.nowMs }
  for (const { group, epoch } of currentEpochs(context)) {
    const body = sealSignal(context.provider, epoch.signalsKey, encode(announcement, where))
    for (const relay of context.transaction.get(GROUP, group)?.relays ?? []) signal(context, relay, epochMailbox(context, epoch, relay), body)
  }
  context.transaction.put(ANNOUNCED, ['self'], context.nowMs)
  setTimer(context, 'announce', context.nowMs + LIMITS.announceMs)
}

/** Epochs that are remembered of one device. A guess: those of the groups that two people share. */
const EPOCHS_ANNOUNCED = 64

/** A sealed signal came through a group's mailbox. */
export function receiveSignal(context: Context, group: string, epochId: string, body: Uint8Array): void {
  const keys = context.transaction.get(EPOCH_KEYS, group, epochId)
  const self = context.transaction.get(SELF, 'self')
  if (keys === undefined || self === undefined) return
  const opened = openSignal(context.provider.primitives, keys.signalsKey, body)
  const where = opened === undefined ? undefined : decode(announcement, opened)
  if (where === undefined || equalBytes(where.device, self.device)) return
  const device = textOf(where.device)
  // A member can announce any device anywhere, and with new device ids again and again.
  if (!ownersInLog(logOf(context, group)).has(device)) return
  const before = context.transaction.get(WHEREABOUTS, device)
  const { peer, addresses, atMs } = where
  const isNew = before?.peer !== peer
  const known = isNew ? [] : before.epochs
  context.transaction.put(WHEREABOUTS, [device], {
    peer,
    addresses,
    atMs,
    heardMs: context.nowMs,
    epochs: known.includes(epochId) ? known : [epochId, ...known].slice(0, EPOCHS_ANNOUNCED),
  })
  tellWhoIsBehind(context, group, epochId, bytesOf<DeviceId>(device))
  askAsNewMember(context, group, bytesOf<DeviceId>(device))
  if (known.includes(epochId)) return
  // It has just come and does not know where we are. Many may come into an epoch at once, so they are not answered one by one.
  const lastMs = context.transaction.get(ANNOUNCED, 'self') ?? 0
  setTimer(context, 'announce', isNew ? context.nowMs : Math.max(context.nowMs, lastMs + LIMITS.announceAgainMs), 'earliest')
  if (isNew) approach(context, device)
}

/** How long after an epoch's end a member may still be moving to the next one. A guess. */
const BEHIND_MS = 30_000

/** How many members, on average, compare logs with a device that is behind. */
const TELL_BEHIND = 3

/** A member that still announces itself in an ended epoch missed the rekey, although the mailbox and letters brought it. */
function tellWhoIsBehind(context: Context, group: string, epochId: string, device: DeviceId): void {
  const endedMs = context.transaction.get(EPOCH, group, epochId)?.endedMs ?? null
  if (endedMs === null || endedMs + BEHIND_MS > context.nowMs) return
  const roster = rosterOf(context, group)
  if (roster.deviceOf(device) === undefined) return
  if (drawBelow(context.provider.random, roster.members.length) < TELL_BEHIND) compareLogs(context, group, device)
}

/** Dials a device whose addresses are known, if this side is the one that dials: of two devices only one does. */
export function approach(context: Context, device: string): void {
  const self = context.transaction.get(SELF, 'self')
  const where = context.transaction.get(WHEREABOUTS, device)
  if (self === undefined || where === undefined || context.transaction.get(PEER, where.peer) !== undefined) return
  if (textOf(self.device) > device) return
  if (context.transaction.scan(PEER).length >= LIMITS.directPeersPerGroup * Math.max(1, currentEpochs(context).length)) return
  context.effects.push({ kind: 'dialPeer', peer: where.peer, addresses: where.addresses })
}
