/**
 * What must hold once the world has healed. I1, I2 and I9 hold at every step and are checked during the play.
 *
 * I1  no iteration of a sender key is used for two envelopes that left
 * I2  no step throws
 * I3  members agree on roster and epoch, unless an adversary that is an admin keeps them apart (`agreement.ts`)
 * I4  a message or reaction that showed as sent is with every recipient that is still a member, and with no other peer.
 *     Of an author that was removed or departed, also if it is back: as far as one member had it in time; otherwise it is shown as
 *     unreachable. For as long as a mailbox keeps it, or its author the epoch
 * I5  members show the messages that they share in the same order, unless a clock was wrong by hours (`shown-orders.ts`)
 * I6  removed and departed members do not know all secrets of the next epoch, alone or together (`secrets-of-others.ts`)
 * I7  state stays bounded: rows under a fixed number for so few people and messages, with or without adversaries
 * I8  no peer shows a message twice
 * I9  a used one-time prekey does not come back
 * I10 no peer shows what a removed or departed member seals under keys it kept, unless it is a member again or a member attests it
 * I11 a peer that shows a message and knows its place names every device that it was sealed for, and itself
 * I12 nothing is sealed in an epoch that its author knew to have conflicting rekeys or to need one
 * I13 a message is placed below what its author had seen, whatever clocks said
 * I14 no peer is shown a time in the future
 * I15 a joiner that withdrew its request is not a member
 * I16 a machine holds in memory what it would start with (`memory-and-disk.ts`; also checked now and then)
 * I17 every row has the scope that its table declares, and none names a group that was forgotten
 * I18 two people whose names can be taken for one another are shown with different numbers (`hostile-names.ts`)
 * I19 each device that an honest member sealed a message for was a member where its author saw the log
 * I20 no honest peer dials what only removed members and strangers named
 * I21 what a member signed too late, since a majority had acknowledged its removal or demotion, takes nothing from others (`too-late.ts`)
 * I22 nobody is a member whom an adversary made up, or is reached where one said, by the word of others (`entitlement.ts`);
 *     but one that is out and has a new link may pass that on to whom it makes up
 * I23 a device starts if and only if the rows of its disk are those that it wrote last (`adversaries/disk-writer.ts`)
 * I24 no table takes more of one party than its share (`shares/table-shares.ts`; also checked now and then)
 * I25 an adversary opens nothing, of all that a relay shows it, that was not sealed for it (`entitlement.ts`)
 * I26 the log keeps the properties of the membership model, at each operation (`held-models.ts`)
 * I27 a peer that enters by a link has all that the inviter had when it made that (`ledger.ts`)
 * I28 who has a secret was a member where it was drawn, or was let in while it was the epoch's (`held-models.ts`)
 * I29 a message is shown with what its author said with it: what it answers, whom it mentions and where, that it is passed on
 * I30 a message has the same text, reactions and tombstone wherever it is, and what was deleted is kept nowhere (`changed-messages.ts`)
 * I31 no signal is in a mailbox, in a letter or on a disk, and what signals show of people is true (`signal-watch.ts`)
 * I45 what a member reports is with the group's admins but for its author, once, and with nobody else (`reports.ts`)
 * I46 what is written by a contact link waits as a request, one of each person, or is in their conversation (`link-writers.ts`)
 * I47 present members use the relays that the log names (`relay-acts.ts`)
 * I49 nothing outlives its timer (`vanishing-watch.ts`)
 * I48 what showed as sent on a device that was turned off for ever then is with every recipient that is still a member (`gone-for-good.ts`)
 * I50 a file is on a device as it was sent, or nobody who is connected has it; no disk has what no row names (`shared-files.ts`); one that is at a
 *     relay is looked for there, and what was dropped lies at none (`relayed-files.ts`)
 * I51 what is known of a file, and its chunks, go to present members that know it, and to nobody else (`shared-files.ts`); devices open the
 *     mailboxes of files that they know, and write to those of their own (`relayed-files.ts`)
 * I52 new members are told of the time before they came what an admin wants, and nothing that nobody said (`history-watch.ts`)
 * I53 and all of that which the member that tells it had when it was asked (`told-in-full.ts`)
 */
import { Transaction, EPOCH, GAP, GROUP, HIDDEN, MEMBERSHIP_LOG, rowCount, UNDECRYPTABLE, SELF } from '@sotto/core/inside'
import { type MembershipLog, resolve, type Roster, whoCouldRead } from '@sotto/membership'
import { type DeviceId, fromBase64url, LIMITS, toBase64url } from '@sotto/wire'
import { checkAgreement } from './agreement.ts'
import { checkChanges, deletedBy, hasChange, hasReaction } from './changed-messages.ts'
import { checkDisks } from './check-disks.ts'
import { checkAddresses, checkEpochs, checkLateActs, checkRecipients, type Claims } from './entitlement.ts'
import type { RunCounts } from './counts.ts'
import type { Ledger, Sealed } from './ledger.ts'
import { checkModels } from './held-models.ts'
import { nameObjections } from './hostile-names.ts'
import { checkSecrets } from './secrets-of-others.ts'
import { type Shown, shownIn } from './newest-messages.ts'
import { isBeyondGap, misplaced, screenOf } from './shown-orders.ts'
import type { SimulatedPeer } from './simulated-peer.ts'
import { LATE } from './adversaries/send-late.ts'

export interface Healed extends Claims {
  readonly peers: readonly SimulatedPeer[]
  readonly group: string
  /** By text: the newest text that its author had seen. */
  readonly seenBy: ReadonlyMap<string, readonly string[]>
  /** No clock was wrong by hours. */
  readonly isTimeRight: boolean
  /** Peers that withdrew their request and made no other. */
  readonly cancelled: ReadonlySet<SimulatedPeer>
  readonly ledger: Ledger
  /** Peers whose disks lost what they had acknowledged, or what they had sealed: no peer has that any more. */
  readonly forgetful: ReadonlySet<SimulatedPeer>
  /** Peers whose disks were written to by others. They never started again, and are forgetful too. */
  readonly lost: ReadonlySet<SimulatedPeer>
  /** Lost ones that were turned off for ever when a message showed as sent, and whose messages no relay lost. */
  readonly gone: ReadonlySet<SimulatedPeer>
  readonly counts: Pick<RunCounts, 'keptByGone'>
  /** No relay lied or lost its disk. */
  readonly isRelayTrue: boolean
  /** Operations that adversaries signed too late to take anything. */
  readonly lateOperations: ReadonlySet<string>
  readonly nowMs: number
}

/** Limit of rows for each peer of the world, and the least limit. */
const ROWS_PER_PEER = 1_500
const ROWS_AT_LEAST = 8_000

export function checkHealed(played: Healed, violate: (what: string) => void): void {
  // What others have to have of a device that is gone is said of forgetful ones.
  const world = { ...played, peers: played.peers.filter((peer) => !played.lost.has(peer)) }
  for (const peer of world.peers) {
    const most = Math.max(ROWS_AT_LEAST, world.peers.length * ROWS_PER_PEER)
    if (rowCount(peer.state) > most) violate(`I7: ${peer.name} has ${rowCount(peer.state)} rows`)
  }
  checkDisks(world, violate)
  for (const peer of world.peers) for (const each of nameObjections(peer)) violate(each)
  checkModels(world, violate)
  const reference = referenceOf(world)
  const roster = reference === undefined ? undefined : rosterOf(reference, world.group)
  if (reference === undefined || roster === undefined) return
  const inRoster = world.peers.filter((peer) => stateIn(peer, world.group) === 'member' && roster.isMember(accountOf(peer)))
  // A disk that forgot an operation signed another in its place: a fork, and no peer talks to that device any more.
  const isForked = (peer: SimulatedPeer): boolean => world.forgetful.has(peer) && roster.deviceOf(fromBase64url(deviceOf(peer)) as DeviceId) === undefined
  const honest = inRoster.filter((peer) => !world.adversaries.includes(peer) && !isForked(peer))
  checkAgreement(world, reference, honest, violate)
  checkMessages(world, reference, inRoster, honest, violate)
  checkSecrets(world, roster, violate)
  checkRecipients(world, logOf(reference, world.group), violate)
  checkLateActs(world, roster, violate)
  checkAddresses(world, logOf(reference, world.group), roster, violate)
  for (const peer of world.cancelled) {
    if (!world.forgetful.has(peer) && roster.isMember(accountOf(peer))) violate(`I15: ${peer.name} withdrew its request, and is a member`)
  }
}

export const stateIn = (peer: SimulatedPeer, group: string): string | undefined => new Transaction(peer.state).get(GROUP, group)?.state

/** Whether a peer is still in the group and, as far as it knows, so is `whom`'s device. */
export function knows(peer: SimulatedPeer, group: string, whom: SimulatedPeer): boolean {
  return stateIn(peer, group) === 'member' && rosterOf(peer, group)?.deviceOf(fromBase64url(deviceOf(whom)) as DeviceId) !== undefined
}

/** Whether a group's log, as a peer has it, names `whom`'s device, whatever became of it. */
export const isNamed = (peer: SimulatedPeer, group: string, whom: SimulatedPeer): boolean =>
  rosterOf(peer, group)?.accountOf(fromBase64url(deviceOf(whom)) as DeviceId) !== undefined

/** The honest peer whose roster contains most of the peers that count themselves members. One that was not told yet is not asked. */
function referenceOf({ peers, group, adversaries }: Healed): SimulatedPeer | undefined {
  const members = peers.filter((peer) => !adversaries.includes(peer) && stateIn(peer, group) === 'member')
  const agreeing = (peer: SimulatedPeer): number => {
    const size = new Transaction(peer.state).get(MEMBERSHIP_LOG, group)?.count ?? 0
    return rosterOf(peer, group)?.isMember(accountOf(peer)) === true ? size : -1
  }
  return members.toSorted((a, b) => agreeing(b) - agreeing(a))[0]
}

export const logOf = (peer: SimulatedPeer | undefined, group: string): MembershipLog | undefined =>
  peer === undefined ? undefined : new Transaction(peer.state).get(MEMBERSHIP_LOG, group)

function rosterOf(peer: SimulatedPeer, group: string): Roster | undefined {
  const log = logOf(peer, group)
  return log === undefined ? undefined : resolve(log)
}

function checkMessages(
  world: Healed,
  reference: SimulatedPeer,
  inRoster: readonly SimulatedPeer[],
  honest: readonly SimulatedPeer[],
  violate: (what: string) => void,
): void {
  const { peers, group, ledger, forgetful, adversaries, nowMs } = world
  const shown = new Map(peers.map((peer) => [peer, peer.readHistory(`messages/${group}`).flatMap((each) => shownIn(each.value))]))
  const texts = new Map(peers.map((peer) => [peer, new Set(shown.get(peer)?.map((each) => each.text))]))
  const envelopes = new Map(peers.map((peer) => [peer, new Set(shown.get(peer)?.map((each) => each.envelope))]))
  const peerOf = new Map(peers.map((peer) => [deviceOf(peer), peer]))
  /** Texts are unique. The same one may have come in either of two envelopes, if its epoch ended meanwhile. */
  const shows = (peer: SimulatedPeer, text: string): boolean => texts.get(peer)?.has(text) === true
  const has = (peer: SimulatedPeer, sealed: Sealed): boolean => {
    if (sealed.change !== null) return hasChange(peer, group, sealed)
    return isHiddenBy(peer, group, sealed) || (sealed.beside === null ? shows(peer, sealed.text) : hasReaction(peer, group, sealed))
  }
  const deleted = deletedBy(peers, group, ledger)
  const rosterNow = rosterOf(reference, group)
  for (const [hash, sealed] of ledger.sealed) {
    const { text, author, timeMs, epoch, keyId, iteration, recipients, shownAsSent, excused } = sealed
    // Who was out since dropped its keys (PROTOCOL §6.10), and being back gives it none of them again.
    const isStillIn = inRoster.includes(author) && !excused.has(author)
    // After a mailbox's retention no peer keeps the messages of a removed or departed member, nor an author those of an ended epoch.
    const isPast = timeMs + LIMITS.retentionMs < nowMs && (!isStillIn || new Transaction(author.state).get(EPOCH, group, epoch) === undefined)
    // A device that missed it is told that there is nothing for it.
    const isDeleted = deleted.has(sealed.id) || (sealed.change?.text != null && deleted.has(sealed.change.message)) || deleted.has(sealed.beside?.message ?? '')
    const isOwedByGone = world.gone.has(author) && rosterNow?.isMember(accountOf(author)) === true
    const isHeard = isOwedByGone || isStillIn || honest.some((peer) => recipients.has(deviceOf(peer)) && has(peer, sealed))
    for (const device of recipients) {
      const peer = peerOf.get(device)
      if (
        peer === undefined ||
        !honest.includes(peer) ||
        !shownAsSent ||
        peer === author ||
        isDeleted ||
        !isHeard ||
        isPast ||
        adversaries.includes(author) ||
        (forgetful.has(author) && !isOwedByGone) ||
        forgetful.has(peer) ||
        excused.has(peer)
      )
        continue
      if (isOwedByGone) {
        world.counts.keptByGone++
        if (!has(peer, sealed)) violate(`I48: “${text}” showed as sent, ${author.name} is gone, and it is not with ${peer.name} (${whyNot(peer, group, hash)})`)
        continue
      }
      // Its key went with its author. The person is told that something is there.
      const undecryptable = new Transaction(peer.state).get(UNDECRYPTABLE, group, hash)
      if (undecryptable !== undefined && (!isStillIn || undecryptable.cause === 'removedBeforeItWasSent')) continue
      const gap = new Transaction(peer.state).get(GAP, group, epoch, deviceOf(author), String(keyId))
      if (!isStillIn && gap?.absent.some(({ from, to }) => from <= iteration && iteration <= to) === true) continue
      // It was out of the group in between, and its keys with it.
      const isForgotten = new Transaction(author.state).get(EPOCH, group, epoch) === undefined
      if (isForgotten && (undecryptable?.cause === 'keyDestroyed' || gap?.gone.some(({ from, to }) => from <= iteration && iteration <= to) === true)) continue
      if (!has(peer, sealed)) violate(`I4: “${text}” showed as sent and is not with ${peer.name} (${whyNot(peer, group, hash)})`)
    }
    for (const peer of peers) {
      const isMeant = peer === author || recipients.has(deviceOf(peer))
      if (!isMeant && envelopes.get(peer)?.has(hash) === true) violate(`I4: “${text}” is with ${peer.name}, for whom it was not sealed`)
    }
  }
  const steady = honest.filter((peer) => !forgetful.has(peer))
  const isOwed = (sealed: Sealed, peer: SimulatedPeer): boolean =>
    sealed.shownAsSent && sealed.recipients.has(deviceOf(peer)) && !sealed.excused.has(peer) && sealed.timeMs + LIMITS.retentionMs >= nowMs && has(peer, sealed)
  checkChanges({ group, ledger, steady, isOwed }, violate)
  checkEpochs(world, logOf(reference, group), violate)
  const first = shown.get(reference)?.map((each) => each.text) ?? []
  // One who is a member again may be believed in what it wrote meanwhile, and what a member attests is believed (PROTOCOL §13.29).
  const isBelieved = (text: string): boolean => inRoster.some((peer) => text.startsWith(`${LATE} ${peer.name} `) || adversaries.includes(peer))
  // A device whose disk forgot that it had forwarded files seals them once more under other keys, as another message (PROTOCOL §14.19).
  const mayBeTwice = (text: string): boolean => [...forgetful].some(({ name }) => text.startsWith(`${name} forwards `))
  for (const peer of honest) {
    const theirs = shown.get(peer)?.map((each) => each.text) ?? []
    const once = theirs.filter((text) => !mayBeTwice(text))
    if (new Set(once).size < once.length) violate(`I8: ${peer.name} shows a message twice`)
    const shared = first.filter((text) => shows(peer, text))
    const order = theirs.filter((text) => shows(reference, text))
    const differing = world.isTimeRight && shared.join('\n') !== order.join('\n') ? misplaced(screenOf(reference, group), screenOf(peer, group)) : null
    if (differing !== null) violate(`I5: ${peer.name} and ${reference.name} show “${differing.join('” and “')}” in different orders`)
    for (const text of theirs) if (text.startsWith(LATE) && !isBelieved(text)) violate(`I10: ${peer.name} shows “${text}”`)
    checkBelow(world, peer, theirs, violate)
    for (const { text, timeMs, own, envelope, saidWith } of shown.get(peer) ?? []) {
      if (!own && timeMs > nowMs + peer.skewMs && world.isTimeRight) violate(`I14: ${peer.name} shows “${text}” with a time that has not come`)
      const meant = world.ledger.sealed.get(envelope)?.saidWith ?? saidWith
      if (meant !== saidWith) violate(`I29: ${peer.name} shows “${text}” as one that ${saidWith}, and it ${meant}`)
    }
    checkReaders(world, peer, shown.get(peer) ?? [], violate)
  }
}

function checkBelow({ seenBy, ledger }: Healed, peer: SimulatedPeer, texts: readonly string[], violate: (what: string) => void): void {
  const places = new Map(texts.map((text, place) => [text, place]))
  for (const [text, place] of places) {
    for (const seen of seenBy.get(text) ?? []) {
      // A message names the newest of what its author had seen, and these what came before. Beyond one that is not here nothing is known,
      // and that one may have been written after this one was asked for.
      if (!places.has(seen)) break
      if ((places.get(seen) ?? -1) > place && !isBeyondGap({ upper: seen, lower: text }, ledger.namedBy, places))
        violate(`I13: ${peer.name} shows “${seen}” below “${text}”, whose author had seen it`)
    }
  }
}

function checkReaders({ group, ledger, adversaries }: Healed, peer: SimulatedPeer, shown: readonly Shown[], violate: (what: string) => void): void {
  const log = new Transaction(peer.state).get(MEMBERSHIP_LOG, group)
  if (log === undefined) return
  const answers = new Map<string, ReadonlySet<string> | null>()
  for (const { envelope, text, own, frontier } of shown) {
    const sealed = ledger.sealed.get(envelope)
    if (sealed === undefined || own || frontier.length === 0 || adversaries.includes(sealed.author)) continue
    const key = frontier.map(toBase64url).join(' ')
    if (!answers.has(key)) {
      const { devices, unknownHeads } = whoCouldRead(log, frontier)
      answers.set(key, unknownHeads.length > 0 ? null : new Set(devices.map(toBase64url)))
    }
    const named = answers.get(key)
    if (named === undefined || named === null) continue
    if (!named.has(deviceOf(peer))) violate(`I11: ${peer.name} shows “${text}” and does not name itself among those who could read it`)
    if (![...sealed.recipients].every((device) => named.has(device))) violate(`I11: “${text}” was sealed for a device that ${peer.name} does not name`)
  }
}

/** Whether a peer's person deleted the message on that device. */
const isHiddenBy = (peer: SimulatedPeer, group: string, { id, beside }: Sealed): boolean =>
  new Transaction(peer.state).get(HIDDEN, group, beside?.message ?? id) !== undefined

/** What a peer knows of an envelope that it does not show. */
function whyNot(peer: SimulatedPeer, group: string, hash: string): string {
  const undecryptable = new Transaction(peer.state).get(UNDECRYPTABLE, group, hash)
  return undecryptable === undefined ? 'never came' : `${undecryptable.cause}, key ${undecryptable.keyId}, iteration ${undecryptable.iteration}`
}

const accountOf = (peer: SimulatedPeer) => {
  const account = new Transaction(peer.state).first(SELF)?.value.account
  if (account === undefined) throw new TypeError(`${peer.name} has no profile`)
  return account
}

const deviceOf = (peer: SimulatedPeer): string => toBase64url(new Transaction(peer.state).first(SELF)?.value.device ?? new Uint8Array())
