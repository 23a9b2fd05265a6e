import { expect, test } from 'vitest'
import { TURN_RENEWED_MS, turnAccess } from './turn.ts'

const TURN = { urls: ['turn:turn.example.org:3478'], secret: 'north' }
const NOW_MS = 1_790_000_123_456
const HOUR_MS = 3_600_000

test('the name is the second at which they end, and the password its HMAC in base64', () => {
  const { urls, username, password, forSeconds } = turnAccess(TURN, NOW_MS)
  expect(urls).toEqual(TURN.urls)
  expect(username).toMatch(/^\d{10}$/)
  expect(Number(username)).toBe(Math.floor(NOW_MS / 1_000) + forSeconds)
  // Worked out with another program: printf 1790046000 | openssl dgst -sha1 -hmac north -binary | base64
  expect([username, password]).toEqual(['1790046000', 'EwLAs0sSg5VyC8Djcg0jR0AJ7XE='])
})

test('all clients of an hour have the same, and those of the next hour others', () => {
  const hourMs = Math.floor(NOW_MS / HOUR_MS) * HOUR_MS
  const nameAfter = (seconds: number): string => turnAccess(TURN, hourMs + seconds * 1_000).username
  expect([1, 1_800, 3_600].map(nameAfter)).toEqual([nameAfter(1), nameAfter(1), nameAfter(1)])
  expect(nameAfter(3_601)).not.toBe(nameAfter(1))
})

test('they last until newer ones came, and as long again for what began with them', () => {
  for (let ms = 0; ms < HOUR_MS; ms += HOUR_MS / 7) {
    const { forSeconds } = turnAccess(TURN, NOW_MS + ms)
    expect(forSeconds * 1_000).toBeGreaterThanOrEqual(2 * TURN_RENEWED_MS)
    expect(forSeconds * 1_000).toBeLessThan(2 * TURN_RENEWED_MS + HOUR_MS + 1_000)
  }
})
