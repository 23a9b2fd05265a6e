import { afterEach, describe, expect, it } from 'vitest'
import { createMemoryVault, type MemoryVault } from './memory/memory-vault.ts'
import { dyingVault } from './memory/dying-vault.ts'
import { getIn, memoryVault, PASSPHRASE, profile, settled, start, type Started, stopAll, stretch, testTime } from './testing/started-engine.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const unlock = (passphrase: string) => ({ kind: 'unlock', passphrase }) as const

/** A locked profile, and how often a passphrase was stretched for it. */
async function lockedProfile(): Promise<{ readonly vault: MemoryVault; readonly stretched: () => number }> {
  let stretched = 0
  const vault = createMemoryVault({
    stretch: (...asked) => {
      stretched++
      return stretch(...asked)
    },
  })
  const made = start(vault)
  await made.until(settled)
  await made.ask(profile(PASSPHRASE))
  await made.engine.stop()
  stretched = 0
  return { vault, stretched: () => stretched }
}

/** Another browser on the same profile. */
async function begun(vault: MemoryVault): Promise<Started> {
  const started = start(vault)
  await started.until(settled)
  return started
}

const wrong = async (started: Started, times: number): Promise<readonly string[]> => {
  const answers: string[] = []
  for (let i = 0; i < times; i++) answers.push(await started.ask(unlock(`wrong ${i}`)))
  return answers
}

const waitS = ({ view }: Started): number => Math.round(((view().nextTryMs ?? testTime.nowMs()) - testTime.nowMs()) / SECOND_MS)

describe('after wrong passphrases', () => {
  afterEach(stopAll)

  it('three are free, and then each waits longer, up to a quarter of an hour', async () => {
    const { vault, stretched } = await lockedProfile()
    const started = await begun(vault)
    expect(await wrong(started, 2)).toEqual(['wrongPassphrase', 'wrongPassphrase'])
    expect(started.view().nextTryMs).toBeNull()
    const waits: number[] = []
    for (let i = 0; i < 7; i++) {
      expect(await started.ask(unlock('wrong'))).toBe('wrongPassphrase')
      waits.push(waitS(started))
      const tries = stretched()
      expect(await started.ask(unlock(PASSPHRASE))).toBe('passphraseTooSoon')
      expect(stretched(), 'nothing is stretched while it waits').toBe(tries)
      await testTime.pass(waitS(started) * SECOND_MS)
    }
    expect(waits).toEqual([5, 15, 60, 300, 900, 900, 900])
    expect(await started.ask(unlock(PASSPHRASE))).toBe('ok')
    expect(started.view()).toMatchObject({ phase: 'ready', nextTryMs: null })
  })

  it('after a right one three are free again', async () => {
    const { vault } = await lockedProfile()
    const started = await begun(vault)
    await wrong(started, 2)
    expect(await started.ask(unlock(PASSPHRASE))).toBe('ok')
    await started.ask({ kind: 'lock' })
    await wrong(started, 2)
    expect(started.view().nextTryMs).toBeNull()
    expect(await started.ask(unlock(PASSPHRASE))).toBe('ok')
  })

  it('the wait outlives the browser, and shows before anything is typed', async () => {
    const { vault } = await lockedProfile()
    await wrong(await begun(vault), 5)
    await stopAll()
    const again = await begun(vault)
    expect(again.view().phase).toBe('locked')
    expect(waitS(again)).toBe(5)
    expect(await again.ask(unlock(PASSPHRASE))).toBe('passphraseTooSoon')
    await testTime.pass(5 * SECOND_MS)
    expect(await again.ask(unlock(PASSPHRASE))).toBe('ok')
  })

  it('a browser that is killed in the middle of a try has made it', async () => {
    const { vault } = await lockedProfile()
    for (let i = 0; i < 3; i++) {
      // The count is what is written first.
      const dying = dyingVault(vault, 1, true)
      const started = start(dying, false)
      await started.until(settled)
      void started.ask(unlock(`wrong ${i}`))
      await expect.poll(dying.writes).toBe(1)
    }
    const again = await begun(vault)
    expect(waitS(again)).toBe(5)
    expect(await again.ask(unlock(PASSPHRASE))).toBe('passphraseTooSoon')
  })

  it('a clock that is put back neither shortens the wait nor makes it last for ever', async () => {
    const { vault } = await lockedProfile()
    const started = await begun(vault)
    await wrong(started, 3)
    testTime.putBack(30 * 24 * 60 * MINUTE_MS)
    expect(await started.ask(unlock(PASSPHRASE))).toBe('passphraseTooSoon')
    expect(waitS(started)).toBe(5)
    await testTime.pass(4 * SECOND_MS)
    expect(await started.ask(unlock(PASSPHRASE))).toBe('passphraseTooSoon')
    await testTime.pass(SECOND_MS)
    expect(await started.ask(unlock(PASSPHRASE))).toBe('ok')
  })

  it('a person that changes the passphrase waits likewise', async () => {
    const started = await getIn(memoryVault(), PASSPHRASE)
    const change = (current: string) => started.ask({ kind: 'changePassphrase', current, next: 'another passphrase' })
    for (let i = 0; i < 3; i++) expect(await change(`wrong ${i}`)).toBe('wrongPassphrase')
    expect(waitS(started)).toBe(5)
    expect(await change(PASSPHRASE)).toBe('passphraseTooSoon')
    await testTime.pass(5 * SECOND_MS)
    expect(await change(PASSPHRASE)).toBe('ok')
    expect(started.view().nextTryMs).toBeNull()
  })

  it('a wipe leaves no count', async () => {
    const { vault } = await lockedProfile()
    const started = await begun(vault)
    await wrong(started, 4)
    expect(await started.ask({ kind: 'wipe' })).toBe('ok')
    expect(started.view().nextTryMs).toBeNull()
    expect(await vault.tries.read()).toBeUndefined()
    expect(await started.ask(profile(PASSPHRASE))).toBe('ok')
  })

  it('a count that cannot be read is none', async () => {
    const { vault } = await lockedProfile()
    for (const bytes of [new Uint8Array(), Uint8Array.of(9, 9, 9), new Uint8Array(4096).fill(0xff)]) {
      await vault.tries.write(bytes)
      const started = await begun(vault)
      expect(started.view().nextTryMs).toBeNull()
      expect(await started.ask(unlock(PASSPHRASE))).toBe('ok')
      await started.ask({ kind: 'lock' })
    }
  })
})
