/** When a running engine replaces the row key, and what it does after a wipe that was interrupted. */
import { afterEach, expect, it } from 'vitest'
import { LIMITS } from '@sotto/wire'
import { StorageFull, type StoragePort, type VaultPort } from './ports.ts'
import { getIn, memoryVault, profile, settled, start, stopAll, testTime } from './testing/started-engine.ts'
import { eraseSecrets } from './vault/erasable-secrets.ts'

afterEach(stopAll)

/** A vault whose storages count how often all rows are sealed again. */
function watched(renewRows: (storage: StoragePort) => Promise<boolean> = (storage) => storage.renewRows()) {
  const vault = memoryVault()
  let renewals = 0
  const port: VaultPort = {
    ...vault,
    openStorage: async (cipher) => {
      const storage = await vault.openStorage(cipher)
      return {
        ...storage,
        renewRows: () => {
          renewals++
          return renewRows(storage)
        },
      }
    },
  }
  return { port, renewals: () => renewals }
}

it('rows are sealed again a week after the last time, and not before', async () => {
  const { port, renewals } = watched()
  await start(port).ask(profile(null))
  const first = await port.secrets.read()
  await testTime.pass(LIMITS.rowKeyMs - 60_000)
  expect([renewals(), await port.secrets.read()]).toEqual([0, first])
  await testTime.pass(2 * 60 * 60_000)
  expect(renewals()).toBe(1)
  expect(await port.secrets.read()).not.toEqual(first)
  await testTime.pass(60 * 60_000)
  expect(renewals()).toBe(1)
})

it('a disk without room is no fault: it is tried again', async () => {
  let hasRoom = false
  const { port, renewals } = watched(async () => {
    if (!hasRoom) throw new StorageFull('no room')
    return true
  })
  const { ask, faults } = start(port)
  await ask(profile(null))
  await testTime.pass(LIMITS.rowKeyMs + 60 * 60_000)
  const tries = renewals()
  expect(tries).toBeGreaterThan(0)
  hasRoom = true
  await testTime.pass(2 * 60 * 60_000)
  expect(renewals()).toBeGreaterThan(tries)
  const done = renewals()
  await testTime.pass(2 * 60 * 60_000)
  expect([renewals(), faults]).toEqual([done, []])
})

it('a wipe that was interrupted after the secrets were erased is finished at the next start', async () => {
  const vault = memoryVault()
  const { engine } = await getIn(vault, 'correct horse')
  await engine.stop()
  await eraseSecrets(vault.secrets)
  const { until, ask } = start(vault)
  expect(await until(settled)).toMatchObject({ phase: 'noProfile', trouble: null })
  expect([await vault.read(), await vault.secrets.read()]).toEqual([undefined, undefined])
  expect(await ask(profile(null))).toBe('ok')
})
