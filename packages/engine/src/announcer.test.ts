import { expect, it } from 'vitest'
import type { EngineView } from '@sotto/core'
import { createAnnouncer } from './announcer.ts'

/** An announcer at a clock that a test moves; each view has a number. */
function announced() {
  let nowMs = 1_000
  let made = 0
  const waking = new Set<{ readonly atMs: number; readonly wake: () => void }>()
  const announcer = createAnnouncer(() => ++made as unknown as EngineView, {
    nowMs: () => nowMs,
    wakeAt: (atMs, wake) => {
      const alarm = { atMs, wake }
      waking.add(alarm)
      return () => waking.delete(alarm)
    },
    yieldToPage: () => Promise.resolve(),
  })
  const heard: unknown[] = []
  announcer.subscribe((view) => heard.push(view))
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
  const pass = async (ms: number): Promise<void> => {
    nowMs += ms
    for (const alarm of waking) if (alarm.atMs <= nowMs && waking.delete(alarm)) alarm.wake()
    await turn()
  }
  return { ...announcer, heard, pass, turn, waking }
}

it('one change is told at once, and those that follow together', async () => {
  const { announceSoon, heard, pass, turn } = announced()
  announceSoon()
  announceSoon()
  await turn()
  expect(heard).toEqual([1, 2])
  for (let i = 0; i < 5; i++) {
    announceSoon()
    await turn()
  }
  expect(heard).toEqual([1, 2])
  await pass(16)
  expect(heard).toEqual([1, 2, 3])
  await pass(100)
  expect(heard).toEqual([1, 2, 3])
})

it('what a request asked for waits for nothing', async () => {
  const { announce, announceSoon, hurry, heard, pass, turn } = announced()
  announce()
  await turn()
  announceSoon()
  hurry()
  await turn()
  expect(heard).toEqual([1, 2, 3])
  // Nothing waits.
  hurry()
  await pass(100)
  expect(heard).toEqual([1, 2, 3])
})

it('a clock that was set back keeps no view waiting', async () => {
  const { announceSoon, heard, pass, turn } = announced()
  announceSoon()
  await turn()
  await pass(-500)
  announceSoon()
  await turn()
  expect(heard).toEqual([1, 2, 3])
})

it('nothing is told after silence', async () => {
  const { announceSoon, silence, heard, pass, turn, waking } = announced()
  announceSoon()
  await turn()
  announceSoon()
  silence()
  expect(waking.size).toBe(0)
  await pass(100)
  expect(heard).toEqual([1, 2])
})
