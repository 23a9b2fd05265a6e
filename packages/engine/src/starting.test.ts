/** How an engine starts on whatever is stored: every start leads on, and every request has an answer. */
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { concat } from '@sotto/wire'
import { afterEach, describe, expect, it } from 'vitest'
import type { EngineRequest, EngineView } from './api.ts'
import { createEngine, type Engine } from './engine.ts'
import { dyingVault } from './memory/dying-vault.ts'
import { createMemoryVault, type MemoryVault } from './memory/memory-vault.ts'
import { type ClockPort, type NetworkPort, StorageDamaged, StorageFull, StorageNewer, StorageRefused, type VaultPort } from './ports.ts'
import { createVault } from './vault/vault.ts'

const primitives = await loadSodiumPrimitives()
const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
/** As unlike for unlike passphrases and salts as Argon2id's, and quick. */
const stretch: VaultPort['stretch'] = async (passphrase, salt) => primitives.hmacSha256(salt, passphrase)
const NOW_MS = 1_800_000_000_000
const clock: ClockPort = { nowMs: () => NOW_MS, wakeAt: () => () => {}, yieldToPage: async () => {} }
/** Nobody is there. */
const createNetwork = (): NetworkPort => ({
  start: async (deliver) => deliver({ kind: 'networkStarted', ownPeer: 'me' }),
  perform: () => {},
  stop: async () => {},
})
const PASSPHRASE = 'correct horse'

const engines: Engine[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()))
})

interface Started {
  readonly engine: Engine
  readonly view: () => EngineView
  readonly until: (holds: (view: EngineView) => boolean) => Promise<EngineView>
  /** The code of the refusal, or `ok`. */
  readonly ask: (what: EngineRequest) => Promise<string>
  readonly faults: readonly unknown[]
}

function start(vault: VaultPort): Started {
  const faults: unknown[] = []
  const engine = createEngine({ primitives, random, vault, createNetwork, clock, report: (fault) => faults.push(fault) })
  engines.push(engine)
  let view: EngineView | undefined
  const watchers = new Set<() => void>()
  engine.subscribe((next) => {
    view = next
    for (const watch of watchers) watch()
  })
  const seen = (): EngineView => {
    if (view === undefined) throw new Error('nothing was seen')
    return view
  }
  return {
    engine,
    faults,
    view: seen,
    until: (holds) =>
      new Promise((resolve) => {
        const watch = (): void => {
          if (!holds(seen())) return
          watchers.delete(watch)
          resolve(seen())
        }
        watchers.add(watch)
        watch()
      }),
    ask: async (what) => {
      const reply = await engine.request(what)
      return reply.ok ? 'ok' : reply.rejection.code
    },
  }
}

const settled = ({ phase }: EngineView): boolean => phase !== 'starting' && phase !== 'opening'
const profile = (passphrase: string | null): EngineRequest => ({ kind: 'createProfile', name: 'Mira', passphrase, relays: [] })
const memoryVault = (): MemoryVault => createMemoryVault({ stretch })

/** Starts on what is there, and gets in by what the screens offer. */
async function getIn(vault: VaultPort, passphrase: string | null): Promise<Started> {
  const started = start(vault)
  await started.until(settled)
  if (started.view().phase === 'locked') await started.ask({ kind: 'unlock', passphrase: passphrase ?? '' })
  if (started.view().phase !== 'ready') {
    await started.until(settled)
    if (started.view().phase === 'noProfile') expect(await started.ask(profile(passphrase))).toBe('ok')
  }
  await started.until(({ phase }) => phase === 'ready')
  return started
}

describe.each([[PASSPHRASE], [null]])('a profile with the passphrase %s that is being made when the browser dies', (passphrase) => {
  it('is whole or not there at the next start, whichever write it died in', async () => {
    const counting = dyingVault(memoryVault(), Number.POSITIVE_INFINITY, true)
    expect(await start(counting).ask(profile(passphrase))).toBe('ok')
    // Deletes what was left, opens the rows, writes them, writes the header, opens them again, and the machine's first step.
    expect(counting.writes()).toBeGreaterThanOrEqual(5)
    for (let diesAt = 1; diesAt <= counting.writes(); diesAt++) {
      for (const lastIsMade of [false, true]) {
        const vault = memoryVault()
        const dying = dyingVault(vault, diesAt, lastIsMade)
        void start(dying).engine.request(profile(passphrase))
        // It will never answer, nor stop.
        engines.pop()
        await new Promise((resolve) => setImmediate(resolve))
        expect(dying.writes()).toBe(diesAt)
        const { ask, view, faults } = await getIn(vault, passphrase)
        expect(view()).toMatchObject({ profile: { name: 'Mira', hasPassphrase: passphrase !== null }, trouble: null })
        expect(await ask({ kind: 'createGroup', title: 'Desk' }), `${diesAt} ${lastIsMade}`).toBe('relayNeeded')
        expect(faults).toEqual([])
      }
    }
  })

  it('that an earlier version left as a header alone begins anew, and says so', async () => {
    const vault = memoryVault()
    await createVault({ primitives, random, port: vault }, passphrase)
    const { ask, until, view } = start(vault)
    await until(settled)
    if (passphrase !== null) {
      expect(view().phase).toBe('locked')
      expect(await ask({ kind: 'createGroup', title: 'Desk' })).toBe('locked')
      expect(await ask({ kind: 'unlock', passphrase })).toBe('profileEmpty')
    }
    expect(await until(({ phase }) => phase === 'noProfile')).toMatchObject({ trouble: 'profileEmpty' })
    expect(await ask({ kind: 'createGroup', title: 'Desk' })).toBe('noProfile')
    expect(await ask(profile(passphrase))).toBe('ok')
    expect(view()).toMatchObject({ phase: 'ready', trouble: null })
  })

  it('keeps rows that do not say whose they are', async () => {
    const vault = memoryVault()
    await createVault({ primitives, random, port: vault }, passphrase, async (cipher) => {
      await (await vault.openStorage(cipher)).commit({ rows: [{ key: 'left', value: Uint8Array.of(1) }], logs: [], dropLogs: [] })
    })
    const { ask, until } = start(vault)
    await until(settled)
    if (passphrase !== null) expect(await ask({ kind: 'unlock', passphrase })).toBe('storageDamaged')
    expect(await until(settled)).toMatchObject(passphrase === null ? { phase: 'unavailable', trouble: 'storageDamaged' } : { phase: 'locked' })
    expect(await vault.read()).toBeDefined()
  })
})

describe('a storage that fails at the first look', () => {
  const KINDS = [
    ['storageDamaged', new StorageDamaged('torn')],
    ['storageFull', new StorageFull('no room')],
    ['storageRefused', new StorageRefused('a private window')],
    ['storageNewer', new StorageNewer('of tomorrow')],
    ['storageFailed', new Error('who knows')],
  ] as const

  /** A vault that throws in one of its calls until it is mended. */
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
    it('is said, every request has an answer, and trying again leads on', async () => {
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

    it('behind a passphrase or without one leaves a door', async () => {
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

    it('while everything is deleted is answered, and deleting leads on', async () => {
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

    it('while a profile is made is answered, and making one is tried again', async () => {
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

  it('that is damaged is no door with a passphrase', async () => {
    const { until, ask } = start(await withHeader((header) => header.with(3, (header[3] ?? 0) ^ 1)))
    expect(await until(settled)).toMatchObject({ phase: 'unavailable', trouble: 'storageDamaged' })
    expect(await ask({ kind: 'wipe' })).toBe('ok')
    expect(await ask(profile(null))).toBe('ok')
  })

  it.each([
    ['version', 0],
    ['suite', 1],
  ])('of a later %s is kept, and said to be', async (_, at) => {
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

describe('a machine that can no longer read or write', () => {
  /** A vault whose open storage throws in one of its calls from now on. */
  const broken = (vault: VaultPort) => {
    const fails = { commit: false, readLog: false }
    const port: VaultPort = {
      ...vault,
      openStorage: async (cipher) => {
        const storage = await vault.openStorage(cipher)
        return {
          ...storage,
          commit: async (writes) => {
            if (fails.commit) throw new StorageDamaged('torn')
            await storage.commit(writes)
          },
          readLog: async (query) => {
            if (fails.readLog) throw new StorageDamaged('torn')
            return storage.readLog(query)
          },
        }
      },
    }
    return { port, fails }
  }
  const RELAY = '/ip4/192.0.2.7/tcp/4001/ws/p2p/12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaLG'

  it('answers every request, those after the fault too, and opens again', async () => {
    const { port, fails } = broken(memoryVault())
    const { ask, until } = await getIn(port, PASSPHRASE)
    fails.commit = true
    expect(await ask({ kind: 'addRelay', address: RELAY })).toBe('storageDamaged')
    expect(await ask({ kind: 'createGroup', title: 'Desk' })).toBe('storageDamaged')
    fails.commit = false
    expect(await ask({ kind: 'lock' })).toBe('ok')
    expect(await ask({ kind: 'unlock', passphrase: PASSPHRASE })).toBe('ok')
    await until(({ phase }) => phase === 'ready')
    expect(await ask({ kind: 'addRelay', address: RELAY })).toBe('ok')
  })

  it('says that messages cannot be read, and goes on', async () => {
    const { port, fails } = broken(memoryVault())
    const { ask, until, engine } = await getIn(port, null)
    await ask({ kind: 'addRelay', address: RELAY })
    const made = await engine.request({ kind: 'createGroup', title: 'Desk' })
    const group = made.ok ? (made.value.group ?? '') : ''
    fails.readLog = true
    expect(await ask({ kind: 'readMessages', group, before: null, limit: 10 })).toBe('storageDamaged')
    expect(await until(({ trouble }) => trouble !== null)).toMatchObject({ phase: 'ready', trouble: 'storageDamaged' })
    fails.readLog = false
    expect(await ask({ kind: 'readMessages', group, before: null, limit: 10 })).toBe('ok')
  })
})
