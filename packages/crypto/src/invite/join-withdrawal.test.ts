import { encode, type DeviceId, type GroupId, type Invite, joinWithdrawal, isLadderLength, pad, withdrawalSigningInput } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { createNoblePrimitives, loadSodiumPrimitives } from '../primitives/index.ts'
import { SEALED_BOX_OVERHEAD_BYTES, sealBox } from '../sealed-box/sealed-box.ts'
import { flipped, seededProvider } from '../test-support/seeded-provider.ts'
import { inviteKeyPair, rendezvousKeys } from './invite-keys.ts'
import { openJoinRequest } from './join-request.ts'
import { openJoinWithdrawal, sealJoinWithdrawal } from './join-withdrawal.ts'

const sodium = await loadSodiumPrimitives()
const provider = seededProvider(sodium, 'withdrawal')
const rendezvousSeed = provider.random(32)
const members = rendezvousKeys(sodium, rendezvousSeed)
const device = sodium.ed25519.keyPairFromSeed(provider.random(32))
const invite: Invite = {
  group: provider.random(32) as GroupId,
  rendezvousReadKey: members.readKeyPair.publicKey,
  rendezvousSealKey: members.sealKeyPair.publicKey,
  seed: provider.random(32),
  headsHash: provider.random(16),
  inviter: provider.random(16),
  expiresMs: 0,
  relays: [],
}
const expected = { group: invite.group, inviteKey: inviteKeyPair(sodium, invite.seed).publicKey, rendezvousSeed }

const sealed = (): Uint8Array => sealJoinWithdrawal(provider, invite, device) ?? new Uint8Array()

describe('a withdrawal', () => {
  test('names the device that signed it, with every provider, and is a record of the ladder', () => {
    const record = sealed()
    expect(isLadderLength(record.length)).toBe(true)
    for (const primitives of [sodium, createNoblePrimitives()]) expect(openJoinWithdrawal(primitives, expected, record)).toEqual(device.publicKey)
  })

  test('is no request, and is not for another invite or group', () => {
    const record = sealed()
    expect(openJoinRequest(sodium, expected, record)).toEqual({ code: 'damaged' })
    expect(openJoinWithdrawal(sodium, { ...expected, inviteKey: provider.random(32) }, record)).toBeUndefined()
    expect(openJoinWithdrawal(sodium, { ...expected, group: provider.random(32) as GroupId }, record)).toBeUndefined()
    expect(openJoinWithdrawal(sodium, { ...expected, rendezvousSeed: provider.random(32) }, record)).toBeUndefined()
    expect(openJoinWithdrawal(sodium, expected, flipped(record, 100))).toBeUndefined()
  })

  test('takes nothing back where another device signed it', () => {
    const other = sodium.ed25519.keyPairFromSeed(provider.random(32))
    const signature = sodium.ed25519.sign(withdrawalSigningInput(invite.group, expected.inviteKey, device.publicKey), other)
    const forged = encode(joinWithdrawal, { group: invite.group, inviteKey: expected.inviteKey, device: device.publicKey as DeviceId, signature })
    const record = sealBox(provider, 'sealed box', invite.rendezvousSealKey, pad(forged, SEALED_BOX_OVERHEAD_BYTES), invite.group)
    if (record === undefined) throw new TypeError('not sealed')
    expect(openJoinWithdrawal(sodium, expected, record)).toBeUndefined()
  })
})
