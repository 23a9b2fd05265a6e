import { expect, it } from 'vitest'
import { createNoblePrimitives } from '@sotto/crypto/primitives'
import { toHex } from '@sotto/wire'
import { createMemoryFile } from '../memory/memory-vault.ts'
import { createSecretsFile, eraseSecrets, readSecretsFile, secretsFileKey } from './erasable-secrets.ts'

const primitives = createNoblePrimitives()
const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
const accessTo = (file = createMemoryFile()) => ({ primitives, random, file, key: secretsFileKey(primitives, new Uint8Array(32).fill(3)) })

/** The parts of the file that are not zeros, in hex, by place. */
async function placesOf(file: ReturnType<typeof createMemoryFile>): Promise<readonly string[]> {
  const bytes = (await file.read()) ?? new Uint8Array()
  return [bytes.slice(0, 4096), bytes.slice(4096)].map((place) => toHex(place).replace(/(00)+$/, ''))
}

it('each version lies in one place, the other is zeros, and nothing of them is readable', async () => {
  const access = accessTo()
  const secretsFile = await createSecretsFile(access, 5)
  const seen: string[] = []
  for (let i = 0; i < 4; i++) {
    const { lasting, newest } = secretsFile.secrets()
    const places = await placesOf(access.file)
    expect(places.filter((place) => place !== '')).toHaveLength(1)
    expect(places[i % 2]).not.toBe('')
    for (const secret of [lasting, newest.secret]) expect(places.join('')).not.toContain(toHex(secret))
    for (const before of seen) expect(places.join('')).not.toContain(before)
    seen.push(places.join('').slice(0, 80))
    await secretsFile.replace({ lasting, newest: { secret: random(32), sinceMs: 6 + i }, older: i % 2 === 0 ? newest : null })
    expect((await readSecretsFile(accessTo(access.file)))?.secrets()).toEqual(secretsFile.secrets())
  }
})

it('of two versions the later counts, and the other is erased at the next look', async () => {
  const file = createMemoryFile()
  let isFull = false
  const access = {
    ...accessTo(file),
    file: {
      ...file,
      overwrite: async (offset: number, bytes: Uint8Array) => {
        // The new version is written, and the one before stays.
        if (isFull && bytes.every((byte) => byte === 0)) throw new Error('stopped')
        await file.overwrite(offset, bytes)
      },
    },
  }
  const secretsFile = await createSecretsFile(access, 5)
  const { lasting, newest } = secretsFile.secrets()
  isFull = true
  const next = { lasting, newest: { secret: random(32), sinceMs: 9 }, older: newest }
  await expect(secretsFile.replace(next)).rejects.toThrow('stopped')
  expect((await placesOf(file)).filter((place) => place !== '')).toHaveLength(2)
  expect((await readSecretsFile(accessTo(file)))?.secrets()).toEqual(next)
  expect((await placesOf(file)).map((place) => place === '')).toEqual([true, false])
})

it('does not open once it was erased, cut short, or under another key', async () => {
  const access = accessTo()
  await createSecretsFile(access, 5)
  const whole = (await access.file.read()) ?? new Uint8Array()
  for (const file of [createMemoryFile(whole.slice(0, whole.length - 1)), createMemoryFile(new Uint8Array()), createMemoryFile()]) {
    expect(await readSecretsFile(accessTo(file))).toBeUndefined()
  }
  expect(await readSecretsFile({ ...access, key: new Uint8Array(32) })).toBeUndefined()
  expect(await readSecretsFile(access)).toBeDefined()
  await eraseSecrets(access.file)
  expect(await readSecretsFile(access)).toBeUndefined()
})
