import { describe, expect, test } from 'vitest'
import { LIMITS } from './limits.ts'
import { isLadderLength } from './padding.ts'

test('every limit is a positive whole number', () => {
  for (const [name, limit] of Object.entries(LIMITS)) {
    expect(Number.isSafeInteger(limit) && limit > 0, `${name} is ${String(limit)}`).toBe(true)
  }
})

describe('sizes', () => {
  test('the smallest and the largest record are on the ladder, and a frame takes the largest', () => {
    expect(isLadderLength(LIMITS.smallestRecordBytes)).toBe(true)
    expect(isLadderLength(LIMITS.recordBytes)).toBe(true)
    expect(LIMITS.frameBytes).toBeGreaterThan(LIMITS.recordBytes)
  })

  test('a group mailbox holds a record of the largest size for every connection that may write', () => {
    expect(LIMITS.groupMailboxBytes / LIMITS.recordBytes).toBeGreaterThanOrEqual(LIMITS.connectionsPerAddress)
  })

  test("an invite's text fits a QR code with room for correction (version 13-M takes 331 bytes, 15-M 412)", () => {
    expect(LIMITS.inviteTextBytes).toBeLessThanOrEqual(412)
  })
})

describe('times', () => {
  test('a signed prekey is made again, then refused, then forgotten, and outlives what waits in a mailbox', () => {
    expect(LIMITS.signedPreKeyRotateMs).toBeLessThan(LIMITS.signedPreKeyRefuseMs)
    expect(LIMITS.signedPreKeyRefuseMs).toBeLessThan(LIMITS.signedPreKeyKeepMs)
    expect(LIMITS.signedPreKeyRefuseMs + LIMITS.retentionMs).toBeLessThanOrEqual(LIMITS.signedPreKeyKeepMs)
  })

  test('keys that were skipped and sessions that lost are kept as long as what they open may wait', () => {
    expect(LIMITS.skippedMs).toBeGreaterThanOrEqual(LIMITS.retentionMs)
    expect(LIMITS.losingSessionMs).toBeGreaterThanOrEqual(LIMITS.retentionMs)
    expect(LIMITS.envelopeHistoryMs).toBeGreaterThanOrEqual(LIMITS.retentionMs)
  })
})

describe('counts', () => {
  test('a session holds the skipped keys of more than one chain', () => {
    expect(LIMITS.skippedPerSession).toBeGreaterThan(LIMITS.skippedPerChain)
  })

  test('iterations of one sender key fit their two bytes, and rotation comes before the reach of a header ends', () => {
    expect(LIMITS.skippedPerSenderKey).toBeLessThan(2 ** 16)
    expect(LIMITS.rotateAfterMessages).toBeLessThan(LIMITS.skippedPerSenderKey)
  })

  test('a stranger may fill less than a contact, a contact less than an inbox', () => {
    expect(LIMITS.strangerRecords).toBeLessThan(LIMITS.capabilityRecords)
    expect(LIMITS.capabilityRecords).toBeLessThan(LIMITS.inboxRecords)
    expect(LIMITS.strangerRecordBytes).toBeLessThan(LIMITS.recordBytes)
    expect(LIMITS.strangerRetentionMs).toBeLessThan(LIMITS.retentionMs)
  })

  test('prekeys are topped up before they are used up', () => {
    expect(LIMITS.oneTimePreKeysLow).toBeLessThan(LIMITS.oneTimePreKeys)
  })
})
