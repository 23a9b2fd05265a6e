import { concat, utf8 } from '@sotto/wire'
import { expect, test } from 'vitest'
import { createNoblePrimitives, loadSodiumPrimitives } from '../primitives/index.ts'
import { flipped, seededProvider } from '../test-support/seeded-provider.ts'
import { openBox, sealBox, SEALED_BOX_OVERHEAD_BYTES } from './sealed-box.ts'

const sodium = await loadSodiumPrimitives()
const noble = createNoblePrimitives()
const provider = seededProvider(sodium, 'sealed box')
const own = sodium.x25519.keyPairFromSeed(provider.random(32))
const other = sodium.x25519.keyPairFromSeed(provider.random(32))
const AD = utf8('about this')
const TEXT = utf8('for your eyes')

const seal = (): Uint8Array => {
  const box = sealBox(provider, 'sealed box', own.publicKey, TEXT, AD)
  if (box === undefined) throw new Error('not sealed')
  return box
}

test('opens with the private half of the key, with either provider', () => {
  const box = seal()
  expect(box.length).toBe(TEXT.length + SEALED_BOX_OVERHEAD_BYTES)
  expect(openBox(sodium, 'sealed box', own, box, AD)).toEqual(TEXT)
  expect(openBox(noble, 'sealed box', own, box, AD)).toEqual(TEXT)
})

test('is never the same twice', () => {
  expect(seal()).not.toEqual(seal())
})

test('does not open with another key, use or associated data, with any byte changed, or cut', () => {
  const box = seal()
  expect(openBox(sodium, 'sealed box', other, box, AD)).toBeUndefined()
  expect(openBox(sodium, 'pqxdh certificate', own, box, AD)).toBeUndefined()
  expect(openBox(sodium, 'sealed box', own, box, utf8('about that'))).toBeUndefined()
  for (let at = 0; at < box.length; at++) expect(openBox(sodium, 'sealed box', own, flipped(box, at), AD)).toBeUndefined()
  for (const length of [0, 31, 32, 47, box.length - 1]) expect(openBox(sodium, 'sealed box', own, box.slice(0, length), AD)).toBeUndefined()
})

test('is not sealed to, nor opened from, a key of small order', () => {
  const order8 = 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'
  for (const key of [
    new Uint8Array(32),
    Uint8Array.of(1, ...new Uint8Array(31)),
    Uint8Array.from(order8.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
  ]) {
    expect(sealBox(provider, 'sealed box', key, TEXT, AD)).toBeUndefined()
    expect(openBox(sodium, 'sealed box', own, concat(key, seal().slice(32)), AD)).toBeUndefined()
  }
})
