/** Files: given by paste, drop and button, sent, shown, fetched, stopped and saved, with popups that close and browsers that are killed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { at, bytesOf, digest, messageIs, messageWith } from './support/files-of-members.ts'
import { give, noise } from './support/given-files.ts'
import { bomb, photo, screenshot } from './support/given-pictures.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const button = (name: string): Control => ({ role: 'button', name })
const SEND = button('Send')
const ATTACHED = { role: 'list', name: 'Attached files' } as const
const LOG = { role: 'log', name: 'Messages' } as const

/** So long that a browser is killed while it comes, bytes. */
const LONG_BYTES = 12 * 2 ** 20

/** The widths of what a page draws in its conversation. */
const widths = (page: AppPage): Promise<readonly number[]> =>
  page.evaluate(() => [...document.querySelectorAll<HTMLImageElement>('[role="log"] .picture-whole')].map(({ naturalWidth }) => naturalWidth), null)

/** Runs in the page, which is sooner than a test that looks: downloads a file, and pauses it once some of it is here. */
async function pauseSoon(name: string): Promise<void> {
  const button = (label: string): HTMLButtonElement | null => document.querySelector(`button[aria-label="${label}"]`)
  button(`Download ${name}`)?.click()
  const bar = (): HTMLProgressElement | null => document.querySelector(`progress[aria-label="How much of ${name} is here"]`)
  for (let tries = 0; (bar()?.value ?? 0) === 0; tries++) {
    if (tries === 6000) throw new Error('nothing came')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  button(`Pause ${name}`)?.click()
}

/** Runs in the page: the menu of the message that has this text. */
function openMenuOf(text: string): void {
  const more = [...document.querySelectorAll<HTMLButtonElement>('[role="log"] button[aria-label^="More: "]')]
  const found = more.find((button) => button.closest('article')?.textContent.includes(text) === true)
  if (found === undefined) throw new Error('no such message')
  found.click()
}

describe.each(wantedBrowsers())('Alice with %s, and Bob', (browserOfAlice) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string

  beforeAll(async () => {
    // It keeps no files, so that each comes from the other.
    relay = await startRelay({ extraArguments: ['--file-mib', '0'] })
    ;[alice, bob] = await Promise.all([startMember(browserOfAlice, 'Alice'), startMember('chromium', 'Bob')])
    group = await meet(relay, alice, [bob])
    for (const each of [alice, bob]) await at(each.page(), group)
    for (const each of [alice, bob]) await each.page().waitFor({ role: 'textbox', name: 'Message' })
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  const isAttached = (count: number): Promise<unknown> =>
    waitUntil(`${count} attached`, async () => {
      const attachments = (await alice.group(group))?.attachments ?? []
      return attachments.length === count && attachments.every(({ state }) => state === 'ready')
    })

  it('a screenshot is pasted, a photo is dropped, and the place goes out of it', async () => {
    const page = alice.page()
    await give(page, 'paste', [{ name: 'image.png', type: 'image/png', bytes: { base64: await screenshot(page) } }])
    await page.waitForText('image', { inside: ATTACHED })
    await isAttached(1)
    await give(page, 'drop', [{ name: 'harbour.jpg', type: 'image/jpeg', bytes: { base64: await photo(page) } }])
    await isAttached(2)
    await page.waitForText(/Taken out: place and camera/, { inside: ATTACHED })
    await page.fill({ role: 'textbox', name: 'Message' }, 'From the harbour')
    await page.click(SEND)
    await page.waitUntilGone(ATTACHED)
  })

  it('Bob sees both, drawn, and nothing of the place is in what he has', async () => {
    const { message, files } = await messageIs(bob, group, 'harbour.jpg', 'here')
    expect(files.map(({ name }) => name)).toEqual(['image.png', 'harbour.jpg'])
    await bob.page().waitForText('From the harbour', { inside: LOG })
    await waitUntil('both are drawn', async () => (await widths(bob.page())).toSorted((a, b) => a - b).join() === '320,640')
    const bytes = await bytesOf(bob, group, message, 1, files[1]?.sizeBytes ?? 0)
    expect(bytes.subarray(0, 3).toString('hex')).toBe('ffd8ff')
    expect(bytes.includes('Exif')).toBe(false)
    await bob.page().click({ role: 'button', nameIncludes: 'harbour.jpg' })
    await bob.page().waitFor({ role: 'dialog', name: 'harbour.jpg' })
    await bob.page().click(button('Close'))
  })

  it('an SVG, a page and a program are cards with their true extension, and a bomb is not decoded', async () => {
    const text = (content: string) => ({ base64: Buffer.from(content).toString('base64') })
    await give(alice.page(), 'button', [
      { name: 'logo.svg', type: 'image/svg+xml', bytes: text('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>') },
      { name: 'page.html', type: 'text/html', bytes: text('<script>1</script>') },
      { name: '../../invoice\u202e.pdf.exe', type: 'application/pdf', bytes: text('MZ') },
    ])
    await isAttached(3)
    await alice.page().click(SEND)
    // A program that is none of ours says that this is a small picture.
    const bytes = bomb()
    const { file = '' } = await alice.ask({
      kind: 'attachFile',
      group,
      name: 'small.png',
      mediaType: 'image/png',
      sizeBytes: bytes.length,
      picture: { width: 100, height: 100, thumbnail: '' },
    })
    await alice.ask({ kind: 'attachPiece', group, file, piece: 0, bytes: bytes.toString('base64url') })
    await alice.ask({ kind: 'send', group, text: '', files: [file] })
    await messageIs(bob, group, 'page.html', 'here')
    await messageIs(bob, group, 'small.png', 'here')
    const page = bob.page()
    for (const name of ['logo.svg', 'page.html', 'invoice.pdf.exe', 'small.png']) await page.waitFor(button(`Save ${name}`))
    const shown = await page.text(LOG)
    for (const type of ['SVG file', 'HTML file', 'EXE file']) expect(shown).toContain(type)
    expect(shown).toContain('none that can be shown')
    expect(await widths(page)).toHaveLength(2)
  })

  it('a file is attached although the page that gave it closes at once, and is with Bob byte for byte', async () => {
    const panel = await alice.profile.open('sidepanel')
    await at(panel, group)
    await panel.waitFor({ role: 'textbox', name: 'Message' })
    await give(panel, 'paste', [{ name: 'long.bin', type: '', bytes: { noise: LONG_BYTES, seed: 7 } }])
    await waitUntil('it is begun', async () => ((await alice.group(group))?.attachments.length ?? 0) === 1)
    await panel.close()
    await isAttached(1)
    await alice.page().waitForText('long', { inside: ATTACHED })
    await alice.page().click(SEND)
    // Larger than what comes by itself.
    const { message } = await messageIs(bob, group, 'long.bin', 'waiting')
    await bob.page().click(button('Download long.bin'))
    await messageIs(bob, group, 'long.bin', 'here')
    expect(digest(await bytesOf(bob, group, message, 0, LONG_BYTES))).toBe(digest(noise(LONG_BYTES, 7)))
    await waitUntil('Alice is shown that he has it', async () => {
      const { details } = await alice.ask({ kind: 'messageDetails', group, message })
      return details?.readers.find(({ own }) => !own)?.files?.has === 1
    })
  })

  it('what is attached waits for its message over the end of the browser, and what was not taken whole is said to be lost', async () => {
    await give(alice.page(), 'button', [{ name: 'minutes.odt', type: '', bytes: { noise: 50_000, seed: 3 } }])
    await isAttached(1)
    await give(alice.page(), 'button', [{ name: 'footage.bin', type: '', bytes: { noise: 4 * LONG_BYTES, seed: 4 } }])
    await waitUntil('it is begun', async () => (await alice.group(group))?.attachments[1]?.state === 'storing')
    await alice.away('kill')
    await alice.back()
    await at(alice.page(), group)
    await alice.page().waitForText('Please choose it again', { inside: ATTACHED })
    expect((await alice.group(group))?.attachments).toMatchObject([
      { name: 'minutes.odt', state: 'ready' },
      { name: 'footage.bin', state: 'lost' },
    ])
    await alice.page().click(button('Remove footage.bin'))
    await alice.page().click(SEND)
    await alice.page().waitUntilGone(ATTACHED)
    const { message } = await messageIs(bob, group, 'minutes.odt', 'here')
    expect(digest(await bytesOf(bob, group, message, 0, 50_000))).toBe(digest(noise(50_000, 3)))
  })

  it('Bob saves it: what is on the disk is what was sent', async () => {
    const panel = await bob.profile.open('sidepanel')
    await at(panel, group)
    await panel.waitFor(button('Save long.bin'))
    // In place of the browser's dialog, and of nothing else, a place that needs none.
    await panel.evaluate(() => {
      Object.assign(globalThis, {
        showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) =>
          (await navigator.storage.getDirectory()).getFileHandle(`saved ${suggestedName}`, { create: true }),
      })
    }, null)
    await panel.click(button('Save long.bin'))
    const saved = await waitUntil('it is written', () =>
      panel.evaluate(async (size) => {
        const handle = await (await navigator.storage.getDirectory()).getFileHandle('saved long.bin').catch(() => null)
        const file = await handle?.getFile()
        if (file === undefined || file.size !== size) return null
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
        return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
      }, LONG_BYTES),
    )
    expect(saved).toBe(digest(noise(LONG_BYTES, 7)))
    await panel.close()
  })

  it('Bob forwards a message with its pictures to another conversation, where they are the same and say nothing of the first', async () => {
    const { group: other = '' } = await bob.ask({ kind: 'createGroup', title: 'Choir' })
    const { invite = '' } = await bob.ask({ kind: 'createInvite', group: other })
    await alice.ask({ kind: 'join', invite })
    await waitUntil('Alice is in', async () => (await alice.group(other))?.state === 'member')
    const { message, files } = await messageIs(bob, group, 'harbour.jpg', 'here')
    await at(bob.page(), group)
    await bob.page().waitForText('From the harbour', { inside: LOG })
    await bob.page().evaluate(openMenuOf, 'From the harbour')
    await bob.page().click({ role: 'menuitem', name: 'Forward' })
    await bob.page().click({ role: 'checkbox', name: 'Choir' })
    await bob.page().click(button('Next'))
    await bob.page().waitFor({ role: 'dialog', nameIncludes: 'Forward to Choir?' })
    await bob.page().waitForText('harbour.jpg', { inside: { role: 'list', name: 'Files that are forwarded' } })
    await bob.page().click(button('Forward'))
    const there = await messageIs(alice, other, 'harbour.jpg', 'here')
    const body = (await alice.messages(other)).find(({ id }) => id === there.message)?.body
    expect(body).toMatchObject({ kind: 'text', text: 'From the harbour', forwarded: true, files: [{ name: 'image.png' }, { name: 'harbour.jpg' }] })
    for (const [number, { sizeBytes }] of files.entries())
      expect(digest(await bytesOf(alice, other, there.message, number, sizeBytes))).toBe(digest(await bytesOf(bob, group, message, number, sizeBytes)))
    expect((await bob.group(other))?.passingOn).toEqual([])
  })

  it('is paused, and comes on over the end of both browsers; without a source it says for whom it waits', async () => {
    await give(bob.page(), 'button', [{ name: 'archive.zip', type: 'application/zip', bytes: { noise: LONG_BYTES, seed: 9 } }])
    await waitUntil('Bob has it ready', async () => (await bob.group(group))?.attachments[0]?.state === 'ready')
    await bob.page().click(SEND)
    const { message } = await messageIs(alice, group, 'archive.zip', 'waiting')
    await alice.page().waitFor(button('Download archive.zip'))
    await alice.page().evaluate(pauseSoon, 'archive.zip')
    await alice.page().waitForText('Paused at', { inside: LOG })
    await bob.away('kill')
    await alice.page().click(button('Go on with archive.zip'))
    await alice.page().waitForText('Comes from Bob', { inside: LOG })
    await alice.away('kill')
    await Promise.all([alice.back(), bob.back()])
    await messageIs(alice, group, 'archive.zip', 'here')
    expect(digest(await bytesOf(alice, group, message, 0, LONG_BYTES))).toBe(digest(noise(LONG_BYTES, 9)))
  })

  it('is cancelled at both ends, and nothing of it stays', async () => {
    for (const each of [alice, bob]) await at(each.page(), group)
    const stored = (member: Member): Promise<number> =>
      member
        .page()
        .evaluate(async () => ((await navigator.storage.estimate()) as { usageDetails?: { fileSystem?: number } }).usageDetails?.fileSystem ?? 0, null)
    const before = await stored(bob)
    await bob.ask({ kind: 'cancelFile', group, message: (await messageWith(bob, group, 'archive.zip'))?.message ?? '', number: 0 })
    await messageIs(bob, group, 'archive.zip', 'cancelled')
    await bob.page().waitFor(button('Download archive.zip'))
    await waitUntil('its room is free', async () => before - (await stored(bob)) > LONG_BYTES / 2)
    await alice.ask({ kind: 'cancelFile', group, message: (await messageWith(alice, group, 'archive.zip'))?.message ?? '', number: 0 })
    await alice.page().click(button('Download archive.zip'))
    await alice.page().waitForText('Comes from Bob', { inside: LOG })
    await alice.page().click(button('Cancel archive.zip'))
    await messageIs(alice, group, 'archive.zip', 'cancelled')
  })
})
