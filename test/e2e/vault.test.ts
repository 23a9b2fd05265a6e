/** A profile's passphrase: it is changed, and a profile that nobody uses locks itself, in a real browser and by its own clock. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Member, startMember } from './support/group-of-browsers.ts'

const PASSPHRASE = 'correct horse battery'
const NEXT = 'quite another one'

describe.each(wantedBrowsers())('a profile in %s', (browser) => {
  let mira: Member

  beforeAll(async () => {
    mira = await startMember(browser, 'Mira', PASSPHRASE)
  })
  afterAll(async () => {
    await mira?.profile.remove()
  })

  it('has another passphrase from when that is saved, also after the browser was killed', async () => {
    const button = (name: string) => ({ role: 'button', name }) as const
    const field = (name: string) => ({ role: 'textbox', name }) as const
    await mira.page().click(button('Settings'))
    await mira.page().click(button('Change passphrase…'))
    await mira.page().click(button('Show passphrase'))
    await mira.page().fill(field('Present passphrase'), 'wrong horse battery')
    for (const name of ['New passphrase', 'New passphrase again']) await mira.page().fill(field(name), NEXT)
    await mira.page().click(button('Save'))
    await mira.page().waitForText(/That is not the passphrase/, { withinMs: LONG_PATIENCE_MS })
    await mira.page().fill(field('Present passphrase'), PASSPHRASE)
    await mira.page().click(button('Save'))
    await mira.page().waitUntilGone(field('Present passphrase'), LONG_PATIENCE_MS)
    await mira.away('kill')
    await mira.back()
    await waitUntil('the passphrase is asked for', async () => (await mira.view()).phase === 'locked')
    await expect(mira.ask({ kind: 'unlock', passphrase: PASSPHRASE })).rejects.toThrow('wrongPassphrase')
    await mira.ask({ kind: 'unlock', passphrase: NEXT })
    expect((await mira.view()).profile?.name).toBe('Mira')
  })

  it('makes the next passphrase wait after three wrong ones, also when the browser was killed', async () => {
    await mira.ask({ kind: 'lock' })
    for (let i = 0; i < 3; i++) await expect(mira.ask({ kind: 'unlock', passphrase: `wrong horse ${i}` })).rejects.toThrow('wrongPassphrase')
    await mira.page().waitForText(/the next one is taken in 0:0/)
    const dueMs = (await mira.view()).nextTryMs ?? 0
    const refusal = await mira.ask({ kind: 'unlock', passphrase: 'wrong horse 4' }).then(() => 'it was taken', String)
    // A slow machine may take longer to ask than this wait lasts.
    expect(refusal).toMatch(Date.now() < dueMs ? /passphraseTooSoon/ : /passphraseTooSoon|wrongPassphrase/)
    await waitUntil('the wait is over', async () => Date.now() > ((await mira.view()).nextTryMs ?? 0))
    await expect(mira.ask({ kind: 'unlock', passphrase: 'wrong horse 5' })).rejects.toThrow('wrongPassphrase')
    const untilMs = (await mira.view()).nextTryMs ?? 0
    await mira.away('kill')
    await mira.back()
    await waitUntil('the passphrase is asked for', async () => (await mira.view()).phase === 'locked')
    // A slow machine may take longer to start a browser than this wait lasts.
    if (Date.now() < untilMs) expect((await mira.view()).nextTryMs).toBe(untilMs)
    await waitUntil('the wait is over', async () => Date.now() > ((await mira.view()).nextTryMs ?? 0))
    await mira.ask({ kind: 'unlock', passphrase: NEXT })
    expect((await mira.view()).nextTryMs).toBeNull()
  })

  it('offers when to lock, and says what never means', async () => {
    await mira.page().click({ role: 'button', name: 'Settings' })
    await mira.page().waitForText('Without a key or a touch for so long, the passphrase is asked for again.')
    expect((await mira.view()).profile?.autoLockMinutes).toBe(15)
    await mira.ask({ kind: 'setAutoLock', minutes: null })
    await mira.page().waitForText(/reads everything, for as long as it runs/)
  })

  it('locks itself after a minute without a key or a touch', async () => {
    await mira.ask({ kind: 'setAutoLock', minutes: 1 })
    await mira.page().press('Tab')
    expect((await mira.view()).phase).toBe('ready')
    await mira.page().waitForText('Welcome back', { withinMs: 60_000 + LONG_PATIENCE_MS })
    expect(await mira.view()).toMatchObject({ phase: 'locked', profile: null, groups: [] })
    await mira.ask({ kind: 'unlock', passphrase: NEXT })
    expect((await mira.view()).profile?.autoLockMinutes).toBe(1)
  })
})
