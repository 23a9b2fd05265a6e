/**
 * A group moves to other relays, and this device with it (PROTOCOL §5, relays): because an admin named them, or because a
 * relay has long been down.
 */
import type { Roster } from '@sotto/membership'
import { LIMITS } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import { epochMailbox, readEpochs } from '../epochs/epoch-keys.ts'
import { repostOwnOperations } from '../epochs/post-operations.ts'
import { compareLogs } from '../groups/compare-logs.ts'
import { rosterOf } from '../groups/group-log.ts'
import { noteRelays } from '../groups/group-row.ts'
import { otherDevices, someOf } from '../groups/recipients.ts'
import { selfOf } from '../identity/profile.ts'
import { awaitDown, isDown, placesOf } from '../links/group-relays.ts'
import { reviewGone } from '../links/gone-relays.ts'
import { readOwnInbox } from '../links/inbox.ts'
import { mayDial } from '../links/may-dial.ts'
import { closeMailbox } from '../links/mailboxes.ts'
import { leave, withdraw } from '../links/outbox.ts'
import { isWanted, linkRelay, relayName, unlinkRelay } from '../links/relay-links.ts'
import { readRendezvous } from '../members/rendezvous.ts'
import { reviewWaits } from '../messages/delivery.ts'
import { envelopeHistory, envelopeId } from '../messages/kept-envelopes.ts'
import { reviewLetters } from '../sessions/letters-due.ts'
import { dropCopies, redirectLetters, sayAddressAgain } from '../sessions/letters-round.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { EPOCH, EPOCH_KEYS, FIRST_RELAYS, type Group, GROUP } from '../state/tables/groups.ts'
import { OUTBOX, type OutboxEntry, RELAY_LINK, RELAY_PLACE, type RelayPlace } from '../state/tables/links.ts'
import { SENT } from '../state/tables/messages.ts'
import { READ } from '../state/tables/self.ts'

/** The group's relays: those that an admin named last, or those that this device came with. */
function relaysThatHold(context: Context, group: string, row: Group, roster: Roster): readonly string[] {
  return roster.relays ?? context.transaction.get(FIRST_RELAYS, group) ?? row.relays
}

/** Follows the log's relays. The earlier ones are still read for a while, and keep the operations that wait for them. */
export function followRelays(context: Context, group: string): void {
  const row = context.transaction.get(GROUP, group)
  if (row?.state !== 'member') return
  const roster = rosterOf(context, group)
  const before = row.relays
  // Of what an admin names, a device uses what it may dial. A person that is in that range adds one of these relays by hand.
  const usable = relaysThatHold(context, group, row, roster).filter((relay) => before.includes(relay) || mayDial(context, relay))
  const now = usable.length > 0 ? usable : before
  if (now.length === before.length && now.every((relay, i) => relay === before[i])) return
  if (context.transaction.get(FIRST_RELAYS, group) === undefined) context.transaction.put(FIRST_RELAYS, [group], before)
  noteRelays(context, group, now)
  for (const { key, value } of context.transaction.scan(RELAY_PLACE, group)) if (now.includes(value.address)) context.transaction.delete(RELAY_PLACE, ...key)
  putPlaces(
    context,
    group,
    before.filter((relay) => !now.includes(relay)),
    'former',
  )
  const added = now.filter((relay) => !before.includes(relay))
  for (const relay of added) linkRelay(context, relay)
  lookEverywhere(context, group)
  sayAddressAgain(context, otherDevices(context, group).map(textOf))
  if (added.length > 0) repostOwnOperations(context, group, roster.rekeyings, added)
  leaveWaiting(context, group, now, added)
  reviewWaits(context)
  if (added.length === 0) return
  if (before.every((relay) => !now.includes(relay))) readUndelivered(context, group)
}

/** Remembers places to look at. If there are too many, those named longest ago are dropped. */
function putPlaces(context: Context, group: string, relays: readonly string[], why: RelayPlace['why']): void {
  for (const address of relays) context.transaction.put(RELAY_PLACE, [group, relayName(context, address)], { address, why, sinceMs: context.nowMs })
  const oldestFirst = context.transaction.scan(RELAY_PLACE, group).toSorted((a, b) => a.value.sinceMs - b.value.sinceMs)
  for (const { key, value } of oldestFirst.slice(0, Math.max(0, oldestFirst.length - LIMITS.placesOfGroup))) leavePlace(context, group, key, value.address)
}

/** Reads all mailboxes that may hold something of the group or for us, and the rendezvous of its invites there. */
function lookEverywhere(context: Context, group: string): void {
  readEpochs(context, group)
  readRendezvous(context, group)
  readOwnInbox(context)
}

/** Own messages that no relay has yet are left at the new relays, and no longer wait for relays that the group left. */
function leaveWaiting(context: Context, group: string, now: readonly string[], added: readonly string[]): void {
  const left = new Set<string>()
  for (const { key, value } of context.transaction.scan(OUTBOX)) {
    if (value.about.kind !== 'envelope' || textOf(value.about.group) !== group) continue
    const { epoch, keyId, iteration } = value.about
    const place = `${textOf(epoch)}/${keyId}/${iteration}`
    if (!left.has(place)) for (const relay of added) leaveEnvelope(context, group, textOf(epoch), relay, value.about, value.body)
    left.add(place)
    if (!now.includes(value.relay)) withdraw(context, key[0] ?? '')
  }
}

type About = Extract<OutboxEntry['about'], { readonly kind: 'envelope' }>

function leaveEnvelope(context: Context, group: string, epoch: string, relay: string, about: About, body: Uint8Array): void {
  const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
  if (keys === undefined) return
  const box = epochMailbox(context, keys, relay)
  if (box.appendSeed !== null) leave(context, { relay, keys: box.keys, appendSeed: box.appendSeed, grant: null, body, about })
}

/** How many messages are left again that only the earlier relays may have had. Others come by key requests. A guess. */
const LEFT_AGAIN = 256

/** Reads own messages that left and that not every recipient has opened yet: they went to relays that may be gone. */
function readUndelivered(context: Context, group: string): void {
  const device = textOf(selfOf(context).device)
  const ids = context.transaction.scan(SENT, group).flatMap(({ key, value }) => {
    const [, epoch = '', keyId = '', iteration = ''] = key
    return value.state === 'sent' || value.state === 'stored' ? [envelopeId(epoch, device, Number(keyId), Number.parseInt(iteration, 36))] : []
  })
  if (ids.length === 0) return
  const read = String(nextNumber(context))
  context.transaction.put(READ, [read], { kind: 'leaveAgain', group })
  context.effects.push({ kind: 'readHistory', read, query: { kind: 'byId', history: envelopeHistory(group), ids: ids.slice(-LEFT_AGAIN) } })
}

/** Leaves the messages that were read at every relay of the group. A relay that has one already recognises it. */
export function leaveAgain(context: Context, group: string, records: readonly HistoryRecord[]): void {
  const row = context.transaction.get(GROUP, group)
  if (row?.state !== 'member') return
  for (const { id, value } of records) {
    const [epoch = '', , keyId = '', iteration = ''] = id.split('/')
    const sent = context.transaction.get(SENT, group, epoch, keyId, sortable(Number(iteration)))
    const stored = context.transaction.get(EPOCH, group, epoch)
    if (sent === undefined || stored === undefined) continue
    const about: About = {
      kind: 'envelope',
      group: rosterOf(context, group).group,
      epoch: bytesOf(epoch),
      keyId: Number(keyId),
      iteration: Number(iteration),
    }
    for (const relay of row.relays) leaveEnvelope(context, group, epoch, relay, about, value)
  }
}

/** How many members are asked at once whether the group has moved on, after an invite or the person named a place. */
const ASKED = 3

/**
 * Looks for a group at relays that an invite or the person named. The naming is not trusted: everything that is found there
 * is checked as usual.
 */
export function lookAt(context: Context, group: string, relays: readonly string[], why: 'invite' | 'chosen'): void {
  putPlaces(context, group, relays, why)
  for (const relay of relays) linkRelay(context, relay)
  lookEverywhere(context, group)
  sayAddressAgain(context, otherDevices(context, group).map(textOf))
  // A member that is there has the log, and answers at the address that we have just sent.
  for (const device of someOf(context, otherDevices(context, group), ASKED)) compareLogs(context, group, device)
}

/** A relay is away: what waits for it takes another way, and groups whose relays have all long been down are looked for elsewhere. */
export function goRound(context: Context): void {
  for (const { key, value } of context.transaction.scan(RELAY_LINK)) {
    if (value.state === 'connecting' && isDown(context, value.address)) context.transaction.put(RELAY_LINK, key, { ...value, state: 'unreachable' })
  }
  for (const { key, value } of context.transaction.scan(GROUP)) {
    if (value.state === 'member' && value.relays.every((relay) => isDown(context, relay))) readEpochs(context, key[0] ?? '')
  }
  readOwnInbox(context)
  redirectLetters(context)
  dropCopies(context)
  // Messages that others have do not wait for it.
  reviewWaits(context)
  // Prekeys are asked for elsewhere.
  reviewLetters(context)
  awaitDown(context)
  reviewGone(context)
}

/** From time to time: stops looking at places where a group was, or was looked for, long ago. */
export function expirePlaces(context: Context): void {
  for (const { key, value } of context.transaction.scan(RELAY_PLACE)) {
    if (value.sinceMs + LIMITS.retentionMs < context.nowMs) leavePlace(context, key[0] ?? '', key, value.address)
  }
}

function leavePlace(context: Context, group: string, key: readonly string[], address: string): void {
  context.transaction.delete(RELAY_PLACE, ...key)
  if (placesOf(context, group).includes(address)) return
  for (const {
    key: [, epoch = ''],
  } of context.transaction.scan(EPOCH, group)) {
    const keys = context.transaction.get(EPOCH_KEYS, group, epoch)
    if (keys !== undefined) closeMailbox(context, epochMailbox(context, keys, address).id)
  }
  for (const {
    key: [token = ''],
    value,
  } of context.transaction.scan(OUTBOX)) {
    const isOurs = (value.about.kind === 'operation' || value.about.kind === 'envelope') && textOf(value.about.group) === group
    if (isOurs && value.relay === address) withdraw(context, token)
  }
  if (!isWanted(context, address)) unlinkRelay(context, address)
}
