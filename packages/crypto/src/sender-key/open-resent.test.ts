/** A message that its author sends once more: what opens is what the envelope holds, for everybody. */
import {
  concat,
  decodeGroupEnvelope,
  encode,
  encodeGroupEnvelope,
  envelopeHeader,
  type EpochId,
  groupEnvelopeAd,
  type GroupId,
  pad,
  senderKeyContextInput,
  utf8,
} from '@sotto/wire'
import { expect, test } from 'vitest'
import { loadSodiumPrimitives } from '../primitives/index.ts'
import { createPerson } from '../test-support/people.ts'
import { seededProvider } from '../test-support/seeded-provider.ts'
import { messageCipher } from './chain.ts'
import { senderTag } from './header-mask.ts'
import { openResent } from './open-resent.ts'
import { createOwnSenderKey, sealMessage } from './own-sender-key.ts'

const primitives = await loadSodiumPrimitives()
const provider = seededProvider(primitives, 'resent')
const { account, device } = createPerson(provider, 0)
const epoch = { headerKey: provider.random(32), tagKey: provider.random(32) }
const group = provider.random(32) as GroupId
const own = createOwnSenderKey(provider, { group, epoch: provider.random(32) as EpochId, account, device, keyId: 7, frontier: [] })
const place = { keyId: 7, iteration: 0 }

test('opens with its own key, at its own place, and with nothing else', () => {
  const { envelope, opening } = sealMessage(primitives, epoch, own, utf8('said'))
  expect(openResent(primitives, envelope, opening, place)).toEqual(utf8('said'))
  expect(openResent(primitives, envelope, { ...opening, messageKey: provider.random(32) }, place)).toBeUndefined()
  expect(openResent(primitives, envelope, { ...opening, contextHash: provider.random(32) }, place)).toBeUndefined()
  expect(openResent(primitives, envelope, { ...opening, senderTag: provider.random(4) }, place)).toBeUndefined()
  expect(openResent(primitives, envelope, opening, { ...place, iteration: 1 })).toBeUndefined()
  for (const at of [12, 60, envelope.length - 70]) {
    expect(openResent(primitives, envelope.with(at, (envelope[at] ?? 0) ^ 1), opening, place), String(at)).toBeUndefined()
  }
})

test('does not open with a key that it is not committed to, though its author sealed it under that key', () => {
  const [committed, other] = [provider.random(32), provider.random(32)]
  const { commitment } = messageCipher(primitives, committed)
  const cipher = messageCipher(primitives, other)
  const contextHash = primitives.sha256(senderKeyContextInput(own.context))
  const tag = senderTag(primitives, epoch.tagKey, device)
  const ad = groupEnvelopeAd(contextHash, encode(envelopeHeader, { senderTag: tag, ...place }), commitment)
  const ciphertext = primitives.chacha20Poly1305.seal(cipher.key, cipher.nonce, pad(utf8('two texts'), 121), ad)
  const envelope = encodeGroupEnvelope({ maskedHeader: provider.random(8), commitment, ciphertext, signature: new Uint8Array(64) })
  expect(decodeGroupEnvelope(envelope)?.ciphertext).toEqual(concat(ciphertext))
  expect(openResent(primitives, envelope, { messageKey: other, contextHash, senderTag: tag }, place)).toBeUndefined()
})
