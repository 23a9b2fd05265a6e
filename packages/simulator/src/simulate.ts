/**
 * One world, played from its plan: people meet in a group, write, crash, are cut off, lie and remove each other. Then
 * the world heals, and the invariants (`invariants.ts`) must hold. The same plan makes the same world.
 */
import type { GroupView } from '@sotto/core'
import type { Primitives } from '@sotto/crypto/primitives'
import type { RowCipher, Writes } from '@sotto/engine'
import { LIMITS } from '@sotto/wire'
import { Adversary } from './adversaries/adversary.ts'
import { DiskWriter } from './adversaries/disk-writer.ts'
import { act } from './adversaries/malicious-acts.ts'
import { TRAP } from './adversaries/name-relays.ts'
import type { DiskAct } from './adversaries/write-disk.ts'
import { type RunCounts, noCounts } from './counts.ts'
import { calledIn } from './hostile-names.ts'
import { checkShown } from './entitlement.ts'
import { BlockedPeople } from './blocked-people.ts'
import { checkDirectChats, type SaidAlone, sayAlone } from './direct-chats.ts'
import { checkDisks } from './check-disks.ts'
import { checkHealed, isNamed, logOf, stateIn } from './invariants.ts'
import { isOut } from './is-out.ts'
import { Ledger } from './ledger.ts'
import { ListChoices } from './list-choices.ts'
import { LinkWriters } from './link-writers.ts'
import { modelledPrimitives } from './modelled-primitives.ts'
import { newestIds, newestOwnIds, newestTexts } from './newest-messages.ts'
import { peopleAct } from './people-acts.ts'
import { type Malice, type Plan, type PlannedEvent } from './plan.ts'
import { type Extras, planIn, type Profile } from './profiles.ts'
import { changeRelays, checkRelays, mayBeLost } from './relay-acts.ts'
import { Reports } from './reports.ts'
import { diskCipher } from './sealed-disk.ts'
import { type SeededRandom, seededRandom } from './seeded-random.ts'
import { SharedFiles } from './shared-files.ts'
import { SignalWatch } from './signal-watch.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { SimulatedPeer } from './simulated-peer.ts'
import { checkProfiles } from './told-profiles.ts'
import { HistoryWatch } from './history-watch.ts'
import { ToldInFull } from './told-in-full.ts'
import { VanishingWatch } from './vanishing-watch.ts'
import { createVirtualTime } from './virtual-time.ts'

export interface RunResult {
  readonly seed: number
  readonly violations: readonly string[]
  readonly counts: RunCounts
  /** What adversaries did, by the names of their acts. */
  readonly acts: Partial<Record<Malice | DiskAct, number>>
  /** What happened, one line for each event, without secrets. */
  readonly story: readonly string[]
}

const START_MS = 1_800_000_000_000
/** The rough time lasts at least this, and until the last planned event. */
const LEAST_ROUGH_MS = 60_000
/** From the end of the rough time until the invariants are checked. */
const HEALED_MS = 240_000
/** What a relay dropped or lost comes by asking members one after the other, ever more rarely, which takes longer. */
const HEALED_FROM_LIES_MS = 900_000
/** Where a device died whose clock had been ahead, others believe where it is only when they have not heard it for three of its announcements. */
const BELIEVED_AGAIN_MS = 4 * LIMITS.announceMs
/** For each peer. A world that never ends is a fault. */
const MOST_PLANNED_EVENTS = 150_000
const MOST_VIOLATIONS = 20
/** How often memory and disk are compared during the rough time. */
const LOOK_MS = 15_000
const MOST_LOOKS = 4
/** After these a letter may be lost, or not be heard. */
const LOSING: readonly string[] = ['relayDies', 'relayLost', 'block']
const NAMES = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin', 'Frank', 'Grace', 'Heidi', 'Ivan', 'Judy']
/** A person who begins again has the number of before and this: other random bytes, and the same name. */
const FIRST_SUCCESSOR = 2 ** 20
const nameOf = (peer: number): string => NAMES[peer] ?? `Peer${peer}`

/** Neighbouring seeds and peers get very different streams. */
const ownRandom = (seed: number, peer: number): SeededRandom => seededRandom(Math.imul(seed * 64 + peer + 1, 0x9e3779b1))

/** What the disk of a peer that will be written to is sealed with. */
const cipherOf = (seed: number, peer: number, primitives: Primitives): RowCipher =>
  diskCipher(primitives, seededRandom(Math.imul(seed * 64 + peer + 1, 0x1b56c4e9)))

/** The world of a seed. */
export const simulate = (seed: number, real: Primitives, profile: Profile = 'senderKeys', extras: Extras = {}): RunResult =>
  play(planIn(seed, profile, extras), real)

export function play(plan: Plan, real: Primitives): RunResult {
  /** Days away before this time are added to it. */
  const withDays = (ms: number): number => plan.plannedEvents.reduce((sum, each) => sum + (each.kind === 'days' && each.atMs < ms ? each.forMs : 0), ms)
  const roughMs = withDays(Math.max(LEAST_ROUGH_MS, ...plan.plannedEvents.map((each) => each.atMs + 1)))
  const primitives = plan.isRealCrypto ? real : modelledPrimitives(real)
  const random = seededRandom(plan.seed)
  const time = createVirtualTime(START_MS)
  const violations: string[] = []
  const story: string[] = []
  const counts = noCounts()
  const acts: Partial<Record<Malice | DiskAct, number>> = {}
  const tell = (line: string): void => void story.push(`${String(time.nowMs() - START_MS).padStart(9)} ${line}`)
  const violate = (what: string): void => {
    if (violations.length < MOST_VIOLATIONS) violations.push(what)
    tell(`VIOLATION ${what}`)
  }
  const ledger = new Ledger(violate, counts)
  const signals = new SignalWatch(primitives, violate)
  const choices = new ListChoices(violate)
  const blocked = new BlockedPeople(primitives, violate)
  const reports = new Reports(time.after, violate)
  const links = new LinkWriters(blocked, violate)
  const vanishing = new VanishingWatch(time.nowMs, violate)
  const forgetful = new Set<SimulatedPeer>()
  /** Removed or departed members that want to come back: once they are members their word counts again, also what they said before. */
  const askedAgain = new Set<SimulatedPeer>()
  const diskWriter = new DiskWriter(seededRandom(Math.imul(plan.seed, 0x68e31da5)), violate)
  /** Who has a new profile in place of a damaged one, by number. */
  const successors = new Map<number, SimulatedPeer>()
  const saidAlone: SaidAlone[] = []
  const watch = {
    network: (peer: SimulatedPeer, effect: Parameters<SimulatedNetwork['perform']>[1]) => {
      const isTrap = effect.kind === 'connectRelay' && effect.relay === TRAP
      // One that is out of the group may be a member of a conversation of two all the same.
      const isKnownAlone = adversaries.some((each) => saidAlone.some(({ by, to }) => by === each.peer || to === each.peer))
      if (isTrap && !isAdversary(peer) && !isKnownAlone && !adversaries.some((each) => askedAgain.has(each.peer)))
        violate(`I20: ${peer.name} dials what only removed members and strangers named`)
      if (!isAdversary(peer)) {
        signals.sent(peer, effect)
        blocked.sent(peer, effect)
        files.sent(peer, effect)
      }
      network.perform(peer, effect)
    },
    committed: (peer: SimulatedPeer, writes: Writes) => {
      // Some commits reach the disk by themselves.
      if (random.chance(0.3)) peer.syncDisk()
      const isShown = ledger.note(peer, writes, forgetful.has(peer))
      if (isShown && leaving.has(peer)) goForGood(peer)
      signals.committed(peer, writes)
      choices.committed(peer, writes)
      files.note(peer, group)
      vanishing.committed(peer, writes)
      history.committed(peer, writes)
    },
    died: (peer: SimulatedPeer, lost: number) => {
      counts.crashes++
      counts.lostWrites += lost
      if (lost > 0) forgetful.add(peer)
      signals.died(peer)
      tell(`${peer.name} dies, ${lost} commits lost`)
      network.died(peer)
    },
    stopped: (peer: SimulatedPeer) => network.died(peer),
    started: (peer: SimulatedPeer) => {
      tell(`${peer.name} starts as ${peer.peerId}`)
      diskWriter.started(peer)
    },
    damaged: (peer: SimulatedPeer) => {
      counts.damagedDisks++
      tell(`${peer.name} does not start: its profile is damaged`)
      diskWriter.damaged(peer)
      forgetful.add(peer)
    },
    fault: (peer: SimulatedPeer, fault: unknown) =>
      violate(
        `I2: a step of ${peer.name} threw ${fault instanceof Error ? (fault.stack ?? fault.message).split('\n').slice(0, 3).join(' | ') : String(fault)}`,
      ),
  }
  /** Devices that go for good as soon as a message of theirs shows as sent, and those that went. */
  const leaving = new Set<SimulatedPeer>()
  const gone = new Set<SimulatedPeer>()
  const goForGood = (peer: SimulatedPeer): void => {
    leaving.delete(peer)
    counts.goneForGood++
    tell(`${peer.name} is turned off for ever`)
    // What its disk lost before, others may lack.
    if (!forgetful.has(peer)) gone.add(peer)
    diskWriter.lost.add(peer)
    forgetful.add(peer)
    peer.dieAfterActions = 0
  }
  const isAdversary = (peer: SimulatedPeer): boolean => plan.adversaries.includes(peers.indexOf(peer))
  const isWrittenTo = (peer: number): boolean => plan.plannedEvents.some((each) => each.kind === 'writeDisk' && each.peer === peer)
  const createPeer = (number: number, skewMs: number, cipher?: RowCipher): SimulatedPeer =>
    new SimulatedPeer(nameOf(number % FIRST_SUCCESSOR), {
      primitives,
      random,
      ownRandom: ownRandom(plan.seed, number),
      idsBeginWith: number < FIRST_SUCCESSOR ? nameOf(number) : `${nameOf(number % FIRST_SUCCESSOR)} again`,
      time,
      watch,
      durability: plan.durability,
      skewMs,
      cipher,
      machine: { newGroupCipher: plan.groupCipher ?? 'sender-keys' },
    })
  const peers: SimulatedPeer[] = plan.skewMs.map((skewMs, i) => createPeer(i, skewMs, isWrittenTo(i) ? cipherOf(plan.seed, i, primitives) : undefined))
  const history = new HistoryWatch(new ToldInFull(peers, time.nowMs, violate), (peer) => accountOf(peer), violate)
  counts.skewedClocks += plan.skewMs.filter((skew) => Math.abs(skew) > 300_000).length
  /** The relay that the group moves to when one dies; only in worlds where one does. */
  const spares = plan.plannedEvents.some(({ kind }) => kind === 'relayDies') ? 1 : 0
  const network = new SimulatedNetwork({ time, random, primitives, peers, relays: plan.relays + spares + (plan.moreRelays ?? 0), counts })
  const adversaries = plan.adversaries.flatMap((number) => {
    const peer = peers[number]
    return peer === undefined
      ? []
      : [
          new Adversary(peer, {
            network,
            random,
            primitives,
            nowMs: time.nowMs,
            isRemoved: (whom) =>
              isOut(
                peers.filter((other) => !isAdversary(other) && !diskWriter.lost.has(other)),
                group,
                whom,
              ),
            honestLog: () =>
              logOf(
                peers.find((other) => isUp(other) && !isAdversary(other) && is(other, 'member')),
                group,
              ),
          }),
        ]
  })
  const files = new SharedFiles({ primitives, peers, counts, relays: () => network.relays, nowMs: time.nowMs, after: time.after, violate })
  const [founder] = peers
  if (founder === undefined) throw new RangeError('a world needs a founder')
  let group = ''
  let invite = ''
  let saying = 0
  /** By text of a message: the newest text its author had when it was asked to write it. */
  const seenBy = new Map<string, readonly string[]>()
  const cancelled = new Set<SimulatedPeer>()
  let isAway = false

  const at = (ms: number, act: () => void): void => void time.after(ms - (time.nowMs() - START_MS), act)
  const is = (peer: SimulatedPeer, state: string): boolean => group !== '' && !diskWriter.lost.has(peer) && stateIn(peer, group) === state
  const peerOf = (number: number): SimulatedPeer | undefined => successors.get(number) ?? peers[number]
  const isUp = (peer: SimulatedPeer): boolean => peer.alive && !peer.isFrozen
  const accountOf = (peer: SimulatedPeer): string => peer.view().self?.account ?? ''
  const makeInvite = (peer: SimulatedPeer): void =>
    peer.request({ kind: 'createInvite', group }, (reply) => {
      if (reply.ok && reply.value.invite !== undefined) invite = reply.value.invite
    })
  /** Drawn by itself, so that worlds stay the same without it. */
  const answering = seededRandom(Math.imul(plan.seed, 0x165667b1))
  const passingOn = seededRandom(Math.imul(plan.seed, 0x27d4eb2f))
  const mentioning = seededRandom(Math.imul(plan.seed, 0x2c1b3c6d))
  const say = (peer: SimulatedPeer, words: string): void => {
    if (!isUp(peer) || !is(peer, 'member')) return
    counts.messages++
    const account = mentioning.chance(0.2) ? accountOf(peers[mentioning.below(peers.length)] ?? peer) : ''
    const text = account === '' ? words : `@${words}`
    seenBy.set(text, newestTexts(peer, group))
    const replyTo = answering.chance(0.2) ? (newestIds(peer, group)[answering.below(4)] ?? null) : null
    if (replyTo !== null) counts.replies++
    else if (account === '' && passingOn.chance(0.1)) {
      counts.forwarded++
      return peer.request({ kind: 'forward', groups: [group], text })
    }
    if (account !== '') counts.mentions++
    const mentions = account === '' ? [] : [{ account, start: 0, length: text.length }]
    peer.request({ kind: 'send', group, text, mentions, replyTo })
  }
  const comeBack = (peer: SimulatedPeer): void => {
    if (isAway || diskWriter.lost.has(peer)) return
    peer.dieAfterActions = null
    peer.thaw()
    if (peer.alive) return
    counts.restarts++
    peer.start()
  }

  const groupOf = (peer: SimulatedPeer): GroupView | undefined => peer.view().groups.find(({ id }) => id === group)
  const moveToSpare = (): void => {
    const address = network.relays[plan.relays]?.address
    if (address === undefined) return
    for (const peer of peers.filter(isUp)) peer.request({ kind: 'addRelay', address })
    const inCharge = peers.filter((each) => is(each, 'member') && groupOf(each)?.may.setRelays === true)
    const honest = inCharge.filter((each) => !isAdversary(each))
    // Where only an adversary may, it does: its own device is like any other, and without a relay members meet by chance only.
    for (const peer of (honest.length > 0 ? honest : inCharge).filter(isUp)) {
      if (groupOf(peer)?.relays[0]?.address === address) continue
      tell(`${peer.name} moves the group`)
      return peer.request({ kind: 'setRelays', group, relays: [address] })
    }
  }

  const writeToDisk = (peer: SimulatedPeer, { peer: number, act: diskAct, isKilled, awayMs, asksMs }: Extract<PlannedEvent, { kind: 'writeDisk' }>): void => {
    if (isKilled) peer.die()
    else peer.stop()
    acts[diskAct] = (acts[diskAct] ?? 0) + 1
    if (diskWriter.write(peer, diskAct)) counts.writtenDisks++
    tell(`the disk of ${peer.name} is written to: ${diskAct}`)
    time.after(awayMs, () => {
      comeBack(peer)
      if (diskWriter.lost.has(peer)) beginAgain(number, peer, asksMs)
    })
  }
  /** The person of a device that is gone takes another profile, and asks to be let in again as anyone else. */
  const beginAgain = (number: number, gone: SimulatedPeer, asksMs: number): void => {
    const peer = createPeer(FIRST_SUCCESSOR + number, gone.skewMs)
    peers.push(peer)
    successors.set(number, peer)
    peer.signUp([], calledIn(plan.seed, number, gone.name))
    peer.start()
    time.after(asksMs, () => happen({ kind: 'join', atMs: 0, peer: number }))
  }

  const happen = (each: PlannedEvent): void => {
    const peer = 'peer' in each ? peerOf(each.peer) : undefined
    switch (each.kind) {
      case 'join': {
        if (peer === undefined || !isUp(peer) || invite === '' || is(peer, 'member')) return
        if (is(peer, 'removed') || is(peer, 'left')) {
          counts.readmissions++
          askedAgain.add(peer)
        }
        tell(`${peer.name} pastes the invite`)
        return peer.request({ kind: 'join', invite }, (reply) => {
          if (reply.ok) cancelled.delete(peer)
        })
      }
      case 'cancelJoin':
        if (peer === undefined || !isUp(peer) || group === '') return
        return peer.request({ kind: 'cancelJoin', group }, (reply) => {
          if (!reply.ok) return
          counts.cancelledJoins++
          tell(`${peer.name} stops joining`)
          // The removal of a member that asks again may be taken back, and it is one without its request.
          if (!peers.some((other) => other !== peer && isNamed(other, group, peer))) cancelled.add(peer)
        })
      case 'clock':
        if (peer === undefined) return
        counts.clocksPutRight++
        tell(`the clock of ${peer.name} goes wrong by ${each.byMs} ms`)
        peer.skewMs += each.byMs
        return void time.after(each.forMs, () => {
          tell(`the clock of ${peer.name} is put right`)
          peer.skewMs -= each.byMs
        })
      case 'invite':
        return peer !== undefined && isUp(peer) && is(peer, 'member') ? makeInvite(peer) : undefined
      case 'revokeInvites':
        return peer !== undefined && isUp(peer) && is(peer, 'member') ? peer.request({ kind: 'revokeInvites', group }) : undefined
      case 'write': {
        if (peer === undefined) return
        const number = saying++
        tell(`${peer.name} writes ${each.count}`)
        for (let i = 0; i < each.count; i++) time.after(i * each.apartMs, () => say(peer, `${peer.name} ${number}.${i}`))
        return
      }
      case 'react': {
        const message = peer === undefined || !isUp(peer) || !is(peer, 'member') ? undefined : newestIds(peer, group)[each.which]
        if (peer === undefined || message === undefined) return
        counts.reactions++
        return peer.request({ kind: 'react', group, message, emoji: each.emoji })
      }
      case 'edit': {
        const message = peer === undefined || !isUp(peer) || !is(peer, 'member') ? undefined : newestOwnIds(peer, group)[each.which]
        if (peer === undefined || message === undefined) return
        counts.edits++
        return peer.request({ kind: 'editMessage', group, message, text: `${peer.name} ${saying++}, edited` })
      }
      case 'delete': {
        const { forAll, which } = each
        const message = peer === undefined || !isUp(peer) || !is(peer, 'member') ? undefined : (forAll ? newestOwnIds : newestIds)(peer, group)[which]
        if (peer === undefined || message === undefined) return
        counts.deletions++
        return peer.request({ kind: 'deleteMessage', group, message, forAll })
      }
      case 'readAll':
      case 'seeAll':
        if (peer === undefined || !isUp(peer) || !is(peer, 'member')) return
        choices.read(peer, group)
        vanishing.see(peer, group)
        return signals.reads(peer, group)
      case 'type':
        return peer === undefined || !isUp(peer) || !is(peer, 'member') ? undefined : peer.request({ kind: 'typing', group, isTyping: each.isTyping })
      case 'touch':
        return peer === undefined || !isUp(peer) ? undefined : peer.request({ kind: 'active' })
      case 'choosePrivacy':
        if (peer === undefined || !isUp(peer)) return
        if (each.what === 'presence' && each.isOn) signals.allowed(peer)
        return peer.request({ kind: 'setPrivacy', what: each.what, isOn: each.isOn })
      case 'callSelf':
      case 'tellOfSelf':
      case 'tellOfGroup':
      case 'callGroup':
      case 'choose':
      case 'block': {
        if (peer === undefined || !isUp(peer) || group === '') return
        const whom = each.kind === 'block' ? peerOf(each.whom) : undefined
        return peopleAct({ choices, blocked, counts }, peer, each, { group, number: saying++, account: whom === undefined ? '' : accountOf(whom) })
      }
      case 'sayVanishing':
        return peer !== undefined && isUp(peer) && is(peer, 'member') ? vanishing.say(peer, group, saying++, each) : undefined
      case 'wantHistory':
        return peer !== undefined && isUp(peer) && is(peer, 'member') ? history.wants(peer, group, each) : undefined
      case 'report':
        if (peer !== undefined && isUp(peer) && is(peer, 'member') && reports.say(peer, group, each)) counts.reports++
        return
      case 'apart':
        tell('nobody connects to anybody')
        network.keepApart(true)
        return void time.after(each.forMs, () => network.keepApart(false))
      case 'sendFiles':
      case 'changeFile':
      case 'forwardFiles':
      case 'fillDisk':
      case 'spoilFile':
      case 'relayOfFiles':
        return peer !== undefined && isUp(peer) && is(peer, 'member') ? files.happen(peer, group, each) : undefined
      case 'sayAlone': {
        const whom = peerOf(each.whom)
        if (peer === undefined || whom === undefined || peer === whom || !isUp(peer) || !is(peer, 'member')) return
        const alone = { text: `${peer.name} to ${whom.name}, ${saidAlone.length}`, by: peer, to: whom }
        counts.saidAlone++
        tell(`${peer.name} writes to ${whom.name} alone`)
        saidAlone.push(alone)
        return sayAlone(alone)
      }
      case 'writeByLink': {
        const whom = peerOf(each.whom)
        if (peer === undefined || whom === undefined || peer === whom || !isUp(peer) || !isUp(whom)) return
        return links.write({ text: `${peer.name} to ${whom.name}, ${saying++} by a link`, by: peer, to: whom }, (said) => {
          counts.saidByLink++
          tell(`${peer.name} writes to ${whom.name} by a link`)
          saidAlone.push(said)
        })
      }
      case 'answerRequest':
        return peer !== undefined && isUp(peer) ? links.answer(peer, each.which, each.isAccepted) : undefined
      case 'replaceLink':
        return peer !== undefined && isUp(peer) ? links.replace(peer) : undefined
      case 'crash':
        if (peer === undefined || !isUp(peer)) return
        peer.dieAfterActions = each.afterActions
        return void time.after(each.awayMs, () => comeBack(peer))
      case 'dropStream':
        return peer === undefined ? undefined : network.dropRelayStream(peer, each.relay)
      case 'dropLink':
        return network.dropLink()
      case 'restartRelay':
        tell(`relay ${each.relay} restarts${each.isWiped ? ' with an empty disk' : ''}`)
        return network.restartRelay(each.relay, each.awayMs, each.isWiped)
      case 'partition': {
        const side = each.side.flatMap((number) => peerOf(number) ?? [])
        tell(`cut off from the others: ${side.map(({ name }) => name).join(', ') || 'nobody'}${each.splitsRelays ? '; each side has its relays' : ''}`)
        network.partition(side, each.splitsRelays)
        return void time.after(each.forMs, () => network.heal())
      }
      case 'lid':
        if (peer === undefined || !isUp(peer)) return
        counts.lids++
        tell(`${peer.name} closes the lid for ${each.forMs} ms`)
        peer.freeze()
        network.lidClosed(peer)
        return void time.after(each.forMs, () => peer.thaw())
      case 'days':
        counts.days += Math.round(each.forMs / 86_400_000)
        tell(`everybody is away for ${each.forMs} ms`)
        isAway = true
        for (const one of peers) {
          one.thaw()
          one.stop()
          time.after(each.forMs + random.between(0, 10_000), () => comeBack(one))
        }
        time.after(each.forMs - 1, () => (isAway = false))
        return void time.after(each.forMs - 20_000, () => network.relays.forEach((relay) => relay.expire(time.nowMs())))
      case 'remove': {
        const whom = peerOf(each.whom)
        if (peer === undefined || whom === undefined || whom === peer || !isUp(peer) || !is(peer, 'member')) return
        tell(`${peer.name} removes ${whom.name}`)
        return peer.request({ kind: 'removeMember', group, account: accountOf(whom) }, (reply) => {
          if (reply.ok) counts.removals++
        })
      }
      case 'leave': {
        if (peer === undefined || !isUp(peer) || !is(peer, 'member')) return
        tell(`${peer.name} leaves`)
        const successor = peers.find((other) => other !== peer && is(other, 'member'))
        return peer.request({ kind: 'leaveGroup', group, successor: successor === undefined ? null : accountOf(successor) }, (reply) => {
          if (reply.ok) counts.removals++
        })
      }
      case 'forget': {
        if (peer === undefined || !isUp(peer) || adversaries.some((one) => one.peer === peer)) return
        return peer.request({ kind: 'forgetGroup', group }, (reply) => {
          if (!reply.ok) return
          counts.forgotten++
          ledger.forgot(peer)
          tell(`${peer.name} forgets the group`)
        })
      }
      case 'setRole': {
        const whom = peerOf(each.whom)
        if (peer === undefined || whom === undefined || !isUp(peer) || !is(peer, 'member')) return
        tell(`${peer.name} makes ${whom.name} ${each.role}`)
        return peer.request({ kind: 'setRole', group, account: accountOf(whom), role: each.role })
      }
      case 'malice': {
        const adversary = adversaries.find((one) => one.peer === peer)
        if (adversary === undefined || group === '') return
        counts.maliciousActs++
        tell(`${adversary.peer.name}, an adversary: ${each.act}`)
        acts[each.act] = (acts[each.act] ?? 0) + 1
        return act(adversary, each.act, group)
      }
      case 'goesForGood':
        if (peer !== undefined && !isAdversary(peer) && is(peer, 'member')) leaving.add(peer)
        return
      case 'copyDisk':
        return peer === undefined ? undefined : diskWriter.copy(peer)
      case 'writeDisk':
        return peer === undefined || !isUp(peer) || isAway ? undefined : writeToDisk(peer, each)
      case 'relayDies':
        tell(`relay ${each.relay} dies`)
        network.killRelay(each.relay)
        return void time.after(each.movedMs, moveToSpare)
      case 'relayLost':
        if (group === '' || !mayBeLost({ network, group }, each.relay, peers)) return
        tell(`relay ${each.relay} is lost`)
        counts.relayLosses++
        return network.killRelay(each.relay)
      case 'relayHangs':
        tell(`relay ${each.relay} hangs`)
        counts.relayHangs++
        return void time.after(each.forMs, network.hangRelay(each.relay))
      case 'changeRelays':
        if (peer === undefined || !isUp(peer) || !is(peer, 'member') || !changeRelays({ network, group }, peer, each)) return
        tell(`${peer.name} changes the group’s relays: ${each.add} is in, ${each.drop ?? 'none'} is out`)
        counts.relayChanges++
        return
      case 'relayMalice':
        tell(`relay ${each.relay} lies: ${each.act}`)
        return network.relays[each.relay]?.lie(each.act, nameOf(each.victim))
    }
  }

  for (const peer of peers) {
    peer.signUp(peer === founder ? network.relays.slice(0, plan.relays).map(({ address }) => address) : [], calledIn(plan.seed, peers.indexOf(peer), peer.name))
    peer.start()
  }
  at(100, () =>
    founder.request({ kind: 'createGroup', title: 'Desk' }, (reply) => {
      if (!reply.ok) return violate(`the group was refused: ${reply.rejection.code}`)
      group = reply.value.group ?? ''
      makeInvite(founder)
    }),
  )
  for (const each of plan.plannedEvents) at(withDays(each.atMs), () => happen(each))
  if (adversaries.length > 0) for (let ms = 5_000; ms < 60_000; ms += 1_000) at(ms, () => adversaries.forEach((adversary) => adversary.remember(group)))
  at(roughMs + 10_000, () => {
    tell('the world heals')
    network.isRough = false
    network.heal()
    network.behave()
    network.keepApart(false)
    network.goOn()
    for (const peer of peers) comeBack(peer)
  })
  // Members that were away when a relay died, that saw another in charge, or that hear late that they are in charge now.
  for (const ms of [12_000, 30_000, 200_000, 400_000]) at(roughMs + ms, moveToSpare)
  // One more message, so that epochs that need a rekey get one.
  at(roughMs + 60_000, () => say(peers.find((peer) => is(peer, 'member') && !adversaries.some((one) => one.peer === peer)) ?? founder, 'all is well again'))
  at(roughMs + 150_000, () => peers.filter(isUp).forEach((peer) => blocked.look(peer)))
  const adversarial = adversaries.map((adversary) => adversary.peer)
  for (let ms = LOOK_MS; ms < roughMs; ms += Math.max(LOOK_MS, Math.ceil(roughMs / MOST_LOOKS)))
    at(ms, () => checkDisks({ peers, adversaries: adversarial, primitives, group }, violate))
  const most = MOST_PLANNED_EVENTS * peers.length
  // Of what no member passes on, only its author has what a relay lost, and sends it again when it has long not been opened.
  const isLostForLong = (each: PlannedEvent): boolean =>
    plan.groupCipher === 'pairwise' && (each.kind === 'relayLost' || (each.kind === 'restartRelay' && each.isWiped))
  const isLong = plan.plannedEvents.some((each) => each.kind === 'relayMalice' || each.kind === 'relayDies' || isLostForLong(each))
  const isDoubted = isLong && plan.groupCipher === 'pairwise' && plan.plannedEvents.some((each) => each.kind === 'clock' && each.byMs > 0)
  // What its author just sent again has to be left unopened that long before it sends what it wrote a moment later.
  const sentAgainMs = plan.groupCipher === 'pairwise' ? LIMITS.undeliveredMs : 0
  const healedMs = isLong ? HEALED_FROM_LIES_MS + sentAgainMs + (isDoubted ? BELIEVED_AGAIN_MS : 0) : HEALED_MS
  counts.steps = time.runUntil(START_MS + roughMs + healedMs, most)
  if (counts.steps >= most) violate(`I7: more than ${most} things happened`)
  counts.relayLies = network.lies
  for (const { taken } of adversaries) {
    counts.forgedFirstLetters += taken.firstLetters
    counts.takenPreKeys += taken.preKeys
    counts.refusedByRelays += taken.refusals
  }
  for (const adversary of adversaries) {
    if (group !== '') adversary.reader.learn(adversary.transaction(), group)
    const records = network.relays.flatMap(({ collusions }) => collusions.filter(({ client }) => client === adversary.peer.name).flatMap(({ shown }) => shown))
    counts.shownRecords += records.length
    counts.openedRecords += checkShown({ ledger, primitives }, { to: adversary.peer, reader: adversary.reader, records }, violate)
  }
  const lateOperations = new Set(adversaries.flatMap((each) => [...each.lateOperations]))
  counts.lateOperations = lateOperations.size
  signals.check(
    peers.filter((peer) => !isAdversary(peer) && !diskWriter.lost.has(peer)),
    group,
  )
  const isTimeRight = !plan.plannedEvents.some(({ kind }) => kind === 'clock')
  // What a relay lost of a welcome is never known to a joiner that did not want it.
  const isRelayTrue = !plan.plannedEvents.some((each) => each.kind === 'relayMalice' || (each.kind === 'restartRelay' && each.isWiped))
  // What waits at a relay for so long is gone, as what it waits with.
  const isLongAway = plan.plannedEvents.some((event) => event.kind === 'days' && event.forMs >= LIMITS.retentionMs)
  checkHealed(
    {
      peers,
      group,
      seenBy,
      isTimeRight,
      cancelled: isRelayTrue ? cancelled : new Set(),
      ledger,
      forgetful,
      lost: diskWriter.lost,
      gone: isRelayTrue && !isLongAway ? gone : new Set(),
      counts,
      isRelayTrue,
      adversaries: adversarial,
      lateOperations,
      claimedInboxes: new Set(adversaries.flatMap((each) => [...each.claimedInboxes])),
      madeUp: new Map(adversaries.flatMap((each) => [...each.madeUp].map((account) => [account, each.peer] as const))),
      primitives,
      nowMs: time.nowMs(),
    },
    violate,
  )
  files.check(
    peers.filter((peer) => isUp(peer) && is(peer, 'member') && !isAdversary(peer)),
    group,
    forgetful,
  )
  checkRelays(
    peers.filter((peer) => !isAdversary(peer) && !diskWriter.lost.has(peer)),
    group,
    violate,
  )
  const isOutOnce = (peer: SimulatedPeer): boolean => [...ledger.sealed.values()].some(({ excused }) => excused.has(peer)) || !is(peer, 'member')
  const isToldTruly = (peer: SimulatedPeer): boolean => !adversarial.includes(peer) && !forgetful.has(peer) && !diskWriter.lost.has(peer) && !isOutOnce(peer)
  const hasBlocked = (peer: SimulatedPeer, other: SimulatedPeer): boolean =>
    blocked.hasBlocked(peer, accountOf(other)) || links.hasRefused(peer, accountOf(other))
  checkDirectChats(saidAlone, peers, isToldTruly, hasBlocked, violate)
  const kept = peers.filter((peer) => !forgetful.has(peer) && !diskWriter.lost.has(peer))
  choices.check(kept)
  const wrongMs = (peer: SimulatedPeer): number =>
    plan.plannedEvents.some((each) => each.kind === 'clock' && peerOf(each.peer) === peer) ? 2 * LIMITS.lifeClockLookMs : 0
  vanishing.check(
    kept.filter((peer) => !isAdversary(peer)),
    wrongMs,
  )
  const { said, begun } = vanishing.counts()
  counts.vanishing += said
  counts.vanished += begun
  const unchanged = peers.filter((peer) => !isAdversary(peer))
  const passedOn = history.check(unchanged, unchanged.filter(isToldTruly))
  counts.passedOn += passedOn.told
  counts.passedOnDue += passedOn.due
  blocked.check(kept)
  // A name that was lost, kept from a member or that lay at a relay for too long is known once its person says something.
  const losesNames = (event: PlannedEvent): boolean => event.kind === 'relayDies' || (event.kind === 'days' && event.forMs >= LIMITS.retentionMs)
  const areNamesDue = isRelayTrue && adversaries.length === 0 && !plan.plannedEvents.some(losesNames)
  checkProfiles(peers.filter(isToldTruly), group, areNamesDue, violate)
  const readable = peers.filter((peer) => !diskWriter.lost.has(peer))
  const isAllTaken = isRelayTrue && !plan.plannedEvents.some(({ kind }) => LOSING.includes(kind))
  counts.shownReports = reports.check({ group, peers: readable, isToldTruly, isAllTaken })
  const isTaken = (peer: SimulatedPeer): boolean => kept.includes(peer) && !adversarial.includes(peer)
  // A request lasts as long as its invite, and is then made again by its person alone.
  links.check((by, to) => isAllTaken && !isLongAway && isTaken(by) && isTaken(to))
  return { seed: plan.seed, violations, counts, acts, story }
}
