/** Two people are called Alice. Bob tells them apart, sees one of them rename herself, gives her a name, and verifies the other. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const CYRILLIC_ALICE = '\u0410lice'
const button = (name: string): Control => ({ role: 'button', name })
const link = (name: string): Control => ({ role: 'link', name })
const heading = (name: string): Control => ({ role: 'heading', name })
const CONVERSATION: Control = { role: 'log', name: 'Messages' }

/** The code that a page shows, as a picture: a data URL. */
async function drawnCode(name: string): Promise<string> {
  const code = document.querySelector(`svg[aria-label="${name}"]`)
  if (code === null) throw new Error('no code is shown')
  const image = new Image()
  image.src = `data:image/svg+xml;base64,${btoa(new XMLSerializer().serializeToString(code))}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 600
  canvas.getContext('2d')?.drawImage(image, 0, 0, 600, 600)
  return canvas.toDataURL()
}

/** Chooses a picture, as from the disk. */
function choosePicture(url: string): void {
  const bytes = Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (letter) => letter.charCodeAt(0))
  const files = new DataTransfer()
  files.items.add(new File([bytes], 'code.png', { type: 'image/png' }))
  const chooser = document.querySelector<HTMLInputElement>('input[type=file]')
  if (chooser === null) throw new Error('no picture can be chosen')
  chooser.files = files.files
  chooser.dispatchEvent(new Event('change', { bubbles: true }))
}

describe.each(wantedBrowsers())('Bob with %s', (browserOfBob) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let other: Member
  let group: string

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob, other] = await Promise.all([startMember('chromium', 'Alice'), startMember(browserOfBob, 'Bob'), startMember('chromium', CYRILLIC_ALICE)])
    group = await meet(relay, bob, [alice, other])
    await alice.ask({ kind: 'send', group, text: 'from Alice' })
    await other.ask({ kind: 'send', group, text: 'from the other' })
    await waitUntil('Bob has both', async () => (await bob.texts(group)).length === 2)
    await bob.page().click({ role: 'link', nameIncludes: 'Desk' })
    await bob.page().waitForText('from the other', { inside: CONVERSATION })
  })
  afterAll(async () => {
    for (const each of [alice, bob, other]) await each?.profile.remove()
    await relay?.remove()
  })

  it('tells the two Alices apart, in the conversation and among the members', async () => {
    await bob.page().waitForText(`another ${CYRILLIC_ALICE} ②`, { inside: CONVERSATION })
    await bob.page().click(button('Members'))
    await bob.page().waitFor(link('Alice'))
    await bob.page().waitFor(link(`another ${CYRILLIC_ALICE} ②`))
  })

  it('compares the safety number with the first, which is the same on her screen, and marks her as verified', async () => {
    await bob.page().click(link('Alice'))
    await bob.page().waitFor(heading('About Alice'))
    await bob.page().waitFor(button('They match'))
    const safetyOf = async (by: Member, whom: Member) =>
      (await by.ask({ kind: 'safetyNumber', account: (await whom.view()).profile?.account ?? '' })).safety?.digits
    const digits = (await safetyOf(alice, bob)) ?? ''
    expect(digits).toMatch(/^\d{60}$/)
    for (let at = 0; at < digits.length; at += 5) await bob.page().waitForText(digits.slice(at, at + 5))
    expect(await safetyOf(other, bob)).not.toBe(digits)
    await bob.page().click(button('They match'))
    await bob.page().waitFor(button('Take back “verified”'))
    await bob.page().click(button('Back'))
    await bob.page().waitForText('Verified', { inside: { role: 'list', name: 'Members' } })
  })

  it('reads the picture on her screen, is told that it fits, and that the other’s does not', async () => {
    await alice.page().click({ role: 'link', nameIncludes: 'Desk' })
    await alice.page().click(button('Members'))
    await alice.page().click(link('Bob'))
    await alice.page().waitFor({ role: 'img', name: 'Safety code for Bob' })
    const picture = await alice.page().evaluate(drawnCode, 'Safety code for Bob')
    await bob.page().click(link('Alice'))
    await bob.page().click(button('Take back “verified”'))
    await bob.page().click(button('Read their code'))
    const account = (await bob.view()).profile?.account ?? ''
    const otherCode = (await other.ask({ kind: 'safetyNumber', account })).safety?.code ?? ''
    await bob.page().fill({ role: 'textbox', name: 'Code as text' }, otherCode)
    await bob.page().click(button('Compare'))
    await bob.page().waitForText(/No match: this code is of another account/)
    await bob.page().waitFor(button('They match'))
    await bob.page().evaluate(choosePicture, picture)
    await bob.page().waitForText('It fits: this is Alice, and now marked as verified.')
    await bob.page().waitFor(button('Take back “verified”'))
    await bob.page().click(button('Back'))
    await bob.page().click(button('Back'))
    await bob.page().waitForText('1 of 2 verified')
    // And beside her name, above what she said.
    await bob.page().waitForText(/Alice\s*Verified/, { inside: CONVERSATION })
    await bob.page().click(button('Members'))
    for (const screen of ['Back', 'Back']) await alice.page().click(button(screen))
  })

  it('sees the other rename herself in the settings, and what she said under both names', async () => {
    await other.page().click(button('Settings'))
    await other.page().fill({ role: 'textbox', name: 'Your name' }, 'Zed')
    await other.page().click(button('Save name'))
    await bob.page().click(button('Back'))
    await bob.page().waitForText(`another ${CYRILLIC_ALICE} ② is now called Zed`, { inside: CONVERSATION })
    await bob.page().waitForText(`another ${CYRILLIC_ALICE} ②, now Zed`, { inside: CONVERSATION })
  })

  it('gives her a name of his own, which is still there with the mark after his browser was killed', async () => {
    await bob.page().click(button('Members'))
    await bob.page().click(link('Zed'))
    await bob.page().fill({ role: 'textbox', name: 'Your name for this person' }, 'The one from the print shop')
    await bob.page().click(button('Save name'))
    await bob.page().waitFor(heading('About The one from the print shop'))
    await bob.page().waitForText('Goes by “Zed” in your groups.')
    await bob.away('kill')
    await bob.back()
    await bob.page().click({ role: 'link', nameIncludes: 'Desk' })
    await bob.page().click(button('Members'))
    await bob.page().waitFor(link('The one from the print shop'))
    await bob.page().waitForText('Verified', { inside: { role: 'list', name: 'Members' } })
    const lines = (await bob.messages(group)).filter(({ body }) => body.kind === 'renamed')
    expect(lines).toHaveLength(1)
  })
})
