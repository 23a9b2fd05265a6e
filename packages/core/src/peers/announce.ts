/** Where devices are, in their own words: signals that are pushed and not stored (PROTOCOL §7, §13.11). */
import { drawBelow } from '@sotto/crypto/primitives'
import { type DeviceId, equalBytes, LIMITS, type Signal } from '@sotto/wire'
import { currentEpochs } from '../epochs/epoch-keys.ts'
import { isSaidByDevice, saySignal } from '../epochs/signals.ts'
import { compareLogs, compareUpToEnd } from '../groups/compare-logs.ts'
import { rosterOf } from '../groups/group-log.ts'
import { currentEpoch } from '../groups/group-row.ts'
import { askAsNewMember } from '../groups/new-member.ts'
import { epochsToSayIn } from '../messages/signals/say.ts'
import { isPresent, linkableFor } from '../sessions/linkable-relays.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { ANNOUNCED, OWN_PEER, PEER, RELAY_LINK, WHEREABOUTS } from '../state/tables/links.ts'
import { SELF } from '../state/tables/self.ts'
import { CONTACT } from '../state/tables/sessions.ts'
import { setTimer } from '../state/timers.ts'
import { reviewDirect } from './direct-allowed.ts'

/** Announces this device to the members of every group but conversations with a blocked person alone: sealed, pushed and not stored (PROTOCOL §7). */
export function announce(context: Context): void {
  const self = context.transaction.get(SELF, 'self')
  const own = context.transaction.get(OWN_PEER, 'self')
  if (self === undefined || own === undefined) return
  const addresses = context.transaction
    .scan(RELAY_LINK)
    .flatMap(({ value }) => value.ownAddresses)
    .slice(0, LIMITS.addresses)
  if (addresses.length === 0) return
  const lastMs = context.transaction.get(ANNOUNCED, 'self') ?? 0
  // Also where the clock was put back meanwhile.
  const atMs = Math.max(context.nowMs, lastMs + 1)
  for (const epoch of epochsToSayIn(context)) saySignal(context, epoch, { kind: 'announcement', peer: own, addresses }, atMs, false)
  context.transaction.put(ANNOUNCED, ['self'], atMs)
  setTimer(context, 'announce', context.nowMs + LIMITS.announceMs)
}

/** Epochs that are remembered of one device. A guess: those of the groups that two people share. */
const EPOCHS_ANNOUNCED = 64

/** A device's announcement, as far as it is true. */
type Announcement = Signal & { readonly said: { readonly body: Extract<Signal['said']['body'], { readonly kind: 'announcement' }> } }

/**
 * A member's device is believed where it says itself that it is, in the current epoch. In an ended one its word shows that it missed
 * the rekey, and nothing else: what was said there may be a removed member's.
 */
export function hearAnnouncement(context: Context, group: string, epochId: string, announcement: Announcement): void {
  const { device } = announcement.said
  const self = context.transaction.get(SELF, 'self')
  if (self === undefined || equalBytes(device, self.device)) return
  const isCurrent = currentEpoch(context, group) === epochId
  const isIn = rosterOf(context, group).deviceOf(device) !== undefined
  if (isCurrent && !isIn) return
  if (!isSaidByDevice(context, announcement)) return
  if (isCurrent) noteWhereabouts(context, group, epochId, announcement.said)
  else tellWhoIsBehind(context, group, epochId, device)
}

function noteWhereabouts(context: Context, group: string, epochId: string, { device: id, atMs, body: { peer, addresses } }: Announcement['said']): void {
  const device = textOf(id)
  const before = context.transaction.get(WHEREABOUTS, device)
  if (before !== undefined && atMs <= before.atMs && !(isAgain(before, peer, atMs) || isSilent(context, before))) return
  const isNew = before?.peer !== peer
  const known = isNew ? [] : before.epochs
  context.transaction.put(WHEREABOUTS, [device], {
    peer,
    addresses,
    atMs,
    heardMs: context.nowMs,
    epochs: known.includes(epochId) ? known : [epochId, ...known].slice(0, EPOCHS_ANNOUNCED),
  })
  if (isNew) reviewDirect(context)
  askAsNewMember(context, group, id)
  if (known.includes(epochId)) return
  // It has just come and does not know where we are. Many may come into an epoch at once, so they are not answered one by one.
  const lastMs = context.transaction.get(ANNOUNCED, 'self') ?? 0
  setTimer(context, 'announce', isNew ? context.nowMs : Math.max(context.nowMs, lastMs + LIMITS.announceAgainMs), 'earliest')
  if (isNew) approach(context, device)
}

/** The same announcement in another group: a device announces itself in all of its groups at once. */
const isAgain = (before: { readonly peer: string; readonly atMs: number }, peer: string, atMs: number): boolean => before.peer === peer && before.atMs === atMs

/** A device whose clock was put back is believed again once it should have been heard. */
const isSilent = ({ nowMs }: Context, { heardMs }: { readonly heardMs: number }): boolean => heardMs + 3 * LIMITS.announceMs < nowMs

/** Forgets where devices were that share no group with us any more. */
export function forgetWhereabouts(context: Context): void {
  for (const { key } of context.transaction.scan(WHEREABOUTS)) if (!isPresent(context, key[0] ?? '')) context.transaction.delete(WHEREABOUTS, ...key)
  reviewDirect(context)
}

/** How long after an epoch's end a member may still be moving to the next one. A guess. */
const BEHIND_MS = 30_000

/** How many members, on average, compare logs with a device that is behind. */
const TELL_BEHIND = 3

/** A device that still announces itself in an ended epoch missed the rekey, although the mailbox and letters brought it: a member's, or one that it took out. */
function tellWhoIsBehind(context: Context, group: string, epochId: string, device: DeviceId): void {
  const endedMs = context.transaction.get(EPOCH, group, epochId)?.endedMs ?? null
  if (endedMs === null || endedMs + BEHIND_MS > context.nowMs) return
  const roster = rosterOf(context, group)
  if (drawBelow(context.provider.random, roster.members.length) >= TELL_BEHIND) return
  if (roster.deviceOf(device) !== undefined) compareLogs(context, group, device)
  else compareUpToEnd(context, group, device)
}

/** Dials a device whose addresses are known, if this side is the one that dials: of two devices only one does. */
export function approach(context: Context, device: string): void {
  const self = context.transaction.get(SELF, 'self')
  const where = context.transaction.get(WHEREABOUTS, device)
  if (self === undefined || where === undefined || context.transaction.get(PEER, where.peer) !== undefined) return
  if (textOf(self.device) > device) return
  if (context.transaction.scan(PEER).length >= LIMITS.directPeersPerGroup * Math.max(1, currentEpochs(context).length)) return
  const contact = context.transaction.get(CONTACT, device)
  if (contact === undefined || !isPresent(context, device)) return
  const addresses = where.addresses.filter((address) => linkableFor(context, contact, [relayIn(address)]).length > 0)
  if (addresses.length > 0) context.effects.push({ kind: 'dialPeer', peer: where.peer, addresses })
}

/** The relay of a circuit's address. */
const relayIn = (address: string): string => address.split('/p2p-circuit')[0] ?? ''
