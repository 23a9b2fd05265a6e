/** What a person is told after everything was deleted. */
import { afterEach, describe, expect, it } from 'vitest'
import type { RemainsPort } from './ports.ts'
import { memoryVault, PASSPHRASE, profile, settled, start, stopAll } from './testing/started-engine.ts'

/** Storage beside the vault. What is stubborn refuses to go. */
function remainsWith(stubborn: readonly string[]): RemainsPort & { readonly kept: Set<string> } {
  const kept = new Set(['setting theme', 'cache pictures', ...stubborn])
  return {
    kept,
    clear: async () => {
      for (const name of kept) if (!stubborn.includes(name)) kept.delete(name)
    },
    list: async () => [...kept],
  }
}

describe('a wipe', () => {
  afterEach(stopAll)

  it.each([[[]], [['file left', 'database left']]])('says what is left of everything: %j', async (stubborn) => {
    const remains = remainsWith(stubborn)
    const { engine, until, ask, view } = start(memoryVault(), true, remains)
    await until(settled)
    expect(view().wiped).toBeNull()
    await ask(profile(PASSPHRASE))
    expect(remains.kept.size).toBe(2 + stubborn.length)
    expect(await engine.request({ kind: 'wipe' })).toEqual({ ok: true, value: { left: stubborn } })
    expect(view()).toMatchObject({ phase: 'noProfile', profile: null, groups: [], wiped: { left: stubborn } })
    // It is said until there is a profile again.
    await ask(profile(null))
    expect(view()).toMatchObject({ phase: 'ready', wiped: null })
  })

  it('works while the profile is locked', async () => {
    const vault = memoryVault()
    const { until, ask, view } = start(vault, true, remainsWith([]))
    await until(settled)
    await ask(profile(PASSPHRASE))
    await ask({ kind: 'lock' })
    expect(view().phase).toBe('locked')
    expect(await ask({ kind: 'wipe' })).toBe('ok')
    expect(view().wiped).toEqual({ left: [] })
    expect(await vault.read()).toBeUndefined()
    expect(await vault.secrets.read()).toBeUndefined()
  })
})
