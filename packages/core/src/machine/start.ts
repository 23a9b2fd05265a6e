/** The start of the engine: derives what is not stored, continues what was under way, and trusts no earlier counter (PROTOCOL §9). */
import { withAllOut } from '@sotto/crypto'
import { ciphersOf } from '../cipher/group-cipher.ts'
import { indexUndecryptable } from '../cipher/undecryptable.ts'
import { reopenEpochs } from '../epochs/epoch-keys.ts'
import { startFiles } from '../files/start-files.ts'
import { logOf, rosterOf } from '../groups/group-log.ts'
import { indexForks } from '../groups/device-lists.ts'
import { indexRelaysOfGroups } from '../groups/group-row.ts'
import { indexNames } from '../groups/names.ts'
import { preKeyStoreOf, putPreKeyStore } from '../identity/pre-key-rows.ts'
import { addressRelays, placesOf } from '../links/group-relays.ts'
import { indexGranted, readOwnInbox, sendCapabilityFor } from '../links/inbox.ts'
import { linkRelay } from '../links/relay-links.ts'
import { allWanted } from '../links/wanted-relays.ts'
import { readContactRendezvous } from '../members/contact-link.ts'
import { indexJoins } from '../members/join-row.ts'
import { readRendezvous } from '../members/rendezvous.ts'
import { takeUpChanges } from '../messages/carry-out-changes.ts'
import { indexContents } from '../messages/contents/contents.ts'
import { indexPlaces } from '../messages/conversation-order.ts'
import { awaitMembersOnly, indexAllSent } from '../messages/delivery.ts'
import { indexLives } from '../messages/lives.ts'
import { startSearch } from '../messages/search/index-more.ts'
import { takeUpLives } from '../messages/vanish.ts'
import { meetDevices } from '../sessions/contacts.ts'
import { address } from '../sessions/control-messages/address.ts'
import { awaitLetters, queueControlMessage } from '../sessions/control-queue.ts'
import type { Context } from '../state/context.ts'
import { GROUP } from '../state/tables/groups.ts'
import { RELAY } from '../state/tables/links.ts'
import { COUNTER, PUBLISHED, RUNNING, SELF } from '../state/tables/self.ts'
import { CONTACT } from '../state/tables/sessions.ts'
import { setTimer } from '../state/timers.ts'
import { believeClock } from './clock-put-right.ts'

/** Derives what is not stored, and continues what was under way. */
export function start(context: Context): void {
  if (context.transaction.get(SELF, 'self') === undefined) return
  const isUnclean = context.transaction.get(RUNNING, 'self') !== undefined
  if (isUnclean) afterUncleanStop(context)
  believeClock(context)
  beginLife(context, isUnclean)
  context.transaction.put(RUNNING, ['self'], { since: context.nowMs })
  indexUndecryptable(context)
  indexPlaces(context)
  indexContents(context)
  indexLives(context)
  takeUpLives(context)
  takeUpChanges(context)
  startFiles(context, isUnclean)
  indexNames(context)
  indexForks(context)
  indexAllSent(context)
  indexGranted(context)
  awaitLetters(context)
  startSearch(context)
  indexRelaysOfGroups(context)
  indexJoins(context)
  for (const { value } of context.transaction.scan(RELAY)) linkRelay(context, value.address)
  readOwnInbox(context)
  readContactRendezvous(context)
  for (const { key, value } of context.transaction.scan(GROUP)) {
    const group = key[0] ?? ''
    logOf(context, group)
    if (value.state !== 'member') continue
    meetDevices(context, group, rosterOf(context, group))
    for (const relay of placesOf(context, group)) linkRelay(context, relay)
    reopenEpochs(context, group)
    awaitMembersOnly(context, group)
    readRendezvous(context, group)
  }
  for (const { relays } of allWanted(context, 'join')) for (const relay of relays) linkRelay(context, relay)
  for (const timer of [
    'preKeys',
    'receipts',
    'keyRequests',
    'secrets',
    'admissions',
    'expiry',
    'outbox',
    'joins',
    'reconcile',
    'isolated',
    'names',
    'acknowledge',
    'earlier',
  ] as const)
    setTimer(context, timer, context.nowMs)
}

/**
 * Nothing that is sealed from this start on may repeat what another copy of this profile sealed. A folder can be copied, or
 * restored from a backup, and nothing on the disk shows it (PROTOCOL §9). So every start has sender keys and sessions of its
 * own; they are made when there is something to say.
 */
function beginLife(context: Context, isUnclean: boolean): void {
  for (const cipher of ciphersOf(context)) cipher.started(context, { isUnclean })
  for (const { key, value } of context.transaction.scan(CONTACT)) if (value.sessions !== null) context.transaction.put(CONTACT, key, { ...value, renew: true })
}

/** How far local numbers jump after an unclean stop: past all that a lost write may have used. */
const JUMP = 64

/**
 * The last writes may be lost, so no earlier counter is trusted (PROTOCOL §9). Sender keys get new key ids, with some left
 * out, and every session is replaced before it seals again.
 */
function afterUncleanStop(context: Context): void {
  const { next } = context.transaction.get(COUNTER, 'self') ?? { next: 1 }
  context.transaction.put(COUNTER, ['self'], { next: next + JUMP * 1024 })
  const store = preKeyStoreOf(context.transaction)
  if (store !== undefined) putPreKeyStore(context.transaction, withAllOut({ ...store, nextId: store.nextId + JUMP * 1024 }))
  // A relay's copy of our prekeys may be older or newer than we know, so everything is published again.
  for (const { key } of context.transaction.scan(PUBLISHED)) context.transaction.delete(PUBLISHED, ...key)
  for (const { key, value } of context.transaction.scan(CONTACT)) {
    if (value.sessions === null) continue
    context.transaction.put(CONTACT, key, { ...value, sendCapabilityGiven: true })
    // Sent to all contacts at once: what they write in the old session may no longer open here.
    const capability = sendCapabilityFor(context, addressRelays(context), key[0] ?? '')
    if (capability !== undefined) queueControlMessage(context, value.certificate.body.device, address, { address: capability })
  }
}
