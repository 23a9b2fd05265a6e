/** An event from the network that makes a step throw is dropped, and nothing else is lost. A fault of ours stops the loop. */
import type { Core, Event, State, Step } from '@sotto/core'
import { expect, it } from 'vitest'
import { type Dropped, startLoop } from './loop.ts'
import { createMemoryStorage } from './memory/memory-storage.ts'

const POISON = 'poison'

/** A machine that records which peer or request it heard, and throws at the name `POISON`. */
function machine() {
  const heard: string[] = []
  const step = (state: State, event: Event): Step => {
    const name = 'peer' in event ? event.peer : event.kind === 'requested' ? event.request : event.kind
    if (name === POISON) throw new RangeError(POISON)
    heard.push(name)
    return {
      state,
      writes: { rows: [{ key: name, value: new Uint8Array([1]) }], histories: [], dropHistories: [] },
      effects: [{ kind: 'hangUpPeer', peer: name }],
    }
  }
  const core: Core = {
    step,
    load: () => ({ state: null, damaged: [] }),
    createProfile: () => step(null, { kind: 'started' }),
    autoLockMinutesOf: () => null,
    keysOf: () => [],
    hasIdleWork: () => false,
    viewOf: () => ({ relays: [], groups: [], requests: [], search: { isOn: true, percent: null }, clockAheadMs: null, popupPlace: null, self: null }),
  }
  return { core, heard }
}

function loop() {
  const { core, heard } = machine()
  const storage = createMemoryStorage({ durability: 'strict' })
  const dropped: Dropped[] = []
  const performed: string[] = []
  const broken: unknown[] = []
  const running = startLoop({
    core,
    state: null,
    storage,
    clock: { nowMs: () => 0, wakeAt: () => () => {}, yieldToPage: () => Promise.resolve() },
    perform: (effect) => void performed.push('peer' in effect ? effect.peer : effect.kind),
    changed: () => {},
    trouble: () => {},
    dropped: (each) => void dropped.push(each),
    broken: (fault) => void broken.push(fault),
  })
  return { ...running, heard, performed, dropped, broken, rows: () => [...storage.loadNow().keys()] }
}

const frame = (peer: string): Event => ({ kind: 'peerFrameReceived', peer, frame: new Uint8Array() })

it('a frame that makes the machine throw is dropped and reported, and the events around it take effect', async () => {
  const { deliver, stop, heard, performed, dropped, broken, rows } = loop()
  for (const peer of ['before', POISON, 'after']) deliver(frame(peer))
  await stop()
  expect(heard).toEqual(['started', 'before', 'after', 'stopping'])
  expect(performed).toEqual(heard)
  expect(rows().toSorted()).toEqual(heard.toSorted())
  expect(dropped.map(({ event }) => event)).toEqual([frame(POISON)])
  expect(broken).toEqual([])
})

it.each([
  { kind: 'peerClosed', peer: POISON },
  { kind: 'requested', request: POISON, what: { kind: 'lock' } },
] satisfies Event[])('$kind is not dropped: the loop stops, and nothing of the turn takes effect', async (event) => {
  const { deliver, stop, performed, dropped, broken, rows } = loop()
  deliver(frame('before'))
  deliver(event)
  await stop()
  expect(broken).toHaveLength(1)
  expect(dropped).toEqual([])
  expect(performed).toEqual([])
  expect(rows()).toEqual([])
})
