import type { EngineView } from '@sotto/engine/api'
import { expect, test } from 'vitest'
import { keepStorage } from './keep-storage.ts'

const view = (phase: EngineView['phase']): EngineView => ({ phase }) as unknown as EngineView

const asking = (isKept: boolean) => {
  let asked = 0
  const watch = keepStorage({
    persisted: () => Promise.resolve(isKept),
    persist: async () => {
      asked++
      return true
    },
  })
  return { watch, asked: () => asked }
}
const soon = () => new Promise((resolve) => setTimeout(resolve, 0))

test('the browser is asked once, when there is a profile', async () => {
  const { watch, asked } = asking(false)
  for (const phase of ['starting', 'noProfile', 'locked'] as const) watch(view(phase))
  await soon()
  expect(asked()).toBe(0)
  for (const phase of ['ready', 'locked', 'ready'] as const) watch(view(phase))
  await soon()
  expect(asked()).toBe(1)
})

test('a browser that keeps it already is not asked', async () => {
  const { watch, asked } = asking(true)
  watch(view('ready'))
  await soon()
  expect(asked()).toBe(0)
})
