/**
 * A group with two relays, one of them killed: messages go on, and its screen says which is which. An admin adds a third relay and
 * drops the one that is gone, and the others follow; then the first one is killed too.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, startMember } from './support/group-of-browsers.ts'

const button = (name: string): Control => ({ role: 'button', name })
const LIST: Control = { role: 'list', name: 'Group relays' }
/** As the simulator's stories have it, and what a busy machine adds. */
const GOES_ON_MS = 15_000

describe.each(wantedBrowsers())('a group with two relays in %s', (browser) => {
  let relays: readonly RelayProcess[] = []
  let alice: Member
  let bob: Member
  let page: AppPage
  let group = ''

  const addressOf = (number: number): string => relays[number]?.addresses()[0] ?? ''
  /** As it is listed. */
  const hostAndPort = (number: number): string => {
    const [, host = '', port = ''] = /\/ip4\/([^/]+)\/tcp\/(\d+)/.exec(addressOf(number)) ?? []
    return `${host}:${port}`
  }
  const arrives = (to: Member, text: string): Promise<unknown> =>
    waitUntil(`${text} is with ${to.name}`, async () => (await to.texts(group)).includes(text), GOES_ON_MS)

  beforeAll(async () => {
    relays = await Promise.all(['first', 'second', 'third'].map((name) => startRelay({ name })))
    ;[alice, bob] = await Promise.all([startMember(browser, 'Alice'), startMember('chromium', 'Bob')])
    for (const number of [0, 1]) await alice.ask({ kind: 'addRelay', address: addressOf(number) })
    await waitUntil('both relays', async () => (await alice.view()).relays.filter(({ state }) => state === 'connected').length === 2)
    group = (await alice.ask({ kind: 'createGroup', title: 'Desk' })).group ?? ''
    const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
    await bob.ask({ kind: 'join', invite })
    await waitUntil('Bob is in', async () => (await bob.group(group))?.state === 'member')
    page = alice.page()
  })
  afterAll(async () => {
    await Promise.all([alice?.profile.remove(), bob?.profile.remove(), ...relays.map((relay) => relay.remove())])
  })

  it('shows each of them with how fast it answers, and an invite brings both', async () => {
    expect((await bob.group(group))?.relays.map(({ address }) => address)).toEqual([addressOf(0), addressOf(1)])
    await page.evaluate((of) => {
      location.hash = `#/relays/${of}`
    }, group)
    for (const number of [0, 1]) await page.waitForText(hostAndPort(number), { inside: LIST })
    await page.waitForText(/(Connected, answers in \d+ ms[\s\S]*){2}/, { inside: LIST })
  })

  it('goes on where one is killed, and says which', async () => {
    await relays[1]?.kill()
    await bob.ask({ kind: 'send', group, text: 'without the second' })
    await arrives(alice, 'without the second')
    await alice.ask({ kind: 'send', group, text: 'indeed' })
    await arrives(bob, 'indeed')
    await page.waitForText(/Not reachable[\s\S]*Last reached: /, { inside: LIST })
  })

  it('follows its admin to a third, named by host and port alone, and away from the one that is gone', async () => {
    await page.fill({ role: 'textbox', name: 'Relay address' }, hostAndPort(2))
    await page.click(button('Add for all members'))
    await page.waitForText(hostAndPort(2), { inside: LIST })
    await page.click(button(`Remove relay ${hostAndPort(1)}`))
    await page.click(button('Remove'))
    await waitUntil('it is gone from the list', async () => !(await page.text(LIST)).includes(hostAndPort(1)))
    await waitUntil('Bob follows', async () => {
      const lines = (await bob.group(group))?.relays ?? []
      return lines.map(({ address }) => address).join() === [addressOf(2), addressOf(0)].join() && lines.every(({ state }) => state === 'connected')
    })
  })

  it('goes on over the third alone', async () => {
    await relays[0]?.kill()
    await bob.ask({ kind: 'send', group, text: 'over the third' })
    await arrives(alice, 'over the third')
    await alice.ask({ kind: 'send', group, text: 'there too' })
    await arrives(bob, 'there too')
    const states = async (of: Member) => (await of.messages(group)).map(({ state }) => state)
    await waitUntil('all is delivered', async () => (await states(alice)).every((state) => state !== 'sending'))
  })
})
