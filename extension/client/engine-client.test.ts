import type { EngineView } from '@sotto/engine/api'
import { describe, expect, test } from 'vitest'
import { type EngineConnector, connectEngine } from './engine-client.ts'
import type { MessagePort, ToEngine, ToPage } from './engine-port.ts'

const view: EngineView = {
  phase: 'noProfile',
  profile: null,
  relays: [],
  groups: [],
  requests: [],
  search: { isOn: true, percent: null },
  popupPlace: null,
  clockAheadMs: null,
  typed: { profileName: '', groupTitle: '', invite: '', shared: '' },
  trouble: null,
  nextTryMs: null,
  wiped: null,
}
const engine = { id: 'first life', startedMs: 1 }

interface FakePort extends MessagePort {
  readonly sent: ToEngine[]
  readonly tell: (message: ToPage) => void
  readonly drop: () => void
}

function fakePort(): FakePort {
  const listeners: ((message: unknown) => void)[] = []
  const droppers: (() => void)[] = []
  const sent: ToEngine[] = []
  return {
    sent,
    tell: (message) => listeners.forEach((listener) => listener(message)),
    drop: () => droppers.forEach((listener) => listener()),
    postMessage: (message) => sent.push(message as ToEngine),
    disconnect: () => {},
    onMessage: { addListener: (listener) => listeners.push(listener) },
    onDisconnect: { addListener: (listener) => droppers.push(listener) },
  }
}

/** A client whose ports are kept in the order in which they were opened. Every wait ends at once. */
function setUp(ensureEngine: EngineConnector['ensureEngine'] = async () => {}) {
  const ports: FakePort[] = []
  const waitsMs: number[] = []
  const client = connectEngine({
    ensureEngine,
    openPort: () => {
      const port = fakePort()
      ports.push(port)
      return port
    },
    wait: async (ms) => {
      waitsMs.push(ms)
    },
  })
  const port = (place: number): FakePort => {
    const found = ports[place]
    if (found === undefined) throw new Error(`port ${place} was not opened`)
    return found
  }
  return { client, port, waitsMs }
}

/** Lets every settled promise run its callbacks. */
const drain = () => new Promise((resolve) => setImmediate(resolve))

describe('the engine as a page sees it', () => {
  test('is connecting until its first view, then follows patches', async () => {
    const { client, port } = setUp()
    await drain()
    expect(client.state()).toEqual({ connection: 'connecting', view: null })
    port(0).tell({ kind: 'welcome', engine })
    port(0).tell({ kind: 'view', revision: 0, view })
    expect(client.state()).toEqual({ connection: 'connected', view, engine })
    port(0).tell({ kind: 'patch', revision: 1, patch: [{ kind: 'set', path: ['phase'], value: 'ready' }] })
    expect(client.state().view?.phase).toBe('ready')
  })

  test('sends requests made before there was a connection, once there is one', async () => {
    const { client, port } = setUp()
    const reply = client.request({ kind: 'lock' })
    await drain()
    expect(port(0).sent).toEqual([])
    port(0).tell({ kind: 'welcome', engine })
    port(0).tell({ kind: 'view', revision: 0, view })
    expect(port(0).sent).toEqual([{ kind: 'request', id: 1, request: { kind: 'lock' } }])
    port(0).tell({ kind: 'reply', id: 1, reply: { ok: true, value: {} } })
    expect(await reply).toEqual({ ok: true, value: {} })
  })

  test('returns each answer to its request, in any order', async () => {
    const { client, port } = setUp()
    await drain()
    port(0).tell({ kind: 'welcome', engine })
    port(0).tell({ kind: 'view', revision: 0, view })
    const replies = [client.request({ kind: 'createGroup', title: 'a' }), client.request({ kind: 'createGroup', title: 'b' })]
    port(0).tell({ kind: 'reply', id: 2, reply: { ok: true, value: { group: 'B' } } })
    port(0).tell({ kind: 'reply', id: 1, reply: { ok: true, value: { group: 'A' } } })
    expect(await Promise.all(replies)).toEqual([
      { ok: true, value: { group: 'A' } },
      { ok: true, value: { group: 'B' } },
    ])
  })

  test('reports the engine gone to waiting requests, keeps the last view, and connects again', async () => {
    const { client, port } = setUp()
    await drain()
    port(0).tell({ kind: 'welcome', engine })
    port(0).tell({ kind: 'view', revision: 0, view })
    const reply = client.request({ kind: 'lock' })
    port(0).drop()
    expect(await reply).toEqual({ ok: false, rejection: { code: 'engineGone', numbers: {} } })
    expect(client.state()).toEqual({ connection: 'connecting', view })
    await drain()
    const next = { id: 'second life', startedMs: 2 }
    port(1).tell({ kind: 'welcome', engine: next })
    port(1).tell({ kind: 'view', revision: 0, view })
    expect(client.state()).toEqual({ connection: 'connected', view, engine: next })
  })

  test('requests a whole view when a revision is missing', async () => {
    const { client, port } = setUp()
    await drain()
    port(0).tell({ kind: 'welcome', engine })
    port(0).tell({ kind: 'view', revision: 0, view })
    port(0).tell({ kind: 'patch', revision: 2, patch: [{ kind: 'set', path: ['phase'], value: 'ready' }] })
    expect(port(0).sent).toEqual([{ kind: 'resync' }])
    expect(client.state().view).toBe(view)
  })

  test('is tried again, with longer and longer waits, while it cannot be reached', async () => {
    let failures = 6
    const { waitsMs, port } = setUp(async () => {
      if (failures-- > 0) throw new Error('not yet')
    })
    port(0).drop()
    await drain()
    expect(port(1)).toBeDefined()
    expect(waitsMs).toEqual([50, 100, 200, 400, 400, 400])
  })

  test('asks the background for an engine only where none listens', async () => {
    let asked = 0
    const { client, port } = setUp(async () => void asked++)
    await drain()
    expect(asked).toBe(0)
    port(0).drop()
    await drain()
    expect(asked).toBe(1)
    port(1).tell({ kind: 'welcome', engine })
    port(1).tell({ kind: 'view', revision: 0, view })
    expect(client.state()).toEqual({ connection: 'connected', view, engine })
  })

  test('is sent to a conversation also where nothing listened yet, and once', async () => {
    const { client, port } = setUp()
    port(0).tell({ kind: 'welcome', engine })
    port(0).tell({ kind: 'view', revision: 0, view })
    port(0).tell({ kind: 'go', group: 'A' })
    const sent: (string | null)[] = []
    client.onGo((group) => void sent.push(group))
    client.onGo((group) => void sent.push(group))
    expect(sent).toEqual(['A'])
    port(0).tell({ kind: 'go', group: null })
    expect(sent).toEqual(['A', null, null])
  })

  test('ignores messages that are not of the union', async () => {
    const { client, port } = setUp()
    await drain()
    const before = client.state()
    port(0).tell({ kind: 'view', revision: 0, view: { phase: 'odd' } } as never)
    expect(client.state()).toBe(before)
  })

  test('answers engineGone after it was closed, and opens no further port', async () => {
    const { client, port } = setUp()
    await drain()
    const asked = client.request({ kind: 'lock' })
    client.close()
    port(0).drop()
    expect(await asked).toMatchObject({ rejection: { code: 'engineGone' } })
    expect(await client.request({ kind: 'lock' })).toMatchObject({ rejection: { code: 'engineGone' } })
    await drain()
    expect(() => port(1)).toThrow('port 1 was not opened')
  })
})
