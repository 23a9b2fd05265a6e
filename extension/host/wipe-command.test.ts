import { describe, expect, test, vi } from 'vitest'

vi.mock('wxt/browser', () => ({ browser: {} }))
const { wipeOnSecondPress } = await import('./wipe-command.ts')

function keyboard(wipe: () => Promise<{ isNothingLeft: boolean }> = async () => ({ isNothingLeft: true })) {
  const shown: (string | null)[] = []
  let timers: { readonly atMs: number; readonly act: () => void }[] = []
  let nowMs = 0
  let wipes = 0
  const command = wipeOnSecondPress({
    wipe: () => {
      wipes++
      return wipe()
    },
    show: (what) => shown.push(what),
    after: (ms, act) => {
      const timer = { atMs: nowMs + ms, act }
      timers.push(timer)
      return () => void (timers = timers.filter((each) => each !== timer))
    },
  })
  const pass = (ms: number) => {
    nowMs += ms
    for (const { act } of timers.filter(({ atMs }) => atMs <= nowMs)) act()
    timers = timers.filter(({ atMs }) => atMs > nowMs)
  }
  return { press: command.pressed, pass, shown, wipes: () => wipes }
}

const drain = () => new Promise((resolve) => setImmediate(resolve))

describe('the command that deletes everything', () => {
  test('asks for a second press, deletes then, and says that nothing is left', async () => {
    const { press, pass, shown, wipes } = keyboard()
    press()
    expect([shown, wipes()]).toEqual([['again'], 0])
    pass(4_000)
    press()
    await drain()
    expect([shown, wipes()]).toEqual([['again', 'nothingLeft'], 1])
    pass(15_000)
    expect(shown).toEqual(['again', 'nothingLeft', null])
  })

  test('given once does nothing, and a press much later is a first one', async () => {
    const { press, pass, shown, wipes } = keyboard()
    for (let i = 0; i < 3; i++) {
      press()
      pass(5_000)
    }
    await drain()
    expect([shown, wipes()]).toEqual([['again', null, 'again', null, 'again', null], 0])
  })

  test('given many times in a row deletes once, and a press after it is a first one', async () => {
    let done: (answer: { isNothingLeft: boolean }) => void = () => {}
    const { press, shown, wipes } = keyboard(() => new Promise((resolve) => (done = resolve)))
    for (let i = 0; i < 5; i++) press()
    expect([shown, wipes()]).toEqual([['again'], 1])
    done({ isNothingLeft: true })
    await drain()
    press()
    await drain()
    expect([shown, wipes()]).toEqual([['again', 'nothingLeft', 'again'], 1])
  })

  test('says where something is left, or where it failed, and can be given again', async () => {
    const left = keyboard(async () => ({ isNothingLeft: false }))
    const failed = keyboard(() => Promise.reject(new Error('no storage')))
    for (const { press } of [left, failed]) {
      press()
      press()
    }
    await drain()
    expect([left.shown.at(-1), failed.shown.at(-1)]).toEqual(['somethingLeft', 'failed'])
    failed.press()
    failed.press()
    expect(failed.wipes()).toBe(2)
  })
})
