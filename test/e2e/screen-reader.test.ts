/** A story as a screen reader tells it: what is said by itself, once, and what is under each name and role. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'
import { beginListening, heard } from './support/screen-reader.ts'

const LOG = { role: 'log', name: 'Messages' } as const

describe.each(wantedBrowsers())('Mira listens in %s', (browser) => {
  let relay: RelayProcess
  let mira: Member
  let bob: Member
  let group: string

  beforeAll(async () => {
    relay = await startRelay()
    ;[mira, bob] = await Promise.all([startMember(browser, 'Mira'), startMember('chromium', 'Bob')])
    group = await meet(relay, mira, [bob])
    await bob.ask({ kind: 'send', group, text: 'was there before' })
    await waitUntil('it is there', async () => (await mira.texts(group)).includes('was there before'))
    await mira.page().click({ role: 'link', nameIncludes: 'Desk' })
    await mira.page().waitForText('was there before', { inside: LOG })
    await beginListening(mira.page())
  })
  afterAll(async () => {
    for (const each of [mira, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  const bobSays = async (text: string, times = 1): Promise<void> => {
    await bob.ask({ kind: 'send', group, text })
    await waitUntil(`${text} is shown`, async () => (await mira.texts(group)).filter((each) => each === text).length === times, LONG_PATIENCE_MS)
    await waitUntil(`${text} is said`, async () => (await heard(mira.page())).filter((each) => each.includes(text)).length >= times)
  }

  it('a new message is said once, with its author; what was there before is not', async () => {
    await bobSays('look at this')
    await bobSays('and at that')
    expect((await heard(mira.page())).filter((each) => /look at this|and at that|was there/.test(each))).toEqual(['Bob: look at this', 'Bob: and at that'])
  })

  it('a text that is the same as the one before is said again', async () => {
    await bobSays('ok')
    await bobSays('ok', 2)
    // It is said after it is drawn.
    await waitUntil('both are said', async () => (await heard(mira.page())).filter((each) => each.startsWith('Bob: ok')).length === 2)
  })

  it('an own message is not said, and its state is a text under its name', async () => {
    await mira.page().fill({ role: 'textbox', name: 'Message' }, 'mine')
    await mira.page().press('Enter')
    await mira.page().waitForText('mine', { inside: LOG })
    // Its name is who, what and how far it got.
    await mira.page().waitFor({ role: 'article', nameIncludes: 'mine' })
    await waitUntil('it is delivered', async () => /^You\s*mine\s*Delivered$/.test(await mira.page().evaluate(nameOfArticle, 'mine')), LONG_PATIENCE_MS)
    expect((await heard(mira.page())).filter((each) => each.includes('mine'))).toEqual([])
  })

  it('each control has a name, and each picture one or none to read', async () => {
    expect(await mira.page().evaluate(nameless, null)).toEqual([])
    await mira.page().click({ role: 'button', name: 'Members' })
    await mira.page().waitFor({ role: 'heading', name: 'Members' })
    expect(await mira.page().evaluate(nameless, null)).toEqual([])
    // What a member may do is a word and not a colour.
    await mira.page().waitForText(/Admin/, { inside: { role: 'list', name: 'Members' } })
  })

  it('what goes wrong is said at once', async () => {
    await mira.page().click({ role: 'button', name: 'Back' })
    await mira.page().click({ role: 'button', name: 'Back' })
    await mira.page().click({ role: 'button', name: 'Paste an invite' })
    await mira.page().fill({ role: 'textbox', name: 'Invite' }, 'no invite')
    await mira.page().click({ role: 'button', name: 'Join group' })
    await waitUntil('it is said', async () => (await heard(mira.page())).some((each) => each.includes('This is not a Sotto invite.')))
  })
})

/** Runs in a page: the name of the article that holds a text, put together as `aria-labelledby` says. */
function nameOfArticle(text: string): string {
  const article = [...document.querySelectorAll('[role=log] article')].find(({ textContent }) => textContent?.includes(text))
  const ids = article?.getAttribute('aria-labelledby')?.split(' ') ?? []
  return ids
    .map((id) => document.getElementById(id)?.textContent?.trim() ?? '')
    .join(' ')
    .replace(/[\u2066-\u2069]/g, '')
}

/** Runs in a page: controls that have nothing to be read. */
function nameless(): readonly string[] {
  return [...document.querySelectorAll('a, button, input:not([type=file]), textarea, select, [role=img], [role=button]')]
    .filter((element) => element.closest('[hidden], [aria-hidden=true]') === null)
    .filter((element) => {
      const labels = 'labels' in element && element.labels instanceof NodeList ? [...element.labels] : []
      return ![element.getAttribute('aria-label'), element.textContent, ...labels.map(({ textContent }) => textContent)].some(
        (text) => (text ?? '').trim() !== '',
      )
    })
    .map(({ outerHTML }) => outerHTML.slice(0, 120))
}
