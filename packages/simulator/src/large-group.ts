/**
 * One large group, built by joining and then used: the cost of each action, counted in records and bytes left at the
 * relay (PROTOCOL §3, §6). Most members are away, and what is for them waits.
 */
import { messageRecord } from '@sotto/core/inside'
import type { Primitives } from '@sotto/crypto/primitives'
import { decode, mailboxRequest } from '@sotto/wire'
import { noCounts } from './counts.ts'
import { modelledPrimitives } from './modelled-primitives.ts'
import { seededRandom } from './seeded-random.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { SimulatedPeer } from './simulated-peer.ts'
import { createVirtualTime } from './virtual-time.ts'

/** Records and bytes left at the relay during an action: by the peer that acts, and by all others. */
export interface Cost {
  readonly what: string
  readonly records: number
  readonly bytes: number
  readonly othersRecords: number
  readonly othersBytes: number
  /** Processor time of all peers and the relay meanwhile. */
  readonly cpuMs: number
}

export interface LargeGroupResult {
  readonly members: number
  readonly costs: readonly Cost[]
  /** Violations; empty if all is well. */
  readonly violations: readonly string[]
}

const START_MS = 1_800_000_000_000
/** Members that are always there. All others leave once they have joined. */
const PRESENT = 6
/** Virtual ms from an action to all its consequences: two minutes, and prekeys for all members at a relay's pace (`preKeyFetchesPerMinute`). */
const quietMs = (members: number): number => 120_000 + members * 1_100
const MOST_PLANNED_EVENTS = 50_000_000
/** What all others leave beside an action, such as receipts, acknowledgements and logs that are compared. A guess. */
const MOST_OTHERS_BYTES = 64 * 1024

/** Plays it. `told` gets the progress, a sentence at a time; `cpuMs` returns the processor time used so far. */
export function playLargeGroup(
  members: number,
  seed: number,
  real: Primitives,
  told: (line: string) => void,
  cpuMs: () => number = () => 0,
  isSmall = false,
): LargeGroupResult {
  const primitives = modelledPrimitives(real)
  const random = seededRandom(seed)
  const time = createVirtualTime(START_MS)
  const violations: string[] = []
  const costs: Cost[] = []
  const left = new Map<SimulatedPeer, { records: number; bytes: number }>()
  const peers: SimulatedPeer[] = []
  const network = new SimulatedNetwork({ time, random, primitives, peers, relays: 1, counts: noCounts() })
  network.isRough = false
  const relay = network.relays[0]?.address ?? ''
  const watch = {
    network: (peer: SimulatedPeer, effect: Parameters<SimulatedNetwork['perform']>[1]): void => {
      const frame = effect.kind === 'sendRelayFrame' ? decode(mailboxRequest, effect.frame) : undefined
      if (frame?.kind === 'append' && frame.class === 'stored') {
        const sum = left.get(peer) ?? { records: 0, bytes: 0 }
        left.set(peer, { records: sum.records + 1, bytes: sum.bytes + frame.body.length })
      }
      network.perform(peer, effect)
    },
    committed: (): void => {},
    died: (peer: SimulatedPeer): void => network.died(peer),
    stopped: (peer: SimulatedPeer): void => network.died(peer),
    started: (): void => {},
    fault: (peer: SimulatedPeer, fault: unknown): void => void violations.push(`a step of ${peer.name} threw ${String(fault)}`),
  }
  const pass = (ms: number): void => void time.runUntil(time.nowMs() + ms, MOST_PLANNED_EVENTS)
  const until = (what: string, isSo: () => boolean): void => {
    for (let i = 0; i < 600 && !isSo(); i++) pass(100)
    if (!isSo()) violations.push(`${what}: not within a minute`)
  }
  const enter = (name: string): SimulatedPeer => {
    const peer = new SimulatedPeer(name, { primitives, random, ownRandom: random, time, watch, durability: 'strict', skewMs: 0 })
    peers.push(peer)
    peer.signUp([relay])
    peer.start()
    return peer
  }
  const groupOf = (peer: SimulatedPeer) => peer.view().groups[0]
  const texts = (peer: SimulatedPeer): readonly string[] =>
    peer.readHistory(`messages/${groupOf(peer)?.id ?? ''}`).flatMap(({ value }) => {
      const body = decode(messageRecord, value)?.body
      return body?.kind === 'text' ? [body.text] : []
    })

  /** Lets a peer act, and counts what all peers leave at the relay until everything has followed. */
  const costOf = (what: string, by: SimulatedPeer, act: () => void): void => {
    left.clear()
    const startCpuMs = cpuMs()
    act()
    pass(quietMs(members))
    const usedMs = Math.round((cpuMs() - startCpuMs) * 10) / 10
    const own = left.get(by) ?? { records: 0, bytes: 0 }
    const others = [...left].filter(([peer]) => peer !== by).map(([, each]) => each)
    const sum = (name: 'records' | 'bytes'): number => others.reduce((total, each) => total + each[name], 0)
    costs.push({ what, ...own, othersRecords: sum('records'), othersBytes: sum('bytes'), cpuMs: usedMs })
    told(`${what}: ${own.records} records, ${own.bytes} bytes; others ${sum('records')} records; ${usedMs} ms of processor time`)
  }

  const founder = enter('Founder')
  pass(1_000)
  let group = ''
  founder.request({ kind: 'createGroup', title: 'Everybody', isSmall }, (reply) => {
    if (reply.ok) group = reply.value.group ?? ''
  })
  until('the group', () => group !== '')
  let invite = ''
  let uses = 0
  const join = (peer: SimulatedPeer): void => {
    if (uses-- <= 0) {
      uses = 90
      founder.request({ kind: 'revokeInvites', group })
      pass(500)
      founder.request({ kind: 'createInvite', group }, (reply) => {
        if (reply.ok) invite = reply.value.invite ?? ''
      })
      pass(500)
    }
    peer.request({ kind: 'join', invite })
    until(`${peer.name} joins`, () => groupOf(peer)?.state === 'member')
  }
  const present: SimulatedPeer[] = [founder]
  for (let number = 1; number < members - 1; number++) {
    const peer = enter(`Member ${number}`)
    join(peer)
    if (number < PRESENT) present.push(peer)
    else {
      pass(2_000)
      peer.stop()
      peer.unload()
    }
    if (number % 100 === 0) told(`${number + 1} members`)
  }
  const [, writer, second, leaving] = present
  const away = peers.at(-1)
  if (writer === undefined || second === undefined || leaving === undefined || away === undefined) throw new RangeError('a large group has more members')
  pass(quietMs(members))

  const last = enter('Last')
  costOf('join', last, () => join(last))
  const say = (by: SimulatedPeer, text: string) => (): void => by.request({ kind: 'send', group, text })
  costOf('first message', writer, say(writer, 'one'))
  costOf('next message', writer, say(writer, 'two'))
  const account = leaving.view().self?.account ?? ''
  costOf('removal', founder, () => founder.request({ kind: 'removeMember', group, account }))
  costOf('first message after it', writer, say(writer, 'three'))
  costOf('next message after it', writer, say(writer, 'four'))
  costOf('first message of another', second, say(second, 'five'))
  costOf('return of one who was away', away, () => away.start())

  for (const peer of [...present.filter((each) => each !== leaving), last, away]) {
    const found = texts(peer)
    if (found.join() !== 'one,two,three,four,five') violations.push(`${peer.name} shows ${found.join()}`)
    if (groupOf(peer)?.members.length !== members - 1) violations.push(`${peer.name} sees ${groupOf(peer)?.members.length ?? 0} members`)
  }
  // PROTOCOL §6: one ciphertext a message, and O(n) letters once, by the remover and by each member that writes after it.
  const others = members - 1
  // Where messages are sealed for each device by itself, one costs a letter for each.
  const each = isSmall ? others : 1
  const limits: { readonly [what: string]: number } = {
    'first message': 1 + others,
    'next message': each,
    removal: 1 + others,
    'first message after it': others,
    'next message after it': each,
    'first message of another': others,
  }
  for (const { what, records, othersRecords, othersBytes } of costs) {
    const most = limits[what]
    // Beside what is due, a few receipts and acknowledgements to present members may fall into that time.
    if (most !== undefined && records > most + PRESENT) violations.push(`${what}: ${records} records, and at most ${most} are due`)
    // Only present members answer. A welcome brings the log, some fifty operations in a record.
    const answers = 4 * PRESENT + (what === 'join' ? Math.ceil(members / 40) : 0)
    if (othersRecords > answers) violations.push(`${what}: others left ${othersRecords} records`)
    // Who compares logs sends what is missing.
    if (what !== 'join' && othersBytes > MOST_OTHERS_BYTES) violations.push(`${what}: others left ${othersBytes} bytes`)
  }
  if (groupOf(leaving)?.state !== 'removed') violations.push('the removed member was not told')
  return { members, costs, violations }
}
