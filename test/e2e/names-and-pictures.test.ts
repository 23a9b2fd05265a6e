/** A person has a picture and a line, and the others see them; an admin calls the group otherwise, and the conversation says so. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const button = (name: string): Control => ({ role: 'button', name })
const LOG = { role: 'log', name: 'Messages' } as const

/** Chooses a photo that is drawn here, wide and much too large to be sent, in the page's field for files. */
const chooseFile = (page: AppPage): Promise<void> =>
  page.evaluate(async () => {
    const canvas = document.createElement('canvas')
    canvas.width = 1600
    canvas.height = 900
    const context = canvas.getContext('2d')
    const noise = context?.createImageData(1600, 900)
    if (context == null || noise === undefined) throw new Error('no canvas')
    for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : (i * 2654435761) >>> 24
    context.putImageData(noise, 0, 0)
    const photo = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
    const files = new DataTransfer()
    files.items.add(new File([photo ?? new Blob()], 'me.png', { type: 'image/png' }))
    const field = document.querySelector<HTMLInputElement>('input[type="file"]')
    if (field === null) throw new Error('no field')
    field.files = files.files
    field.dispatchEvent(new Event('change', { bubbles: true }))
  }, null)

/** The sides of the pictures that the page draws. */
const picturesDrawn = (page: AppPage): Promise<readonly number[]> =>
  page.evaluate(() => [...document.querySelectorAll<HTMLImageElement>('img')].map(({ naturalWidth }) => naturalWidth), null)

describe.each(wantedBrowsers())('Alice with %s, and Bob', (browserOfAlice) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember(browserOfAlice, 'Alice'), startMember('chromium', 'Bob')])
    group = await meet(relay, alice, [bob])
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  it('Alice chooses a picture, which is cut and made small, and writes a line', async () => {
    await alice.page().click(button('Settings'))
    await alice.page().waitFor(button('Choose a picture…'))
    await chooseFile(alice.page())
    await alice.page().waitFor(button('Change picture…'))
    await waitUntil('it is drawn', async () => (await picturesDrawn(alice.page())).some((side) => side >= 96 && side <= 256))
    await alice.page().fill({ role: 'textbox', name: 'A line about you' }, 'At the desk until six')
    await alice.page().click(button('Save line'))
    await waitUntil('it is kept', async () => (await alice.view()).profile?.line === 'At the desk until six')
  })

  it('Bob sees both, wherever she is', async () => {
    await waitUntil('Bob has it', async () => (await bob.group(group))?.members.some(({ picture, own }) => !own && picture !== null) ?? false)
    await bob.page().click({ role: 'link', nameIncludes: 'Desk' })
    await bob.page().click(button('Members'))
    await waitUntil('it is drawn', async () => (await picturesDrawn(bob.page())).some((side) => side >= 96))
    await bob.page().click({ role: 'link', name: 'Alice' })
    await bob.page().waitForText('At the desk until six')
  })

  it('a file that is no picture is said to be none', async () => {
    await alice.page().evaluate(() => {
      const files = new DataTransfer()
      files.items.add(new File(['<svg xmlns="http://www.w3.org/2000/svg"><script>1</script>'], 'me.png', { type: 'image/png' }))
      const field = document.querySelector<HTMLInputElement>('input[type="file"]')
      if (field === null) throw new Error('no field')
      field.files = files.files
      field.dispatchEvent(new Event('change', { bubbles: true }))
    }, null)
    await alice.page().waitForText('This file is no picture that the browser can show.')
  })

  it('she takes it back, and her initials are there again', async () => {
    await alice.page().click(button('Remove picture'))
    await alice.page().waitFor(button('Choose a picture…'))
    await waitUntil('Bob has none', async () => (await bob.group(group))?.members.every(({ picture }) => picture === null) ?? false)
    await waitUntil('it is not drawn', async () => (await picturesDrawn(bob.page())).length === 0)
  })

  it('she calls the group otherwise, and both conversations say so', async () => {
    await alice.page().click(button('Back'))
    await alice.page().click({ role: 'link', nameIncludes: 'Desk' })
    await alice.page().click(button('Members'))
    await alice.page().click(button('Change picture, name and description'))
    await alice.page().fill({ role: 'textbox', name: 'Group name' }, 'Night shift')
    await alice.page().click(button('Save name'))
    await waitUntil('Bob has it', async () => (await bob.group(group))?.title === 'Night shift')
    await alice.page().click(button('Back'))
    await alice.page().waitForText('The group is now called Night shift', { inside: LOG })
    expect((await bob.messages(group)).map(({ body }) => body)).toContainEqual({ kind: 'titled', to: 'Night shift' })
  })
})
