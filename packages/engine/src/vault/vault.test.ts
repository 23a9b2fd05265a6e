import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createNoblePrimitives, loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { LIMITS, toHex, utf8 } from '@sotto/wire'
import { someSecrets } from '../conformance/some-secrets.ts'
import { createMemoryVault } from '../memory/memory-vault.ts'
import type { MemoryVault } from '../memory/memory-vault.ts'
import { createRowCipher } from './row-cipher.ts'
import { changePassphrase, createVault, readVaultState, unlockVault } from './vault.ts'
import type { OpenVault, VaultDependencies } from './vault.ts'

const primitives = createNoblePrimitives()
const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))

const NOW_MS = 1_800_000_000_000

/** Differs for different passphrases and salts as Argon2id does, but is quick. */
const quickStretch = async (passphrase: Uint8Array, salt: Uint8Array): Promise<Uint8Array> => primitives.hmacSha256(salt, passphrase)

const newVault = (): VaultDependencies & { readonly port: MemoryVault } => ({
  primitives,
  random,
  port: createMemoryVault({ stretch: quickStretch }),
  nowMs: () => NOW_MS,
})

/** A vault over the same header with some of its bytes changed. */
async function withHeader(of: VaultDependencies, change: (header: Uint8Array) => Uint8Array): Promise<VaultDependencies> {
  const header = (await of.port.read()) ?? new Uint8Array()
  return { ...of, port: createMemoryVault({ stretch: quickStretch, header: change(header), secrets: of.port.secrets }) }
}

async function created(vault: VaultDependencies, passphrase: string | null): Promise<OpenVault> {
  const outcome = await createVault(vault, passphrase)
  if (outcome.code !== 'created') throw new Error(outcome.code)
  return outcome.vault
}

async function unlocked(vault: VaultDependencies, passphrase: string | null): Promise<OpenVault> {
  const outcome = await unlockVault(vault, passphrase)
  if (outcome.code !== 'unlocked') throw new Error(outcome.code)
  return outcome.vault
}

const CONTEXT = utf8('place')
const PASSPHRASE = 'correct horse battery'

describe('a vault', () => {
  it.each([
    [PASSPHRASE, 'protected'],
    [null, 'unprotected'],
  ] as const)('opened again with %s opens what it sealed before', async (passphrase, state) => {
    const vault = newVault()
    expect(await readVaultState(vault)).toBe('noProfile')
    const first = await created(vault, passphrase)
    expect(await readVaultState(vault)).toBe(state)
    const sealed = first.cipher.seal(utf8('secret'), CONTEXT)
    const second = await unlocked(vault, passphrase)
    expect(second.hasPassphrase).toBe(passphrase !== null)
    expect(second.cipher.open(sealed, CONTEXT)).toEqual(utf8('secret'))
    expect(second.cipher.index('name')).toEqual(first.cipher.index('name'))
  })

  it('stays locked with another passphrase, and with none', async () => {
    const vault = newVault()
    await created(vault, PASSPHRASE)
    for (const wrong of ['correct horse batterY', '', ` ${PASSPHRASE}`, null]) {
      expect(await unlockVault(vault, wrong)).toEqual({ code: 'wrongPassphrase' })
    }
  })

  it('opens with the same passphrase composed by another keyboard', async () => {
    const vault = newVault()
    await created(vault, 'caf\u00e9 caf\u00e9')
    await unlocked(vault, 'cafe\u0301 cafe\u0301')
  })

  it.each([
    ['a no-break space', 'correct\u00a0horse'],
    ['a narrow no-break space', 'correct\u202fhorse'],
    ['an em quad', 'correct\u2001horse'],
    ['an ideographic space', 'correct\u3000horse'],
  ])('opens with %s for a space, and a space for it', async (_, typed) => {
    const [made, other] = [newVault(), newVault()]
    await created(made, typed)
    await unlocked(made, 'correct horse')
    await created(other, 'correct horse')
    await unlocked(other, typed)
    expect(await unlockVault(made, 'correcthorse')).toEqual({ code: 'wrongPassphrase' })
  })

  it('distinguishes passphrases by case, width and spaces at their ends', async () => {
    const vault = newVault()
    await created(vault, ' Correct horse')
    for (const wrong of ['Correct horse', ' correct horse', ' \uff23orrect horse', ' Correct horse ']) {
      // Each on a copy: more than three would have to wait.
      expect(await unlockVault(await withHeader(vault, (header) => header), wrong)).toEqual({ code: 'wrongPassphrase' })
    }
    await unlocked(vault, '\u00a0Correct horse')
  })

  it('created when other spaces were kept unchanged still opens', async () => {
    const typed = 'cafe\u0301\u00a0cafe\u0301'
    // What was stretched then: the composed letters, and the space as typed.
    const asBefore: typeof quickStretch = async (_, salt) => quickStretch(utf8(typed.normalize('NFC')), salt)
    const before = { ...newVault(), port: createMemoryVault({ stretch: asBefore }) }
    const sealed = (await created(before, typed)).cipher.seal(utf8('secret'), CONTEXT)
    const now = await withHeader(before, (header) => header)
    expect((await unlocked(now, typed)).cipher.open(sealed, CONTEXT)).toEqual(utf8('secret'))
    expect(await unlockVault(now, 'caf\u00e9 caf\u00e9')).toEqual({ code: 'wrongPassphrase' })
  })

  it('accepts no passphrase below the limit, counted in code points', async () => {
    const vault = newVault()
    expect(await createVault(vault, '1234567')).toEqual({ code: 'passphraseTooShort', length: 7, limit: 8 })
    expect(await createVault(vault, '🔑🔑🔑🔑')).toEqual({ code: 'passphraseTooShort', length: 4, limit: 8 })
    expect(await readVaultState(vault)).toBe('noProfile')
    await created(vault, '12345678')
  })

  it('is never created over another', async () => {
    const vault = newVault()
    const first = await created(vault, PASSPHRASE)
    const sealed = first.cipher.seal(utf8('secret'), CONTEXT)
    expect(await createVault(vault, null)).toEqual({ code: 'profileExists' })
    expect((await unlocked(vault, PASSPHRASE)).cipher.open(sealed, CONTEXT)).toEqual(utf8('secret'))
  })

  it('removes what an interrupted wipe left', async () => {
    const vault = newVault()
    const left = await vault.port.openStorage(createRowCipher(primitives, random, new Uint8Array(32), someSecrets()))
    await left.commit({ rows: [{ key: 'left', value: Uint8Array.of(1) }], histories: [], dropHistories: [] })
    const { cipher } = await created(vault, PASSPHRASE)
    expect((await (await vault.port.openStorage(cipher)).load()).size).toBe(0)
  })

  it('without a profile says so', async () => {
    expect(await unlockVault(newVault(), PASSPHRASE)).toEqual({ code: 'noProfile' })
  })

  it('tells a damaged header, whichever bit or length is wrong, from a wrong passphrase', async () => {
    const vault = newVault()
    await created(vault, PASSPHRASE)
    const length = (await vault.port.read())?.length ?? 0
    expect(length).toBe(2 + 1 + 16 + 5 + 24 + 48 + 8)
    for (let bit = 0; bit < length * 8; bit += 7) {
      const damaged = await withHeader(vault, (header) => {
        header[bit >> 3] = (header[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        return header
      })
      expect(await unlockVault(damaged, PASSPHRASE)).toEqual({ code: 'storageDamaged' })
      expect(await readVaultState(damaged)).toBe('storageDamaged')
    }
    for (const cut of [0, 7, 8, length - 1]) {
      const damaged = await withHeader(vault, (header) => header.slice(0, cut))
      expect(await unlockVault(damaged, PASSPHRASE)).toEqual({ code: 'storageDamaged' })
    }
  })

  it('keeps neither passphrase nor data key in the header', async () => {
    const dataKey = new Uint8Array(32).fill(0xd7)
    const planted = { ...newVault(), random: (lengthBytes: number) => dataKey.slice(0, lengthBytes) }
    await created(planted, PASSPHRASE)
    const header = toHex((await planted.port.read()) ?? new Uint8Array())
    expect(header).not.toContain(toHex(dataKey))
    expect(header).not.toContain(toHex(utf8(PASSPHRASE)))
    const control = { ...newVault(), random: planted.random }
    await created(control, null)
    expect(toHex((await control.port.read()) ?? new Uint8Array())).toContain(toHex(dataKey))
  })

  it('asks for Argon2id with 64 MiB and three passes, a fresh salt each time', async () => {
    const asked: { readonly salt: string; readonly cost: unknown }[] = []
    for (let i = 0; i < 2; i++) {
      const port = createMemoryVault({
        stretch: async (passphrase, salt, cost) => {
          asked.push({ salt: toHex(salt), cost })
          return quickStretch(passphrase, salt)
        },
      })
      await created({ ...newVault(), port }, PASSPHRASE)
      await unlocked({ ...newVault(), port }, PASSPHRASE)
    }
    expect(new Set(asked.map(({ cost }) => JSON.stringify(cost)))).toEqual(new Set(['{"memoryKib":65536,"passes":3}']))
    expect(asked.length).toBe(4)
    expect(new Set(asked.map(({ salt }) => salt)).size).toBe(2)
    expect(LIMITS.argon2MemoryKib).toBe(65_536)
  })
})

describe.each([
  ['noble', async () => primitives],
  ['libsodium', loadSodiumPrimitives],
] as const)('the row cipher with %s', (_name, load) => {
  it('opens what it sealed, at its own place only, and never seals to the same bytes twice', async () => {
    const cipher = createRowCipher(await load(), random, random(32), someSecrets())
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array(), fc.uint8Array(), (value, context, other) => {
        const sealed = cipher.seal(value, context)
        expect(sealed.length).toBe(value.length + 40)
        expect(cipher.open(sealed, context)).toEqual(value)
        expect(cipher.seal(value, context)).not.toEqual(sealed)
        if (toHex(other) !== toHex(context)) expect(cipher.open(sealed, other)).toBeUndefined()
      }),
    )
  })

  it('opens nothing that was changed, cut or sealed under another key', async () => {
    const provider = await load()
    const cipher = createRowCipher(provider, random, random(32), someSecrets())
    const sealed = cipher.seal(utf8('secret'), CONTEXT)
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice()
      changed[i] = (changed[i] ?? 0) ^ 0x10
      expect(cipher.open(changed, CONTEXT)).toBeUndefined()
      expect(cipher.open(sealed.slice(0, i), CONTEXT)).toBeUndefined()
    }
    expect(createRowCipher(provider, random, random(32), someSecrets()).open(sealed, CONTEXT)).toBeUndefined()
  })

  it('refuses everything once its keys are forgotten', async () => {
    const cipher = createRowCipher(await load(), random, random(32), someSecrets())
    const sealed = cipher.seal(utf8('secret'), CONTEXT)
    cipher.forgetKeys()
    expect(() => cipher.open(sealed, CONTEXT)).toThrow('locked')
    expect(() => cipher.seal(sealed, CONTEXT)).toThrow('locked')
    expect(() => cipher.index('name')).toThrow('locked')
  })
})

describe('another passphrase', () => {
  const NEXT = 'quite another one'
  const change = (vault: VaultDependencies, current: string | null, next: string | null) => changePassphrase(vault, current, next)
  const opens = async (vault: VaultDependencies, passphrase: string | null): Promise<boolean> => (await unlockVault(vault, passphrase)).code === 'unlocked'

  it.each([
    [PASSPHRASE, NEXT],
    [PASSPHRASE, null],
    [null, NEXT],
  ] as const)('from %s to %s opens what was sealed before, and the earlier one does not', async (current, next) => {
    const vault = newVault()
    const first = await created(vault, current)
    const sealed = first.cipher.seal(utf8('secret'), CONTEXT)
    expect(await change(vault, current, next)).toEqual({ code: 'changed' })
    expect(await readVaultState(vault)).toBe(next === null ? 'unprotected' : 'protected')
    // The vault that is open stays open.
    expect(first.cipher.open(first.cipher.seal(utf8('on'), CONTEXT), CONTEXT)).toEqual(utf8('on'))
    expect((await unlocked(vault, next)).cipher.open(sealed, CONTEXT)).toEqual(utf8('secret'))
    if (current !== null && next !== null) expect(await opens(vault, current)).toBe(false)
  })

  it('is refused without the present one, and where it is too short, and nothing changes', async () => {
    const vault = newVault()
    await created(vault, PASSPHRASE)
    const before = await vault.port.read()
    for (const wrong of ['wrong horse battery', null]) expect(await change(vault, wrong, NEXT)).toEqual({ code: 'wrongPassphrase' })
    expect(await change(vault, PASSPHRASE, 'short')).toEqual({ code: 'passphraseTooShort', length: 5, limit: LIMITS.passphraseCharacters })
    expect(await vault.port.read()).toEqual(before)
    expect(await change(newVault(), PASSPHRASE, NEXT)).toEqual({ code: 'noProfile' })
  })

  it('that is interrupted leaves one of the two, and the profile whole', async () => {
    for (const isWritten of [false, true]) {
      const vault = newVault()
      const sealed = (await created(vault, PASSPHRASE)).cipher.seal(utf8('secret'), CONTEXT)
      const write = async (header: Uint8Array): Promise<void> => {
        if (isWritten) await vault.port.write(header)
        throw new Error('the power is gone')
      }
      await expect(change({ ...vault, port: { ...vault.port, write } }, PASSPHRASE, NEXT)).rejects.toThrow('the power is gone')
      expect([await opens(vault, PASSPHRASE), await opens(vault, NEXT)]).toEqual([!isWritten, isWritten])
      expect((await unlocked(vault, isWritten ? NEXT : PASSPHRASE)).cipher.open(sealed, CONTEXT)).toEqual(utf8('secret'))
    }
  })

  it('is stretched with a salt of its own, also where it is the same again', async () => {
    const vault = newVault()
    await created(vault, PASSPHRASE)
    const before = toHex((await vault.port.read()) ?? new Uint8Array())
    await change(vault, PASSPHRASE, PASSPHRASE)
    expect(toHex((await vault.port.read()) ?? new Uint8Array())).not.toBe(before)
    expect(await opens(vault, PASSPHRASE)).toBe(true)
  })
})
