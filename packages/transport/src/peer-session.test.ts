/** Sessions over channels whose deliveries a test orders as it likes: the order of arrival is the whole difficulty. */
import type { Connection } from '@libp2p/interface'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FrameChannel, FrameHandlers } from './frame-stream.ts'
import { type Carrier, FRAME, framed, PeerSession, SESSION_ID_BYTES, type SessionEnd } from './peer-session.ts'
import { DEFAULT_TIMING } from './timing.ts'

/** One end of a channel in memory. What is sent waits at the other end until it is let through. */
class Channel implements FrameChannel {
  isOpen = true
  #handlers: FrameHandlers | undefined
  waiting: (Uint8Array | 'closed')[] = []
  other: Channel | undefined

  readonly listen = (handlers: FrameHandlers): void => {
    this.#handlers = handlers
  }
  readonly hold = (): void => {
    this.#handlers = undefined
  }
  readonly send = (frame: Uint8Array): boolean => {
    if (this.isOpen) this.other?.waiting.push(frame)
    return this.isOpen
  }
  readonly finish = async (): Promise<void> => this.#close()
  readonly abort = (): void => this.#close()

  /** Lets the next item through. False if nothing waits. */
  deliver(): boolean {
    const next = this.waiting.shift()
    if (next === undefined) return false
    if (!this.isOpen) return true
    if (next === 'closed') {
      this.isOpen = false
      this.#handlers?.closed()
    } else this.#handlers?.frame(next)
    return true
  }

  /** The connection below dies: both ends notice, and what was in flight is lost. */
  die(): void {
    for (const end of [this, this.other]) if (end !== undefined) end.waiting = ['closed']
  }

  #close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.other?.waiting.push('closed')
  }
}

const channelPair = (): readonly [Channel, Channel] => {
  const [one, other] = [new Channel(), new Channel()]
  one.other = other
  other.other = one
  return [one, other]
}

const carrier = (frames: FrameChannel, direct: boolean): Carrier => ({ frames, connection: { direct } as unknown as Connection })

interface End {
  readonly session: PeerSession
  readonly received: number[]
  readonly ended: SessionEnd[]
}

const end = (isInitiator: boolean, frames: Channel): End => {
  const received: number[] = []
  const ended: SessionEnd[] = []
  const session = new PeerSession({
    id: new Uint8Array(SESSION_ID_BYTES).fill(7),
    isInitiator,
    carrier: carrier(frames, false),
    timing: DEFAULT_TIMING,
    events: {
      frameReceived: (frame) => received.push((frame[0] ?? 0) * 256 + (frame[1] ?? 0)),
      pathChanged: () => {},
      ended: (reason) => ended.push(reason),
    },
  })
  session.ready()
  return { session, received, ended }
}

class World {
  readonly old = channelPair()
  readonly alice = end(true, this.old[0])
  readonly bob = end(false, this.old[1])
  readonly channels: Channel[] = [...this.old]
  readonly #sent = new Map<End, number>()

  send(from: End): void {
    const number = this.#sent.get(from) ?? 0
    this.#sent.set(from, number + 1)
    from.session.send(Uint8Array.of(number >> 8, number & 255))
  }

  sentBy(from: End): number {
    return this.#sent.get(from) ?? 0
  }

  /** Alice moves to a new direct channel. Bob's first frame on it is read as the peers' bookkeeping would. */
  move(): readonly [Channel, Channel] {
    const [hers, his] = channelPair()
    this.channels.push(hers, his)
    his.listen({ frame: (frame) => this.bob.session.acceptMove(carrier(his, true), frame.slice(1)), closed: () => {} })
    void this.alice.session.moveTo(carrier(hers, true))
    return [hers, his]
  }

  drain(): void {
    while (this.channels.some((channel) => channel.deliver())) continue
  }
}

const inOrder = (length: number): readonly number[] => Array.from({ length }, (_, i) => i)

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('send' as const), who: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('deliver' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('move' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('allow' as const), who: fc.boolean(), isAllowed: fc.boolean() }) },
)
const fatalStep = fc.oneof({ weight: 12, arbitrary: step }, { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const), which: fc.nat(20) }) })

type Step = typeof fatalStep extends fc.Arbitrary<infer S> ? S : never

const play = (steps: readonly Step[]): World => {
  const world = new World()
  for (const each of steps) {
    if (each.kind === 'send') world.send(each.who ? world.alice : world.bob)
    else if (each.kind === 'move') world.move()
    else if (each.kind === 'allow') (each.who ? world.alice : world.bob).session.allowDirect(each.isAllowed)
    else {
      const channel = world.channels[each.which % world.channels.length]
      if (each.kind === 'deliver') channel?.deliver()
      else channel?.die()
    }
  }
  world.drain()
  return world
}

test('in whatever order the old and the new stream deliver, everything arrives once and in order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const world = play(steps)
      const { alice, bob } = world
      expect([alice.ended, bob.ended]).toEqual([[], []])
      expect(alice.received).toEqual(inOrder(world.sentBy(bob)))
      expect(bob.received).toEqual(inOrder(world.sentBy(alice)))
      if (steps.some(({ kind }) => kind === 'move')) expect([alice.session.path, bob.session.path]).toEqual(['direct', 'direct'])
      alice.session.end('hungUp')
      bob.session.end('hungUp')
    }),
    { numRuns: 500 },
  )
})

test('whichever stream dies at whatever moment, nothing is missing in the middle, and an end that may lack frames ends the session on both sides', () => {
  fc.assert(
    fc.property(fc.array(fatalStep, { maxLength: 120 }), (steps) => {
      const world = play(steps)
      const { alice, bob } = world
      for (const each of [alice, bob]) expect(each.received).toEqual(inOrder(each.received.length))
      expect(alice.ended.length).toBe(bob.ended.length)
      if (alice.ended.length === 0) {
        expect(alice.received).toHaveLength(world.sentBy(bob))
        expect(bob.received).toHaveLength(world.sentBy(alice))
      }
      alice.session.end('hungUp')
      bob.session.end('hungUp')
    }),
    { numRuns: 500 },
  )
})

/** Whether an initiator may dial directly now. */
const mayDial = (session: PeerSession): Promise<boolean> => Promise.race([session.untilDirectAllowed().then(() => true), Promise.resolve().then(() => false)])

test('the initiator goes ahead while both ends allow it, whichever allowed it first, and not after one took it back', async () => {
  for (const order of [[0, 1] as const, [1, 0] as const]) {
    const world = new World()
    const sessions = [world.alice.session, world.bob.session] as const
    const waiting = sessions[0].untilDirectAllowed().then(() => 'went ahead')
    sessions[order[0]].allowDirect(true)
    world.drain()
    expect(await mayDial(sessions[0])).toBe(false)
    sessions[order[1]].allowDirect(true)
    world.drain()
    expect(await mayDial(sessions[0])).toBe(true)
    expect(await waiting).toBe('went ahead')
    sessions[order[0]].allowDirect(false)
    world.drain()
    expect(await mayDial(sessions[0])).toBe(false)
  }
})

test('what a responder allowed is so before the initiator hears of it', () => {
  const { alice, bob } = new World()
  bob.session.allowDirect(true)
  expect([alice.session.isDirectAllowed, bob.session.isDirectAllowed]).toEqual([false, true])
  bob.session.end('hungUp')
  expect(bob.session.isDirectAllowed).toBe(false)
})

test('an initiator waits no longer for a consent when the session is over', async () => {
  const { alice } = new World()
  const waiting = alice.session.untilDirectAllowed()
  alice.session.end('hungUp')
  await waiting
  expect(alice.session.signal.aborted).toBe(true)
})

test('a refused move leaves the session where it was', () => {
  const world = new World()
  const [hers, his] = channelPair()
  world.channels.push(hers, his)
  his.listen({ frame: () => his.send(framed(FRAME.refuse)), closed: () => {} })
  const moved = world.alice.session.moveTo(carrier(hers, true))
  world.drain()
  world.send(world.alice)
  world.drain()
  expect(world.bob.received).toEqual([0])
  expect(world.alice.session.path).toBe('relayed')
  return expect(moved).resolves.toBe(false)
})

test('a goodbye ends the session on both sides, and each knows whose it was', async () => {
  const world = new World()
  await world.alice.session.hangUp(10)
  world.drain()
  expect([world.alice.ended, world.bob.ended]).toEqual([['hungUp'], ['goodbye']])
})

test('a peer that floods the new stream before the old one has ended loses the session', () => {
  const world = new World()
  const [hers] = world.move()
  const [, , , his] = world.channels
  his?.deliver()
  // Bob gets a lot on the new stream, while what Alice sent on the old one is held back.
  for (let i = 0; i < 60; i++) hers.send(framed(FRAME.data, new Uint8Array(80 * 1024)))
  while (his?.deliver() === true) continue
  expect(world.bob.ended).toEqual(['lost'])
})

test.each([
  ['an unknown kind', Uint8Array.of(99)],
  ['an end without a move', Uint8Array.of(FRAME.end)],
  ['a second opening', framed(FRAME.open, new Uint8Array(SESSION_ID_BYTES))],
  ['a word of the responder, said by the initiator,', Uint8Array.of(FRAME.direct, 1)],
])('%s ends the session', (_, frame) => {
  const world = new World()
  world.old[0].send(frame)
  world.drain()
  expect(world.bob.ended).toEqual(['lost'])
  expect(world.alice.ended).toEqual(['lost'])
})
