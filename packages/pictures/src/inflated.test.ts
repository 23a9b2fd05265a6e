import { zlibSync } from 'fflate'
import { expect, test } from 'vitest'
import { inflated } from './inflated.ts'
import { orRefusal } from './refused.ts'

const MOST = 100_000

test('a stream is inflated up to a length, and no further', () => {
  const bytes = Uint8Array.from({ length: MOST }, (_, i) => (i * i) % 251)
  expect(inflated(zlibSync(bytes), MOST)).toEqual(bytes)
  expect(orRefusal(() => inflated(zlibSync(new Uint8Array(MOST + 1)), MOST))).toEqual({ ok: false, refusal: 'notSupported' })
})

test('one that would fill the memory is given up soon', () => {
  const bomb = zlibSync(new Uint8Array(64 * 1024 * 1024))
  expect(bomb.length).toBeLessThan(100_000)
  const startMs = performance.now()
  expect(orRefusal(() => inflated(bomb, MOST))).toEqual({ ok: false, refusal: 'notSupported' })
  // All of it takes some hundred times as long.
  expect(performance.now() - startMs).toBeLessThan(1_000)
})

test('what is none, or ends too early, is refused', () => {
  const whole = zlibSync(Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) % 256))
  expect(orRefusal(() => inflated(whole.subarray(0, whole.length >> 1), MOST))).toMatchObject({ ok: false })
  expect(orRefusal(() => inflated(new Uint8Array(50), MOST))).toMatchObject({ ok: false })
  expect(orRefusal(() => inflated(new Uint8Array(0), MOST))).toMatchObject({ ok: false })
})
