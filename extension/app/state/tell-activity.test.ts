import type { EngineReply, EngineRequest } from '@sotto/engine/api'
import { expect, test } from 'vitest'
import { tellActivity } from './tell-activity.ts'

function page(answer: () => Promise<EngineReply> = async () => ({ ok: true, value: {} })) {
  const told: EngineRequest[] = []
  const target = new EventTarget()
  const clock = { nowMs: 1_000_000 }
  const request = (what: EngineRequest): Promise<EngineReply> => {
    told.push(what)
    return answer()
  }
  tellActivity({ request }, target, () => clock.nowMs)
  return { told, clock, does: (sign: string) => target.dispatchEvent(new Event(sign)) }
}

test('a page that opens, and a key or a touch, say that the person is there; not each of them does', () => {
  const { told, clock, does } = page()
  expect(told).toEqual([{ kind: 'active' }])
  for (let i = 0; i < 100; i++) does('keydown')
  expect(told).toHaveLength(1)
  clock.nowMs += 15_000
  does('pointermove')
  does('wheel')
  expect(told).toHaveLength(2)
})

test('what happens by itself says nothing', () => {
  const { told, clock, does } = page()
  clock.nowMs += 60_000
  for (const sign of ['scroll', 'focus', 'visibilitychange', 'resize']) does(sign)
  expect(told).toHaveLength(1)
})

test('a clock that is put back does not silence it, nor does an engine that is away', () => {
  const { told, clock, does } = page(() => Promise.reject(new Error('gone')))
  clock.nowMs -= 3_600_000
  does('keydown')
  expect(told).toHaveLength(2)
})
