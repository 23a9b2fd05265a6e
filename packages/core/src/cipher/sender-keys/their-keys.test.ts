/** The disk space of other devices' sender keys is bounded for each device and counted correctly. */
import { describe, expect, it } from 'vitest'
import type { TheirSenderKey } from '@sotto/crypto'
import { LIMITS } from '@sotto/wire'
import { KEY_BYTES, THEIR_KEY, Transaction } from '../../inside.ts'
import type { KeyName } from '../../state/names.ts'
import { deleteTheirKey, expireTheirKeys, putTheirKey } from './their-keys.ts'

const NOW_MS = 1_800_000_000_000
const bytes = (length: number) => new Uint8Array(length) as never

/** A key that skipped this many message keys at once. */
const keyWith = (skipped: number, skippedMs = NOW_MS): TheirSenderKey => ({
  context: {
    suite: 1,
    group: bytes(32),
    epoch: bytes(32),
    account: bytes(32),
    device: bytes(32),
    keyId: 1,
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
const nameOf = (device: string, keyId: number, epoch = 'epoch'): KeyName => ['group', epoch, device, String(keyId)]

describe('the sender keys of one device', () => {
  it('give way to newer ones of the same device when they take too much space, and never to another device’s', () => {
    const transaction = new Transaction(null)
    putTheirKey({ transaction }, nameOf('bob', 1), { key: keyWith(0), receivedMs: NOW_MS })
    for (let keyId = 1; keyId <= 100; keyId++) {
      putTheirKey({ transaction }, nameOf('mallory', keyId), { key: keyWith(0), receivedMs: NOW_MS + keyId })
      putTheirKey({ transaction }, nameOf('mallory', keyId), { key: keyWith(LIMITS.skippedPerSenderKey), receivedMs: NOW_MS + keyId })
      expect(transaction.get(KEY_BYTES, 'group', 'mallory')).toBeLessThanOrEqual(LIMITS.receiverKeyBytes)
    }
    const kept = transaction.scan(THEIR_KEY, 'group', 'epoch', 'mallory').map(({ key }) => Number(key[3]))
    expect(kept).toContain(100)
    expect(kept).not.toContain(1)
    expect(kept.length).toBeGreaterThan(10)
    expect(transaction.get(THEIR_KEY, ...nameOf('bob', 1))).toBeDefined()
  })

  it('give way even if they are of another epoch', () => {
    const transaction = new Transaction(null)
    const full = { key: keyWith(LIMITS.skippedPerSenderKey), receivedMs: NOW_MS }
    for (let i = 0; i < 100; i++) putTheirKey({ transaction }, nameOf('mallory', 1, `epoch ${i}`), { ...full, receivedMs: NOW_MS + i })
    expect(transaction.get(THEIR_KEY, ...nameOf('mallory', 1, 'epoch 0'))).toBeUndefined()
    expect(transaction.get(THEIR_KEY, ...nameOf('mallory', 1, 'epoch 99'))).toBeDefined()
  })

  it('take no space once they are deleted', () => {
    const transaction = new Transaction(null)
    for (const skipped of [0, 5, 3]) putTheirKey({ transaction }, nameOf('bob', 1), { key: keyWith(skipped), receivedMs: NOW_MS })
    expect(transaction.get(KEY_BYTES, 'group', 'bob')).toBeGreaterThan(0)
    deleteTheirKey({ transaction }, nameOf('bob', 1))
    expect(transaction.get(KEY_BYTES, 'group', 'bob')).toBeUndefined()
  })

  it('lose skipped message keys after thirty days even without any message', () => {
    const transaction = new Transaction(null)
    putTheirKey({ transaction }, nameOf('bob', 1), { key: keyWith(5), receivedMs: NOW_MS })
    expireTheirKeys({ transaction, nowMs: NOW_MS + LIMITS.skippedMs - 1 })
    expect(transaction.get(THEIR_KEY, ...nameOf('bob', 1))?.key.skipped).toHaveLength(5)
    expireTheirKeys({ transaction, nowMs: NOW_MS + LIMITS.skippedMs })
    expect(transaction.get(THEIR_KEY, ...nameOf('bob', 1))?.key).toMatchObject({ skipped: [], destroyed: [{ from: 0, to: 4 }] })
  })
})
