/** Making a profile is atomic: a browser that dies in between leaves a whole one or none, and the next start can continue. */
import { afterEach, describe, expect, it } from 'vitest'
import { dyingVault } from './memory/dying-vault.ts'
import { getIn, memoryVault, PASSPHRASE, primitives, profile, random, settled, start, stopAll } from './testing/started-engine.ts'
import { createVault } from './vault/vault.ts'

afterEach(stopAll)

describe.each([[PASSPHRASE], [null]])('a profile with the passphrase %s that is being created when the browser dies', (passphrase) => {
  it('is whole or missing at the next start, whichever write it died in', async () => {
    const counting = dyingVault(memoryVault(), Number.POSITIVE_INFINITY, true)
    expect(await start(counting).ask(profile(passphrase))).toBe('ok')
    // Deletes leftovers, opens the rows, writes them, writes the header, opens the rows again, and the machine's first step.
    expect(counting.writes()).toBeGreaterThanOrEqual(5)
    for (let diesAt = 1; diesAt <= counting.writes(); diesAt++) {
      for (const lastIsMade of [false, true]) {
        const vault = memoryVault()
        const dying = dyingVault(vault, diesAt, lastIsMade)
        // It will never answer or stop.
        void start(dying, false).engine.request(profile(passphrase))
        await new Promise((resolve) => setImmediate(resolve))
        expect(dying.writes()).toBe(diesAt)
        const { ask, view, faults } = await getIn(vault, passphrase)
        expect(view()).toMatchObject({ profile: { name: 'Mira', hasPassphrase: passphrase !== null }, trouble: null })
        expect(await ask({ kind: 'createGroup', title: 'Desk' }), `${diesAt} ${lastIsMade}`).toBe('relayNeeded')
        expect(faults).toEqual([])
      }
    }
  })

  it('that an earlier version left as a header alone begins again, and says so', async () => {
    const vault = memoryVault()
    await createVault({ primitives, random, port: vault, nowMs: () => 0 }, passphrase)
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

  it('keeps rows that do not name their profile', async () => {
    const vault = memoryVault()
    await createVault({ primitives, random, port: vault, nowMs: () => 0 }, passphrase, async (cipher) => {
      await (await vault.openStorage(cipher)).commit({ rows: [{ key: 'left', value: Uint8Array.of(1) }], histories: [], dropHistories: [] })
    })
    const { ask, until } = start(vault)
    await until(settled)
    if (passphrase !== null) expect(await ask({ kind: 'unlock', passphrase })).toBe('storageDamaged')
    expect(await until(settled)).toMatchObject(passphrase === null ? { phase: 'unavailable', trouble: 'storageDamaged' } : { phase: 'locked' })
    expect(await vault.read()).toBeDefined()
  })
})
