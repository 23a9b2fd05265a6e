import type { EngineApi, EngineRequest, EngineView } from '@sotto/engine/api'
import { describe, expect, test } from 'vitest'
import type { ToPage } from '../client/engine-port.ts'
import { type IncomingPort, servePorts } from './serve-ports.ts'

const own = { id: 'our-id', baseUrl: 'chrome-extension://our-id/' }
const engine = { id: 'a life', startedMs: 1 }
const first: EngineView = {
  phase: 'starting',
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

function setUp(sender: IncomingPort['sender'] = { id: own.id, url: `${own.baseUrl}popup.html` }, name = 'sotto engine') {
  const told: ToPage[] = []
  const asked: EngineRequest[] = []
  const views = new Set<(view: EngineView) => void>()
  let hear: (message: unknown) => void = () => {}
  let drop: () => void = () => {}
  let turnedAway = false
  const api: EngineApi = {
    request: async (request) => {
      asked.push(request)
      return { ok: true, value: {} }
    },
    subscribe: (listener) => {
      views.add(listener)
      listener(first)
      return () => views.delete(listener)
    },
  }
  servePorts(api, engine, own).serve({
    name,
    sender,
    postMessage: (message) => told.push(message as ToPage),
    disconnect: () => {
      turnedAway = true
    },
    onMessage: {
      addListener: (listener) => {
        hear = listener
      },
    },
    onDisconnect: {
      addListener: (listener) => {
        drop = listener
      },
    },
  })
  return {
    told,
    asked,
    views,
    show: (view: EngineView) => views.forEach((listener) => listener(view)),
    hear: (message: unknown) => hear(message),
    drop: () => drop(),
    wasTurnedAway: () => turnedAway,
  }
}

/** Lets every settled promise run its callbacks. */
const drain = () => new Promise((resolve) => setImmediate(resolve))

describe('a page at the engine’s port', () => {
  test('is welcomed, shown the view, and then only what changes', () => {
    const page = setUp()
    page.show({ ...first, phase: 'noProfile' })
    page.show({ ...first, phase: 'noProfile' })
    expect(page.told).toEqual([
      { kind: 'welcome', engine },
      { kind: 'view', revision: 0, view: first },
      { kind: 'patch', revision: 1, patch: [{ kind: 'set', path: ['phase'], value: 'noProfile' }] },
    ])
  })

  test('gets the answer to its request under the request’s id', async () => {
    const page = setUp()
    page.hear({ kind: 'request', id: 7, request: { kind: 'lock' } })
    await drain()
    expect(page.asked).toEqual([{ kind: 'lock' }])
    expect(page.told.at(-1)).toEqual({ kind: 'reply', id: 7, reply: { ok: true, value: {} } })
  })

  test('gets badRequest for what the engine does not know, and the engine is not called', async () => {
    const page = setUp()
    page.hear({ kind: 'request', id: 7, request: { kind: 'explode' } })
    page.hear('nonsense')
    await drain()
    expect(page.asked).toEqual([])
    expect(page.told.slice(2)).toEqual([{ kind: 'reply', id: 7, reply: { ok: false, rejection: { code: 'badRequest', numbers: {} } } }])
  })

  test('gets the whole view at the current revision on request', () => {
    const page = setUp()
    const second = { ...first, phase: 'locked' } as const
    page.show(second)
    page.hear({ kind: 'resync' })
    expect(page.told.at(-1)).toEqual({ kind: 'view', revision: 1, view: second })
  })

  test('that left receives nothing more and has no subscription', async () => {
    const page = setUp()
    page.hear({ kind: 'request', id: 1, request: { kind: 'lock' } })
    page.drop()
    await drain()
    expect(page.told).toHaveLength(2)
    expect(page.views.size).toBe(0)
  })

  test.each([
    ['another extension', { id: 'their-id', url: 'chrome-extension://their-id/popup.html' }, 'sotto engine'],
    ['a web page that uses our id', { id: own.id, url: 'https://example.org/' }, 'sotto engine'],
    ['an origin that only begins like ours', { id: own.id, url: 'chrome-extension://our-id.example/' }, 'sotto engine'],
    ['an unknown sender', undefined, 'sotto engine'],
    ['a port of another name', { id: own.id, url: `${own.baseUrl}popup.html` }, 'something else'],
  ])('is refused if it is %s', (_who, sender, name) => {
    // `undefined` would mean the default sender.
    const page = setUp(sender ?? {}, name)
    expect(page.wasTurnedAway()).toBe(true)
    expect(page.told).toEqual([])
  })
})

describe('what a person chose outside of the app', () => {
  const api: EngineApi = {
    request: async () => ({ ok: true, value: {} }),
    subscribe: (listener) => {
      listener(first)
      return () => {}
    },
  }

  function serving() {
    let now = 1_000
    const server = servePorts(api, engine, own, () => now)
    const open = (page: string) => {
      const told: ToPage[] = []
      let hear: (message: unknown) => void = () => {}
      let drop: () => void = () => {}
      server.serve({
        name: 'sotto engine',
        sender: { id: own.id, url: `${own.baseUrl}${page}` },
        postMessage: (message) => told.push(message as ToPage),
        disconnect: () => {},
        onMessage: { addListener: (listener) => (hear = listener) },
        onDisconnect: { addListener: (listener) => (drop = listener) },
      })
      return { went: () => told.filter(({ kind }) => kind === 'go'), say: (message: unknown) => hear(message), close: () => drop() }
    }
    const pass = (ms: number): void => {
      now += ms
    }
    return { server, open, pass }
  }

  test('a conversation is before their eyes while one page says so', () => {
    const { server, open } = serving()
    const [one, other] = [open('popup.html'), open('sidepanel.html')]
    one.say({ kind: 'showing', group: 'desk' })
    other.say({ kind: 'showing', group: 'desk' })
    expect(server.isShown('desk')).toBe(true)
    expect(server.isShown('choir')).toBe(false)
    other.say({ kind: 'showing', group: null })
    expect(server.isShown('desk')).toBe(true)
    one.close()
    expect(server.isShown('desk')).toBe(false)
  })

  test('no text that is none is taken for a conversation', () => {
    const { server, open } = serving()
    open('popup.html').say({ kind: 'showing', group: { toString: 'desk' } })
    expect(server.isShown('desk')).toBe(false)
  })

  test('an open panel goes there, and no popup, which closes over the choice', () => {
    const { server, open } = serving()
    const [panel, popup] = [open('sidepanel.html#/'), open('popup.html')]
    expect(server.go('desk')).toBe(true)
    expect(panel.went()).toEqual([{ kind: 'go', group: 'desk' }])
    expect(popup.went()).toEqual([])
    panel.close()
    expect(server.go('desk')).toBe(false)
  })

  test('where none is open, the next one goes, once and soon', () => {
    const { server, open } = serving()
    expect(server.go('desk')).toBe(false)
    expect(open('sidepanel.html').went()).toEqual([{ kind: 'go', group: 'desk' }])
    expect(open('sidepanel.html').went()).toEqual([])
    const again = serving()
    again.server.go('desk')
    again.pass(30_000)
    expect(again.open('sidepanel.html').went()).toEqual([])
  })
})
