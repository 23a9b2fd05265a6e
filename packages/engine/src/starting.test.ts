/** How an engine starts on any stored state: every start can continue, and every request has an answer. */
import { concat } from '@sotto/wire'
import { afterEach, describe, expect, it } from 'vitest'
import type { EngineRequest } from './api.ts'
import { createMemoryVault } from './memory/memory-vault.ts'
import { StorageDamaged, StorageFull, StorageNewer, StorageRefused, type VaultPort } from './ports.ts'
import { getIn, memoryVault, PASSPHRASE, primitives, profile, settled, start, stopAll, stretch } from './testing/started-engine.ts'

afterEach(stopAll)

describe('a storage that fails at the first read', () => {
  const KINDS = [
    ['storageDamaged', new StorageDamaged('torn')],
    ['storageFull', new StorageFull('no room')],
    ['storageRefused', new StorageRefused('a private window')],
    ['storageNewer', new StorageNewer('of tomorrow')],
    ['storageFailed', new Error('who knows')],
  ] as const

  /** A vault that throws in one of its calls until it is repaired. */
  const failing = (vault: VaultPort, call: 'read' | 'openStorage' | 'wipe', fault: Error): { readonly port: VaultPort; readonly mend: () => void } => {
    let isMended = false
    const fail = async (): Promise<never> => {
      throw fault
    }
    const failingCall = (name: typeof call) => call === name && !isMended
    return {
      mend: () => {
        isMended = true
      },
      port: {
        ...vault,
        read: () => (failingCall('read') ? fail() : vault.read()),
        openStorage: (cipher) => (failingCall('openStorage') ? fail() : vault.openStorage(cipher)),
        wipe: () => (failingCall('wipe') ? fail() : vault.wipe()),
      },
    }
  }

  describe.each(KINDS)('%s', (code, fault) => {
    it('is reported, every request has an answer, and trying again succeeds', async () => {
      const { port, mend } = failing(memoryVault(), 'read', fault)
      const { ask, until } = start(port)
      expect(await until(settled)).toMatchObject({ phase: 'unavailable', trouble: code, profile: null, groups: [] })
      const asked: readonly EngineRequest[] = [
        { kind: 'tryAgain' },
        { kind: 'unlock', passphrase: PASSPHRASE },
        profile(null),
        { kind: 'createGroup', title: 'Desk' },
        { kind: 'readMessages', group: 'x', before: null, limit: 10 },
      ]
      for (const what of asked) expect(await ask(what), what.kind).toBe(code)
      expect(await until(settled)).toMatchObject({ phase: 'unavailable', trouble: code })
      mend()
      expect(await ask({ kind: 'tryAgain' })).toBe('ok')
      expect(await until(settled)).toMatchObject({ phase: 'noProfile', trouble: null })
    })

    it('with or without a passphrase leaves a way to unlock', async () => {
      for (const passphrase of [PASSPHRASE, null]) {
        const vault = memoryVault()
        await getIn(vault, passphrase)
        const { port, mend } = failing(vault, 'openStorage', fault)
        const { ask, until } = start(port)
        await until(settled)
        if (passphrase !== null) expect(await ask({ kind: 'unlock', passphrase })).toBe(code)
        expect(await until(settled)).toMatchObject(passphrase === null ? { phase: 'unavailable', trouble: code } : { phase: 'locked' })
        mend()
        expect(await ask(passphrase === null ? { kind: 'tryAgain' } : { kind: 'unlock', passphrase })).toBe('ok')
        expect(await until(settled)).toMatchObject({ phase: 'ready', profile: { name: 'Mira' } })
      }
    })

    it('while everything is deleted is answered, and deleting again succeeds', async () => {
      const vault = memoryVault()
      await getIn(vault, null)
      const { port, mend } = failing(vault, 'wipe', fault)
      const { ask, until } = start(port)
      await until(({ phase }) => phase === 'ready')
      expect(await ask({ kind: 'wipe' })).toBe(code)
      expect(await until(settled)).toMatchObject({ phase: 'unavailable', trouble: code })
      mend()
      expect(await ask({ kind: 'wipe' })).toBe('ok')
      expect(await until(settled)).toMatchObject({ phase: 'noProfile', trouble: null })
    })

    it('while a profile is created is answered, and creating one again succeeds', async () => {
      const { port, mend } = failing(memoryVault(), 'openStorage', fault)
      const { ask, view } = start(port)
      expect(await ask(profile(PASSPHRASE))).toBe(code)
      expect(view().phase).toBe('noProfile')
      mend()
      expect(await ask(profile(PASSPHRASE))).toBe('ok')
    })
  })

  it('only an unforeseen fault is reported', async () => {
    for (const [code, fault] of KINDS) {
      const started = start(failing(memoryVault(), 'read', fault).port)
      await started.until(settled)
      expect(started.faults).toEqual(code === 'storageFailed' ? [fault] : [])
    }
  })
})

describe('a header', () => {
  const withHeader = async (change: (header: Uint8Array) => Uint8Array): Promise<VaultPort> => {
    const vault = memoryVault()
    await getIn(vault, null)
    return createMemoryVault({ stretch, header: change((await vault.read()) ?? new Uint8Array()) })
  }

  it('that is damaged is not unlocked by a passphrase', async () => {
    const { until, ask } = start(await withHeader((header) => header.with(3, (header[3] ?? 0) ^ 1)))
    expect(await until(settled)).toMatchObject({ phase: 'unavailable', trouble: 'storageDamaged' })
    expect(await ask({ kind: 'wipe' })).toBe('ok')
    expect(await ask(profile(null))).toBe('ok')
  })

  it.each([
    ['version', 0],
    ['suite', 1],
  ])('of a later %s is kept, and reported as newer', async (_, at) => {
    const port = await withHeader((header) => {
      const body = header.slice(0, -8).with(at, 2)
      return concat(body, primitives.sha256(body).slice(0, 8))
    })
    const { until, ask } = start(port)
    expect(await until(settled)).toMatchObject({ phase: 'unavailable', trouble: 'storageNewer' })
    expect(await ask({ kind: 'unlock', passphrase: PASSPHRASE })).toBe('storageNewer')
    expect(await port.read()).toBeDefined()
  })
})
