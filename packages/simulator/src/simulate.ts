/**
 * One seeded run: people meet in a group, write, crash, are cut off, remove each other; then the world heals, and the
 * invariants must hold.
 *
 * I1  no iteration of a sender key is used for two envelopes that left
 * I2  no step throws
 * I3  when healed, current members agree on roster and epoch
 * I4  a message that showed as sent is with everybody it was sealed for who is still a member, and with nobody else;
 *     of somebody who is out, as far as one of them heard it in time
 * I5  members show the messages that they share in the same order
 * I6  a removed member holds no secret of a later epoch
 * I7  state stays bounded: rows under a fixed number for so few people and messages
 * I8  nobody shows a message twice
 */
import { viewOf } from '@sotto/core'
import type { Primitives } from '@sotto/crypto/primitives'
import { decode, type Decoded, toBase64url } from '@sotto/wire'
import { Draft, EPOCH, GROUP, HOLDER, LOG, mapSize, messageRecord, PARKED, SELF, SENT } from '@sotto/core/inside'
import { resolve, rosterFingerprint } from '@sotto/membership'
import type { Writes } from '@sotto/engine'
import { RELAY, SimulatedNetwork } from './simulated-network.ts'
import { SimulatedPeer } from './simulated-peer.ts'
import { seededRandom } from './seeded-random.ts'
import { createVirtualTime } from './virtual-time.ts'

export interface RunResult {
  readonly seed: number
  readonly violations: readonly string[]
  readonly counts: RunCounts
  /** What happened, a line each; no secrets. */
  readonly story: readonly string[]
}

export interface RunCounts {
  messages: number
  crashes: number
  restarts: number
  lostWrites: number
  drops: number
  duplicates: number
  disconnects: number
  relayRestarts: number
  relayWipes: number
  removals: number
  steps: number
}

const ROUGH_MS = 60_000
const HEALED_MS = 240_000
const MOST_HAPPENINGS = 400_000
const MOST_ROWS = 6_000

/** A message as it was sealed: for whom, and whether its author showed it as sent. */
interface Sealed {
  readonly text: string
  readonly author: SimulatedPeer
  readonly recipients: ReadonlySet<string>
  shownAsSent: boolean
}

export function simulate(seed: number, primitives: Primitives): RunResult {
  const random = seededRandom(seed)
  const time = createVirtualTime(1_800_000_000_000)
  const startMs = time.nowMs()
  const violations: string[] = []
  const story: string[] = []
  const counts: RunCounts = { messages: 0, crashes: 0, restarts: 0, lostWrites: 0, drops: 0, duplicates: 0, disconnects: 0, relayRestarts: 0, relayWipes: 0, removals: 0, steps: 0 }
  const tell = (line: string): void => void story.push(`${String(time.nowMs() - startMs).padStart(7)} ${line}`)
  const violate = (what: string): void => {
    if (violations.length < 20) violations.push(what)
    tell(`VIOLATION ${what}`)
  }
  const sealed = new Map<string, Sealed>()
  const places = new Map<string, string>()
  /** Their disks lost what they had told others that they hold: nobody sends them that again. */
  const forgetful = new Set<SimulatedPeer>()
  const deviceOfPeer = new Map<string, SimulatedPeer>()
  const durability = random.chance(0.3) ? 'relaxed' : 'strict'

  const watch = {
    network: (peer: SimulatedPeer, effect: Parameters<SimulatedNetwork['perform']>[1]) => network.perform(peer, effect),
    committed: (peer: SimulatedPeer, writes: Writes) => {
      // Some commits reach the platter by themselves.
      if (random.chance(0.3)) peer.syncDisk()
      noteSealed(peer, writes)
    },
    died: (peer: SimulatedPeer, lost: number) => {
      counts.crashes++
      counts.lostWrites += lost
      if (lost > 0) forgetful.add(peer)
      tell(`${peer.name} dies, ${lost} commits lost`)
      network.died(peer)
    },
    started: (peer: SimulatedPeer) => tell(`${peer.name} starts as ${peer.peerId}`),
    fault: (peer: SimulatedPeer, fault: unknown) => violate(`I2: a step of ${peer.name} threw ${fault instanceof Error ? (fault.stack ?? fault.message).split('\n').slice(0, 3).join(' | ') : String(fault)}`),
  }
  const names = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin'].slice(0, random.between(3, 5))
  const peers = names.map(
    (name) => new SimulatedPeer(name, { primitives, random, time, watch, durability, skewMs: random.between(-60_000, 60_000) }),
  )
  const network = new SimulatedNetwork({ time, random, primitives, peers })

  /** What a turn sealed: its place must be new, and its recipients are those who hold the key now. */
  function noteSealed(peer: SimulatedPeer, writes: Writes): void {
    for (const { key, value } of writes.rows) {
      if (value === null) continue
      if (key.startsWith('self/')) continue
      if (key.startsWith('sent/') && SENT.codec !== null) {
        const sent = decode(SENT.codec, value)
        if (sent === undefined || sent.record.body.kind !== 'text') continue
        const [, group = '', epoch = '', generation = '', iteration = ''] = key.split('/')
        const hash = toBase64url(sent.envelope)
        const place = `${peer.name} ${epoch} ${generation} ${iteration}`
        const before = places.get(place)
        if (before !== undefined && before !== hash) violate(`I1: ${place} sealed twice`)
        places.set(place, hash)
        const known = sealed.get(hash)
        if (known === undefined) {
          const recipients = new Set(
            writes.rows
              .filter((row) => row.key.startsWith(`${HOLDER.name}/${group}/${epoch}/${generation}/`) && row.value !== null)
              .map((row) => row.key.split('/')[4] ?? ''),
          )
          for (const each of new Draft(peer.state).scan(HOLDER, group, epoch, generation)) recipients.add(each.key[3] ?? '')
          sealed.set(hash, { text: sent.record.body.text, author: peer, recipients, shownAsSent: false })
        }
        const entry = sealed.get(hash)
        if (entry !== undefined && sent.record.state === 'sent') entry.shownAsSent = true
      }
    }
    for (const { log, value } of writes.logs) {
      const record = log.startsWith('messages/') && value !== null ? decode(messageRecord, value) : undefined
      if (record?.own !== true || (record.state !== 'sent' && record.state !== 'delivered')) continue
      const entry = sealed.get(toBase64url(record.envelope))
      if (entry !== undefined) entry.shownAsSent = true
    }
  }

  // ——— What people do ———
  const [founder] = peers
  if (founder === undefined) throw new RangeError('nobody is there')
  let group = ''
  let invite = ''
  for (const peer of peers) {
    peer.signUp(peer === founder ? [RELAY] : [])
    peer.start()
    deviceOfPeer.set(deviceOf(peer), peer)
  }
  const at = (ms: number, act: () => void): void => void time.after(ms, act)
  const invited = (): void =>
    founder.request({ kind: 'createInvite', group }, (reply) => {
      if (!reply.ok || reply.value.invite === undefined) return
      invite = reply.value.invite
    })
  at(100, () => founder.request({ kind: 'createGroup', title: 'Desk' }, (reply) => {
    if (!reply.ok) return violate(`the group was refused: ${reply.rejection.code}`)
    group = reply.value.group ?? ''
    invited()
  }))
  const join = (peer: SimulatedPeer): void => {
    const state = stateIn(peer)
    if (peer.alive && invite !== '' && state === undefined) {
      tell(`${peer.name} pastes the invite`)
      peer.request({ kind: 'join', invite })
    }
  }
  for (const peer of peers.slice(1)) at(random.between(500, 15_000), () => join(peer))
  const stateIn = (peer: SimulatedPeer): string | undefined => viewOf(peer.state).groups.find((each) => each.id === group)?.state
  const say = (peer: SimulatedPeer, text: string): void => {
    if (!peer.alive || stateIn(peer) !== 'member') return
    counts.messages++
    peer.request({ kind: 'send', group, text })
  }
  const bursts = random.between(6, 16)
  for (let burst = 0; burst < bursts; burst++) {
    const peer = random.pick(peers)
    const size = random.chance(0.08) ? random.between(90, 130) : random.between(1, 8)
    at(random.between(2_000, ROUGH_MS), () => {
      tell(`${peer.name} writes ${size}`)
      for (let i = 0; i < size; i++) at(i * random.between(0, 30), () => say(peer, `${peer.name} ${burst}.${i}`))
    })
  }
  // ——— What happens to them ———
  for (let i = random.between(0, 6); i > 0; i--) {
    const peer = random.pick(peers)
    at(random.between(300, ROUGH_MS), () => {
      if (!peer.alive) return
      peer.dieAfterActions = random.below(6)
      at(random.between(200, 12_000), () => {
        if (!peer.alive) {
          counts.restarts++
          peer.start()
        } else peer.dieAfterActions = null
      })
    })
  }
  for (let i = random.between(0, 6); i > 0; i--) {
    const peer = random.pick(peers)
    at(random.between(300, ROUGH_MS), () => network.dropRelayStream(peer))
  }
  for (let i = random.between(0, 4); i > 0; i--) at(random.between(300, ROUGH_MS), () => network.dropLink())
  for (let i = random.between(0, 2); i > 0; i--) {
    const isWiped = random.chance(0.2)
    at(random.between(5_000, ROUGH_MS), () => {
      tell(`the relay restarts${isWiped ? ' with an empty disk' : ''}`)
      network.restartRelay(random.between(200, 8_000), isWiped)
    })
  }
  const leaver = random.chance(0.5) ? random.pick(peers.slice(1)) : null
  if (leaver !== null) {
    at(random.between(20_000, ROUGH_MS), () => {
      if (!founder.alive || stateIn(leaver) !== 'member') return
      counts.removals++
      const account = viewOf(leaver.state).self?.account ?? ''
      if (random.chance(0.7)) {
        tell(`Alice removes ${leaver.name}`)
        founder.request({ kind: 'removeMember', group, account })
      } else {
        tell(`${leaver.name} leaves`)
        leaver.request({ kind: 'leaveGroup', group, successor: null })
      }
    })
  }
  // ——— It heals ———
  at(ROUGH_MS + 10_000, () => {
    tell('the world heals')
    network.isRough = false
    for (const peer of peers) {
      peer.dieAfterActions = null
      if (!peer.alive) {
        counts.restarts++
        peer.start()
      }
    }
  })
  // Somebody says one more thing, so that stale epochs settle.
  at(ROUGH_MS + 60_000, () => say(founder, 'all is well again'))
  counts.steps = time.runUntil(startMs + ROUGH_MS + HEALED_MS, MOST_HAPPENINGS)
  if (counts.steps >= MOST_HAPPENINGS) violate(`I7: more than ${MOST_HAPPENINGS} things happened`)
  Object.assign(counts, network.counts)

  /** What a peer knows of an envelope that it does not show. */
  const whyNot = (peer: SimulatedPeer, hash: string): string => {
    const parked = new Draft(peer.state).get(PARKED, group, hash)
    return parked === undefined ? 'never came' : `${parked.cause}, generation ${parked.generation}, iteration ${parked.iteration}`
  }
  // ——— What must hold ———
  const members = peers.filter((peer) => stateIn(peer) === 'member')
  const [reference] = members
  const rosterOf = (peer: SimulatedPeer) => {
    const log = new Draft(peer.state).get(LOG, group)
    return log === undefined ? undefined : resolve(log)
  }
  if (reference !== undefined) {
    const fingerprint = (peer: SimulatedPeer): string => {
      const roster = rosterOf(peer)
      return roster === undefined ? 'none' : toBase64url(rosterFingerprint(primitives, roster))
    }
    const epochOf = (peer: SimulatedPeer): string => {
      const epoch = new Draft(peer.state).get(GROUP, group)?.epoch ?? null
      return epoch === null ? 'none' : toBase64url(epoch)
    }
    const inRoster = members.filter((peer) => rosterOf(reference)?.isMember(accountOf(peer)) === true)
    for (const peer of inRoster) {
      if (fingerprint(peer) !== fingerprint(reference)) violate(`I3: ${peer.name} and ${reference.name} have different rosters`)
      if (epochOf(peer) !== epochOf(reference) || epochOf(peer) === 'none') violate(`I3: ${peer.name} and ${reference.name} are in different epochs`)
    }
    const isIn = (device: string): boolean => {
      const peer = deviceOfPeer.get(device)
      return peer !== undefined && inRoster.includes(peer)
    }
    /** Texts are unique; the same one may have come in either of two envelopes, where its epoch ended on its way. */
    const shows = (peer: SimulatedPeer, text: string): boolean => held.get(peer)?.some((each) => each.text === text) === true
    const held = new Map(peers.map((peer) => [peer, peer.readLog(`messages/${group}`).flatMap((each) => textsOf(each.value))]))
    for (const [hash, { text, author, recipients, shownAsSent }] of sealed) {
      // What came late from somebody who is out is opened as far as a remaining member had opened it (PROTOCOL §6).
      const isHeard = inRoster.includes(author) || inRoster.some((peer) => recipients.has(deviceOf(peer)) && shows(peer, text))
      for (const device of recipients) {
        const peer = deviceOfPeer.get(device)
        if (peer === undefined || !isIn(device) || !shownAsSent || peer === author || !isHeard || forgetful.has(peer)) continue
        if (!shows(peer, text)) violate(`I4: “${text}” showed as sent and is not with ${peer.name} (${whyNot(peer, hash)})`)
      }
      for (const peer of peers) {
        const isMeant = peer === author || recipients.has(deviceOf(peer))
        if (!isMeant && held.get(peer)?.some((each) => each.envelope === hash)) violate(`I4: “${text}” is with ${peer.name}, for whom it was not sealed`)
      }
    }
    const first = held.get(reference) ?? []
    for (const peer of inRoster) {
      const theirs = (held.get(peer) ?? []).map((each) => each.text)
      if (new Set(theirs).size < theirs.length) violate(`I8: ${peer.name} shows a message twice`)
      const shared = first.map((each) => each.text).filter((each) => theirs.includes(each))
      const order = theirs.filter((each) => shared.includes(each))
      if (shared.join() !== order.join()) violate(`I5: ${peer.name} and ${reference.name} show messages in different orders`)
    }
    for (const peer of peers) {
      if (stateIn(peer) !== 'removed' && stateIn(peer) !== 'left') continue
      const secrets = new Draft(reference.state).scan(EPOCH, group).filter(({ value }) => value.endedMs === null)
      const own = new Draft(peer.state).scan(EPOCH, group).map(({ value }) => toBase64url(value.secret))
      if (secrets.some(({ value }) => own.includes(toBase64url(value.secret)))) violate(`I6: ${peer.name} holds the secret of a later epoch`)
    }
  }
  for (const peer of peers) if (mapSize(peer.state) > MOST_ROWS) violate(`I7: ${peer.name} has ${mapSize(peer.state)} rows`)
  return { seed, violations, counts, story }
}

function accountOf(peer: SimulatedPeer) {
  const account = new Draft(peer.state).first(SELF)?.value.account
  if (account === undefined) throw new TypeError(`${peer.name} has no profile`)
  return account
}

const deviceOf = (peer: SimulatedPeer): string => toBase64url(new Draft(peer.state).first(SELF)?.value.device ?? new Uint8Array())

function textsOf(value: Uint8Array): readonly { readonly envelope: string; readonly text: string }[] {
  const record: Decoded<typeof messageRecord> | undefined = decode(messageRecord, value)
  return record?.body.kind === 'text' ? [{ envelope: toBase64url(record.envelope), text: record.body.text }] : []
}
