/** A browser that is closed right after its message showed as sent leaves nobody without what opens it, with nothing of it online. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

/** Each under another key: a browser has one of its own after each start. */
const FIRST = 'Closed at once, first'
const SECOND = 'Closed at once, second'

describe.each(wantedBrowsers())('Alice with %s, Bob and Carol', (browserOfAlice) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let carol: Member
  let group: string

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob, carol] = await Promise.all([startMember(browserOfAlice, 'Alice'), startMember('chromium', 'Bob'), startMember('chromium', 'Carol')])
    group = await meet(relay, alice, [bob, carol])
  })
  afterAll(async () => {
    for (const each of [alice, bob, carol]) await each?.profile.remove()
    await relay?.remove()
  })

  const own = async (text: string) => (await alice.messages(group)).find(({ body }) => body.kind === 'text' && body.text === text)
  /** Asks without a pause, so that the browser closes at the first moment when it may. */
  const closesWhenSent = async (text: string): Promise<void> => {
    await waitUntil(`“${text}” is sent`, async () => (await own(text))?.state === 'sent', LONG_PATIENCE_MS)
    await alice.away('kill')
  }

  it('the others are off; Alice writes, and her browser is killed when it shows as sent', async () => {
    await alice.away('stop')
    await alice.back()
    for (const each of [bob, carol]) await each.away('stop')
    await alice.ask({ kind: 'send', group, text: FIRST })
    await closesWhenSent(FIRST)
  })

  it('both have it, one after the other, though nobody else is there', async () => {
    for (const each of [bob, carol]) {
      await each.back()
      await waitUntil('it is there', async () => (await each.texts(group)).includes(FIRST), LONG_PATIENCE_MS)
      await each.away('stop')
    }
  })

  it('without a relay it says what it waits for; when that is back it is sent, and everybody has it', async () => {
    await alice.back()
    await relay.kill()
    await alice.page().click({ role: 'link', nameIncludes: 'Desk' })
    await alice.page().waitFor({ role: 'textbox', name: 'Message' })
    await alice.page().fill({ role: 'textbox', name: 'Message' }, SECOND)
    await alice.page().press('Enter')
    await alice.page().waitForText('Sending: waiting for a connection', { inside: { role: 'log', name: 'Messages' } })
    expect((await own(SECOND))?.waitsFor).toEqual({ why: 'connection', people: [], isForMore: false })
    await relay.start()
    await closesWhenSent(SECOND)
    for (const each of [bob, carol]) {
      await each.back()
      await waitUntil('it is there', async () => (await each.texts(group)).includes(SECOND), LONG_PATIENCE_MS)
      await each.away('stop')
    }
  })
})
