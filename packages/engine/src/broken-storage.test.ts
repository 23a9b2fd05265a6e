/** A storage that fails while the engine runs: the failed request and every later one are refused with the reason. */
import { afterEach, describe, expect, it } from 'vitest'
import { StorageDamaged, type VaultPort } from './ports.ts'
import { getIn, memoryVault, PASSPHRASE, stopAll } from './testing/started-engine.ts'

afterEach(stopAll)

describe('a machine that can no longer read or write', () => {
  /** A vault whose open storage throws in one of its calls from now on. */
  const broken = (vault: VaultPort) => {
    const fails = { commit: false, readHistory: false }
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
          readHistory: async (query) => {
            if (fails.readHistory) throw new StorageDamaged('torn')
            return storage.readHistory(query)
          },
        }
      },
    }
    return { port, fails }
  }
  const RELAY = '/ip4/192.0.2.7/tcp/4001/ws/p2p/12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaLG'

  it('answers every request, also those after the fault, and opens again', async () => {
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

  it('says that messages cannot be read, and continues', async () => {
    const { port, fails } = broken(memoryVault())
    const { ask, until, engine } = await getIn(port, null)
    await ask({ kind: 'addRelay', address: RELAY })
    const made = await engine.request({ kind: 'createGroup', title: 'Desk' })
    const group = made.ok ? (made.value.group ?? '') : ''
    fails.readHistory = true
    expect(await ask({ kind: 'readMessages', group, before: null, limit: 10 })).toBe('storageDamaged')
    expect(await until(({ trouble }) => trouble !== null)).toMatchObject({ phase: 'ready', trouble: 'storageDamaged' })
    fails.readHistory = false
    expect(await ask({ kind: 'readMessages', group, before: null, limit: 10 })).toBe('ok')
  })
})
