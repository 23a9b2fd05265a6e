import { describe, expect, it } from 'vitest'
import { createNoblePrimitives } from '@sotto/crypto/primitives'
import { toHex } from '@sotto/wire'
import { ERASABLE_KEY_CASES } from '../conformance/erasable-key-conformance.ts'
import { someSecrets } from '../conformance/some-secrets.ts'
import { createMemoryFile } from '../memory/memory-vault.ts'
import { openErasableKeys } from './erasable-keys.ts'
import { createRowCipher } from './row-cipher.ts'

const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
const cipherOf = (seed: number) => createRowCipher(createNoblePrimitives(), random, new Uint8Array(32).fill(seed), someSecrets())

describe('keys in a file in memory:', () => {
  it.each(ERASABLE_KEY_CASES.map((each) => [each.name, each] as const))('%s', async (_name, { run }) => {
    await run({ newFile: async () => createMemoryFile(), cipher: cipherOf(1) })
  })
})

it('who has the file and not the data key reads neither keys nor names', async () => {
  const file = createMemoryFile()
  const keys = await openErasableKeys(file, cipherOf(1))
  const made = toHex(keys.reserve('a'))
  const tag = toHex(keys.tagOf('a'))
  await keys.flush()
  const stored = toHex((await file.read()) ?? new Uint8Array())
  expect(stored).not.toContain(made)
  expect(stored).not.toContain(tag)
  expect((await openErasableKeys(file, cipherOf(2))).find('a')).toBeUndefined()
})
