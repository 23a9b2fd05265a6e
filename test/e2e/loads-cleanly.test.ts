/** The built extension, as the browser sees it when it loads it. The control is one whose manifest has a word that no browser knows. */
import { cpSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { CHROMIUM_EXTENSION, type ChromiumProfile, startChromium } from '../fixtures/chromium.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'

describe.runIf(wantedBrowsers().includes('chromium'))('Chromium', () => {
  const folder = makeTemporaryFolder('wrong-extension')
  const started: ChromiumProfile[] = []
  const start = async (name: string, extension?: string): Promise<ChromiumProfile> => {
    const profile = await startChromium({ name, ...(extension === undefined ? {} : { extension }) })
    started.push(profile)
    return profile
  }
  afterAll(async () => {
    for (const profile of started) await profile.remove()
    folder.remove()
  })

  it('has nothing to object about the package, nor threw anything on its pages', async () => {
    const profile = await start('clean')
    await profile.collectObjections()
    for (const layout of ['popup', 'sidepanel', 'options'] as const) {
      const page = await profile.open(layout)
      await page.waitForText('Welcome to Sotto')
    }
    expect(await profile.objections()).toEqual([])
  })

  it('would say so', async () => {
    const extension = join(folder.path, 'extension')
    cpSync(CHROMIUM_EXTENSION, extension, { recursive: true })
    const manifest = JSON.parse(readFileSync(join(extension, 'manifest.json'), 'utf8')) as { readonly permissions: readonly string[] }
    writeFileSync(join(extension, 'manifest.json'), JSON.stringify({ ...manifest, permissions: [...manifest.permissions, 'notAPermission'] }))
    const profile = await start('wrong', extension)
    await profile.collectObjections()
    expect((await profile.objections()).join()).toContain('notAPermission')
  })

  it('is told when a part of the app does not load, and comes to it once it does', async () => {
    const extension = join(folder.path, 'missing-part')
    cpSync(CHROMIUM_EXTENSION, extension, { recursive: true })
    const chunks = join(extension, 'chunks')
    const part = join(chunks, readdirSync(chunks).find((file) => file.startsWith('later-screens')) ?? '')
    renameSync(part, `${part}.gone`)
    const profile = await start('missing-part', extension)
    const page = await profile.open('popup')
    await page.waitForText('This part did not load')
    await page.waitForText('Nothing is lost')
    renameSync(`${part}.gone`, part)
    await page.click({ role: 'button', name: 'Try again' })
    await page.waitFor({ role: 'textbox', name: 'Your name' })
  })
})
