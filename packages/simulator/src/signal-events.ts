/** What people read, type and allow others to see in a world. Drawn separately, so that worlds stay the same without it. */
import type { PrivacyChoice } from '@sotto/core'
import { seededRandom } from './seeded-random.ts'

export type SignalEvent = { readonly atMs: number } & (
  | { readonly kind: 'readAll'; readonly peer: number }
  | { readonly kind: 'type'; readonly peer: number; readonly isTyping: boolean }
  | { readonly kind: 'choosePrivacy'; readonly peer: number; readonly what: PrivacyChoice; readonly isOn: boolean }
  /** A person gives a sign, such as a key. */
  | { readonly kind: 'touch'; readonly peer: number }
)

const FROM_MS = 5_000
const UNTIL_MS = 60_000

/** In two worlds of three. */
export function signalEvents(seed: number, peers: number): readonly SignalEvent[] {
  const random = seededRandom(Math.imul(seed, 0x45d9f3b1))
  if (!random.chance(0.67)) return []
  const atMs = (): number => random.between(FROM_MS, UNTIL_MS)
  return Array.from({ length: peers }, (_, peer) => peer).flatMap((peer) => {
    const events: SignalEvent[] = []
    for (let times = random.between(0, 6); times > 0; times--) events.push({ kind: 'readAll', atMs: atMs(), peer })
    for (let times = random.between(0, 4); times > 0; times--) events.push({ kind: 'type', atMs: atMs(), peer, isTyping: random.chance(0.8) })
    for (let times = random.between(0, 4); times > 0; times--) events.push({ kind: 'touch', atMs: atMs(), peer })
    if (random.chance(0.5)) events.push({ kind: 'choosePrivacy', atMs: random.between(1_000, FROM_MS), peer, what: 'presence', isOn: true })
    if (random.chance(0.3))
      events.push({ kind: 'choosePrivacy', atMs: atMs(), peer, what: random.pick(['readReceipts', 'typing', 'presence'] as const), isOn: random.chance(0.4) })
    return events
  })
}
