import { signal } from '@preact/signals'
import type { EngineRequest, EngineView } from '@sotto/engine/api'
import { expect, it } from 'vitest'
import { keepPopupPlace } from './popup-place.ts'
import type { Route } from './route.ts'

const LIST: Route = { screen: 'list' }
const CHOIR: Route = { screen: 'conversation', group: 'choir' }

/** A popup that opens at an address, and what it says of where it is. */
function open({ hash = '', untilMs = Date.now() + 60_000, state = 'member', layout = 'popup', phase = 'ready' } = {}) {
  const shown = (at: string) => ({ phase: at, popupPlace: { group: 'choir', untilMs }, groups: [{ id: 'choir', state }] }) as unknown as EngineView
  const view = signal(shown(phase))
  const route = signal<Route>(LIST)
  const now = signal(1)
  const said: (string | null)[] = []
  const request = async (what: EngineRequest) => {
    if (what.kind === 'keepPopupPlace') said.push(what.group)
    return { ok: true, value: {} } as const
  }
  const goInstead = (next: Route): void => {
    route.value = next
  }
  keepPopupPlace({ layout: layout as 'popup', view, route, now, goInstead, request }, () => hash)
  return { view, route, now, said, become: (at: string) => (view.value = shown(at)) }
}

it('opens in the conversation that the last one showed, and says so as long as it stays', () => {
  const { route, now, said } = open()
  expect(route.value).toEqual(CHOIR)
  now.value = 2
  expect(said).toEqual(['choir', 'choir'])
  route.value = { screen: 'members', group: 'choir' }
  route.value = LIST
  now.value = 3
  expect(said).toEqual(['choir', 'choir', null])
})

it.each([
  ['where that was long ago', { untilMs: Date.now() - 1 }],
  ['where it was led elsewhere', { hash: '#/' }],
  ['where one only asked to join it', { state: 'joining' }],
])('opens in the list %s', (_what, options) => {
  const { route, said } = open(options)
  expect(route.value).toEqual(LIST)
  expect(said).toEqual([null])
})

it('waits for the vault, and goes there once it is open; what comes later moves nobody', () => {
  const { route, said, become } = open({ phase: 'locked' })
  expect([route.value, said]).toEqual([LIST, []])
  become('ready')
  expect(route.value).toEqual(CHOIR)
  route.value = LIST
  become('locked')
  become('ready')
  expect(route.value).toEqual(LIST)
})

it('is of the popup alone', () => {
  const { route, said } = open({ layout: 'panel' })
  expect([route.value, said]).toEqual([LIST, []])
})
