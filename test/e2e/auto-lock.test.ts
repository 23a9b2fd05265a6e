/** A profile with a passphrase locks itself where nobody uses it, in a real browser and by its own clock. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { LONG_PATIENCE_MS } from '../fixtures/wait-until.ts'
import { type Member, startMember } from './support/group-of-browsers.ts'

const PASSPHRASE = 'correct horse battery'

describe.each(wantedBrowsers())('a profile in %s', (browser) => {
  let mira: Member

  beforeAll(async () => {
    mira = await startMember(browser, 'Mira', PASSPHRASE)
  })
  afterAll(async () => {
    await mira?.profile.remove()
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
    await mira.ask({ kind: 'unlock', passphrase: PASSPHRASE })
    expect((await mira.view()).profile?.autoLockMinutes).toBe(1)
  })
})
