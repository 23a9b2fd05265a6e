/** What the sender keys of other devices take on the disk is bounded for each of them, and never counted wrong. */
import { describe, expect, it } from 'vitest'
import type { TheirSenderKey } from '@sotto/crypto'
import { LIMITS } from '@sotto/wire'
import { Draft, KEY_BYTES, THEIR_KEY } from '../../inside.ts'
import type { KeyName } from '../../state/names.ts'
import { deleteTheirKey, expireTheirKeys, putTheirKey } from './their-keys.ts'

const NOW_MS = 1_800_000_000_000
const bytes = (length: number) => new Uint8Array(length) as never

/** A key with so many skipped message keys, passed over at a time. */
const keyWith = (skipped: number, skippedMs = NOW_MS): TheirSenderKey => ({
  context: {
    suite: 1,
    group: bytes(32),
    epoch: bytes(32),
    account: bytes(32),
    device: bytes(32),
    generation: 1,
    signingKey: bytes(32),
    commitment: bytes(32),
    frontier: [],
  },
  contextHash: bytes(32),
  fromIteration: 0,
  iteration: skipped,
  chainKey: bytes(32),
  skipped: Array.from({ length: skipped }, (_, iteration) => ({ iteration, messageKey: bytes(32), skippedMs })),
  destroyed: [],
})
const nameOf = (device: string, generation: number, epoch = 'epoch'): KeyName => ['group', epoch, device, String(generation)]

describe('the sender keys of one device', () => {
  it('give way to newer ones of the same device when they take too much, and to nobody else’s', () => {
    const draft = new Draft(null)
    putTheirKey({ draft }, nameOf('bob', 1), { key: keyWith(0), receivedMs: NOW_MS })
    for (let generation = 1; generation <= 100; generation++) {
      putTheirKey({ draft }, nameOf('mallory', generation), { key: keyWith(0), receivedMs: NOW_MS + generation })
      putTheirKey({ draft }, nameOf('mallory', generation), { key: keyWith(LIMITS.skippedPerSenderKey), receivedMs: NOW_MS + generation })
      expect(draft.get(KEY_BYTES, 'group', 'mallory')).toBeLessThanOrEqual(LIMITS.receiverKeyBytes)
    }
    const kept = draft.scan(THEIR_KEY, 'group', 'epoch', 'mallory').map(({ key }) => Number(key[3]))
    expect(kept).toContain(100)
    expect(kept).not.toContain(1)
    expect(kept.length).toBeGreaterThan(10)
    expect(draft.get(THEIR_KEY, ...nameOf('bob', 1))).toBeDefined()
  })

  it('give way also where they are of another epoch', () => {
    const draft = new Draft(null)
    const full = { key: keyWith(LIMITS.skippedPerSenderKey), receivedMs: NOW_MS }
    for (let i = 0; i < 100; i++) putTheirKey({ draft }, nameOf('mallory', 1, `epoch ${i}`), { ...full, receivedMs: NOW_MS + i })
    expect(draft.get(THEIR_KEY, ...nameOf('mallory', 1, 'epoch 0'))).toBeUndefined()
    expect(draft.get(THEIR_KEY, ...nameOf('mallory', 1, 'epoch 99'))).toBeDefined()
  })

  it('take nothing once they are gone', () => {
    const draft = new Draft(null)
    for (const skipped of [0, 5, 3]) putTheirKey({ draft }, nameOf('bob', 1), { key: keyWith(skipped), receivedMs: NOW_MS })
    expect(draft.get(KEY_BYTES, 'group', 'bob')).toBeGreaterThan(0)
    deleteTheirKey({ draft }, nameOf('bob', 1))
    expect(draft.get(KEY_BYTES, 'group', 'bob')).toBeUndefined()
  })

  it('lose skipped message keys after thirty days, though nobody writes', () => {
    const draft = new Draft(null)
    putTheirKey({ draft }, nameOf('bob', 1), { key: keyWith(5), receivedMs: NOW_MS })
    expireTheirKeys({ draft, nowMs: NOW_MS + LIMITS.skippedMs - 1 })
    expect(draft.get(THEIR_KEY, ...nameOf('bob', 1))?.key.skipped).toHaveLength(5)
    expireTheirKeys({ draft, nowMs: NOW_MS + LIMITS.skippedMs })
    expect(draft.get(THEIR_KEY, ...nameOf('bob', 1))?.key).toMatchObject({ skipped: [], destroyed: [{ from: 0, to: 4 }] })
  })
})
