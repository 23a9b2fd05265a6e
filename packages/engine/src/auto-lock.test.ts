import { LIMITS } from '@sotto/wire'
import { describe, expect, it, test } from 'vitest'
import { lockWhenIdle } from './auto-lock.ts'
import { startSingleEngine } from './test-support/single-engine.ts'

const MINUTE_MS = 60_000

/** A clock that goes by hand. What was planned comes after as long as was planned, whatever the clock says since. */
function handClock() {
  let passedMs = 0
  let aheadMs = 1_800_000_000_000
  const timers = new Set<{ readonly afterMs: number; readonly act: () => void }>()
  const nowMs = (): number => passedMs + aheadMs
  const clock = {
    nowMs,
    wakeAt: (atMs: number, act: () => void) => {
      const mine = { afterMs: atMs - aheadMs, act }
      timers.add(mine)
      return () => void timers.delete(mine)
    },
    yieldToPage: () => new Promise<void>((resolve) => void setImmediate(resolve)),
  }
  const pass = (ms: number): void => {
    const endMs = passedMs + ms
    const nextDue = () => [...timers].filter(({ afterMs }) => afterMs <= endMs).toSorted((a, b) => a.afterMs - b.afterMs)[0]
    for (let next = nextDue(); next !== undefined; next = nextDue()) {
      timers.delete(next)
      passedMs = Math.max(passedMs, next.afterMs)
      next.act()
    }
    passedMs = endMs
  }
  return { clock, pass, putBack: (ms: number) => (aheadMs -= ms), plans: () => timers.size > 0 }
}

function idle(chosen: number | null) {
  const hand = handClock()
  const choice = { minutes: chosen }
  let locks = 0
  const lock = lockWhenIdle({ clock: hand.clock, minutes: () => choice.minutes, lock: () => locks++ })
  return { ...hand, choice, lock, locks: () => locks }
}

describe('a device that nobody uses', () => {
  test('locks once after the chosen time, and not before', () => {
    const { pass, locks } = idle(15)
    pass(15 * MINUTE_MS - 1)
    expect(locks()).toBe(0)
    pass(1)
    expect(locks()).toBe(1)
  })

  test('has as long again after each sign of its person', () => {
    const { pass, lock, locks } = idle(15)
    for (let i = 0; i < 10; i++) {
      pass(14 * MINUTE_MS)
      lock.touched()
    }
    expect(locks()).toBe(0)
    pass(15 * MINUTE_MS)
    expect(locks()).toBe(1)
  })

  test('never locks where that was chosen, and follows what is chosen since, counted from the last sign', () => {
    const { pass, choice, lock, locks, plans } = idle(null)
    expect(plans()).toBe(false)
    pass(1_000 * MINUTE_MS)
    choice.minutes = 5
    lock.touched()
    lock.changed()
    pass(4 * MINUTE_MS)
    choice.minutes = 1
    lock.changed()
    pass(0)
    expect(locks()).toBe(1)
  })

  test('has at most twice the chosen time where the clock was put back by hours', () => {
    const { pass, putBack, locks } = idle(15)
    putBack(600 * MINUTE_MS)
    pass(30 * MINUTE_MS)
    expect(locks()).toBe(1)
  })

  test('plans nothing more once it is stopped', () => {
    const { pass, lock, locks } = idle(15)
    lock.stop()
    pass(100 * MINUTE_MS)
    expect(locks()).toBe(0)
  })
})

describe('the engine of a profile', () => {
  const start = async (passphrase: string | null) => {
    const hand = handClock()
    const engine = await startSingleEngine(undefined, hand.clock)
    await engine.ask({ kind: 'createProfile', name: 'Mira', passphrase, relays: [] })
    const phaseSoon = async (): Promise<string> => {
      // A request waits for those before it.
      await engine.request({ kind: 'tryAgain' })
      return engine.view().phase
    }
    return { ...hand, engine, phaseSoon }
  }

  it('with a passphrase locks after a quarter of an hour without its person', async () => {
    const { pass, engine, phaseSoon } = await start('correct horse battery')
    expect(engine.view().profile?.autoLockMinutes).toBe(LIMITS.autoLockMinutes)
    pass(LIMITS.autoLockMinutes * MINUTE_MS - 1)
    await engine.ask({ kind: 'active' })
    pass(LIMITS.autoLockMinutes * MINUTE_MS - 1)
    expect(await phaseSoon()).toBe('ready')
    pass(2)
    expect(await phaseSoon()).toBe('locked')
  })

  it('without one never does', async () => {
    const { pass, phaseSoon } = await start(null)
    pass(100 * LIMITS.autoLockMinutes * MINUTE_MS)
    expect(await phaseSoon()).toBe('ready')
  })

  it('keeps what was chosen over a start, and refuses what is no time', async () => {
    const { pass, engine, phaseSoon } = await start('correct horse battery')
    for (const minutes of [0, -1, 1.5, LIMITS.autoLockMostMinutes + 1]) expect(await engine.refusal({ kind: 'setAutoLock', minutes })).toBe('badRequest')
    await engine.ask({ kind: 'setAutoLock', minutes: null })
    pass(1_000 * MINUTE_MS)
    expect(await phaseSoon()).toBe('ready')
    await engine.ask({ kind: 'setAutoLock', minutes: 1 })
    const next = await engine.again()
    await next.ask({ kind: 'unlock', passphrase: 'correct horse battery' })
    expect(next.view().profile?.autoLockMinutes).toBe(1)
  })

  it('locks itself from when it has a passphrase, and no more from when it has none', async () => {
    const { pass, engine, phaseSoon } = await start(null)
    expect(await engine.refusal({ kind: 'changePassphrase', current: null, next: 'short' })).toBe('passphraseTooShort')
    await engine.ask({ kind: 'changePassphrase', current: null, next: 'correct horse battery' })
    expect(engine.view().profile?.hasPassphrase).toBe(true)
    expect(await engine.refusal({ kind: 'changePassphrase', current: 'wrong horse battery', next: null })).toBe('wrongPassphrase')
    pass(LIMITS.autoLockMinutes * MINUTE_MS)
    expect(await phaseSoon()).toBe('locked')
    expect(await engine.refusal({ kind: 'changePassphrase', current: 'correct horse battery', next: null })).toBe('locked')
    await engine.ask({ kind: 'unlock', passphrase: 'correct horse battery' })
    await engine.ask({ kind: 'changePassphrase', current: 'correct horse battery', next: null })
    pass(100 * LIMITS.autoLockMinutes * MINUTE_MS)
    expect(await phaseSoon()).toBe('ready')
    expect((await engine.again()).view().phase).not.toBe('locked')
  })

  it('takes a sign of a person for nothing while it is locked', async () => {
    const { engine, phaseSoon } = await start('correct horse battery')
    await engine.ask({ kind: 'lock' })
    await engine.ask({ kind: 'active' })
    expect(await phaseSoon()).toBe('locked')
  })
})
