import { encode, type DeviceId, type GroupId, type Invite, type JoinWithdrawal, joinWithdrawal, isLadderLength, pad, withdrawalSigningInput } from '@sotto/wire'
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
const ASKED_MS = 1_800_000_000_000
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

const sealed = (): Uint8Array => sealJoinWithdrawal(provider, invite, device, ASKED_MS) ?? new Uint8Array()

describe('a withdrawal', () => {
  test('names the device that signed it, with every provider, and is a record of the ladder', () => {
    const record = sealed()
    expect(isLadderLength(record.length)).toBe(true)
    for (const primitives of [sodium, createNoblePrimitives()])
      expect(openJoinWithdrawal(primitives, expected, record)).toEqual({ device: device.publicKey, askedMs: ASKED_MS })
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
    const said = { group: invite.group, inviteKey: expected.inviteKey, device: device.publicKey as DeviceId, askedMs: ASKED_MS }
    const opened = (withdrawal: JoinWithdrawal) => {
      const plaintext = pad(encode(joinWithdrawal, withdrawal), SEALED_BOX_OVERHEAD_BYTES)
      const record = sealBox(provider, 'sealed box', invite.rendezvousSealKey, plaintext, invite.group)
      if (record === undefined) throw new TypeError('not sealed')
      return openJoinWithdrawal(sodium, expected, record)
    }
    const signature = sodium.ed25519.sign(withdrawalSigningInput(said), device)
    expect(opened({ ...said, signature })).toBeDefined()
    expect(opened({ ...said, signature: sodium.ed25519.sign(withdrawalSigningInput(said), other) })).toBeUndefined()
    expect(opened({ ...said, askedMs: ASKED_MS + 1, signature })).toBeUndefined()
  })
})
