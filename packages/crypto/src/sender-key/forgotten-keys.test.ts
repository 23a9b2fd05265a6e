/** A message that came by another way: its key goes, and those of all others stay. */
import { type EpochId, type GroupId, utf8 } from '@sotto/wire'
import { expect, test } from 'vitest'
import { loadSodiumPrimitives } from '../primitives/index.ts'
import { createPerson } from '../test-support/people.ts'
import { seededProvider } from '../test-support/seeded-provider.ts'
import { unmaskEnvelope } from './header-mask.ts'
import { openAuthentic, verifyEnvelope, withoutMessageKey } from './open-envelope.ts'
import { createOwnSenderKey, distributionOf, sealMessage } from './own-sender-key.ts'
import { takeDistribution, type TheirSenderKey } from './their-sender-key.ts'

const primitives = await loadSodiumPrimitives()
const provider = seededProvider(primitives, 'forgotten')
const { account, device } = createPerson(provider, 0)
const epoch = { headerKey: provider.random(32), tagKey: provider.random(32) }
const place = { group: provider.random(32) as GroupId, epoch: provider.random(32) as EpochId, account, device }
const NOW = 1_800_000_000_000

/** The first 8 envelopes of a key, and the key as it was handed over before them. */
function sealed(): { readonly envelopes: readonly Uint8Array[]; readonly their: TheirSenderKey } {
  let own = createOwnSenderKey(provider, { ...place, keyId: 7, frontier: [] })
  const their = takeDistribution(primitives, place, distributionOf(own))
  if ('code' in their) throw new Error(their.code)
  const envelopes = Array.from({ length: 8 }, (_, i) => {
    const { key, envelope } = sealMessage(primitives, epoch, own, utf8(`message ${i}`))
    own = key
    return envelope
  })
  return { envelopes, their }
}

/** What an envelope says, or why it does not open; and the key after that. */
function opened(key: TheirSenderKey, envelope: Uint8Array | undefined): { readonly says: string; readonly key: TheirSenderKey } {
  const unmasked = unmaskEnvelope(primitives, epoch.headerKey, envelope ?? new Uint8Array())
  const authentic = unmasked === undefined ? undefined : verifyEnvelope(primitives, key, unmasked)
  if (authentic === undefined || 'code' in authentic) throw new Error('no envelope of this key')
  const result = openAuthentic(primitives, key, authentic, NOW)
  return 'code' in result ? { says: result.code, key } : { says: new TextDecoder().decode(result.plaintext), key: result.key }
}

test('one that was passed over in the chain opens no more, and the others do', () => {
  const { envelopes, their } = sealed()
  const { key } = opened(their, envelopes[2])
  const without = withoutMessageKey(primitives, key, 1, NOW)
  expect([0, 1, 3].map((i) => opened(without, envelopes[i]).says)).toEqual(['message 0', 'alreadyOpened', 'message 3'])
})

test('one that the chain has not reached opens no more either, and those before and behind it do', () => {
  const { envelopes, their } = sealed()
  const without = withoutMessageKey(primitives, their, 5, NOW)
  expect([0, 4, 5, 6, 7].map((i) => opened(without, envelopes[i]).says)).toEqual(['message 0', 'message 4', 'alreadyOpened', 'message 6', 'message 7'])
})

test('of one that was opened there is nothing to forget', () => {
  const { envelopes, their } = sealed()
  const { key } = opened(their, envelopes[0])
  expect(withoutMessageKey(primitives, key, 0, NOW)).toBe(key)
})
