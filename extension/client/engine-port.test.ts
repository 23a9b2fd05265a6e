import { describe, expect, test } from 'vitest'
import { isEngineRequest, isToEngine, isToPage } from './engine-port.ts'

const view = {
  phase: 'noProfile',
  profile: null,
  relays: [],
  groups: [],
  popupPlace: null,
  clockAheadMs: null,
  typed: { profileName: '', groupTitle: '', invite: '', shared: '' },
  trouble: null,
  nextTryMs: null,
  wiped: null,
}

describe('a request from a page', () => {
  test.each([
    { kind: 'lock' },
    { kind: 'createProfile', name: 'Alice', passphrase: null, relays: [] },
    { kind: 'readMessages', group: 'g', before: null, limit: 50 },
    { kind: 'setRole', group: 'g', account: 'a', role: 'admin' },
  ])('is understood: %j', (request) => {
    expect(isEngineRequest(request)).toBe(true)
    expect(isToEngine({ kind: 'request', id: 1, request })).toBe(true)
  })

  test.each([
    null,
    'lock',
    {},
    { kind: 'toString' },
    { kind: 'unlock' },
    { kind: 'unlock', passphrase: 7 },
    { kind: 'lock', passphrase: 'more than belongs there' },
    { kind: 'readMessages', group: 'g', before: null, limit: -1 },
    { kind: 'setRole', group: 'g', account: 'a', role: 'owner' },
    { kind: 'createProfile', name: 'Alice', passphrase: null, relays: [1] },
  ])('is refused: %j', (request) => {
    expect(isEngineRequest(request)).toBe(false)
    expect(isToEngine({ kind: 'request', id: 1, request })).toBe(false)
  })
})

describe('a message to a page', () => {
  test.each([
    { kind: 'welcome', engine: { id: 'one', startedMs: 1 } },
    { kind: 'view', revision: 0, view },
    { kind: 'patch', revision: 1, patch: [{ kind: 'set', path: ['phase'], value: 'ready' }] },
    { kind: 'reply', id: 1, reply: { ok: true, value: {} } },
    { kind: 'reply', id: 1, reply: { ok: false, rejection: { code: 'locked', numbers: {} } } },
  ])('is understood: %j', (message) => {
    expect(isToPage(message)).toBe(true)
  })

  test.each([
    undefined,
    { kind: 'view', revision: 0, view: { ...view, phase: 'asleep' } },
    { kind: 'view', revision: '0', view },
    { kind: 'patch', revision: 1, patch: [{}] },
    { kind: 'reply', id: 1, reply: { ok: 'yes', value: {} } },
    { kind: 'welcome', engine: { id: 'one' } },
  ])('is refused: %j', (message) => {
    expect(isToPage(message)).toBe(false)
  })
})
