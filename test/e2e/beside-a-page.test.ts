/** The app beside a page: Chrome's side panel and Firefox's sidebar, from one page of the extension. And what is stored is kept. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, startMember } from './support/group-of-browsers.ts'

describe.each(wantedBrowsers())('Mira in %s', (browser) => {
  let mira: Member

  beforeAll(async () => {
    mira = await startMember(browser, 'Mira')
  })
  afterAll(async () => {
    await mira?.profile.remove()
  })

  it('has the app beside her page', async () => {
    // Browsers open it only for what a person does: for a press on a button, which this page gets for the test.
    await mira.page().evaluate(async () => {
      interface Api {
        readonly sidebarAction?: { readonly open: () => Promise<void> }
        readonly sidePanel: { readonly open: (where: object) => Promise<void> }
        readonly windows: { readonly getCurrent: () => Promise<{ readonly id: number }> }
      }
      const world = globalThis as unknown as { readonly browser?: Api; readonly chrome: Api }
      const api = world.browser ?? world.chrome
      const { id: windowId } = await api.windows.getCurrent()
      const button = document.createElement('button')
      button.textContent = 'Open beside'
      button.addEventListener('click', () => void (api.sidebarAction?.open() ?? api.sidePanel.open({ windowId })))
      document.body.prepend(button)
    }, null)
    await mira.page().click({ role: 'button', name: 'Open beside' })
    const beside = () =>
      mira.page().evaluate(async () => {
        interface Api {
          readonly sidebarAction?: object
          readonly extension: { readonly getViews: (of: object) => readonly Window[] }
          readonly runtime: { readonly getContexts?: (of: object) => Promise<readonly { readonly documentUrl: string }[]> }
        }
        const world = globalThis as unknown as { readonly browser?: Api; readonly chrome: Api }
        const api = world.browser ?? world.chrome
        if (api.sidebarAction !== undefined) return api.extension.getViews({ type: 'sidebar' }).map(({ location }) => location.pathname)
        const contexts = (await api.runtime.getContexts?.({ contextTypes: ['SIDE_PANEL'] })) ?? []
        return contexts.map(({ documentUrl }) => new URL(documentUrl).pathname)
      }, null)
    await waitUntil('it is there', async () => (await beside()).length > 0)
    expect(await beside()).toEqual(['/sidepanel.html'])
  })

  it('has a browser that keeps what is stored', async () => {
    // Chromium keeps it by the permission `unlimitedStorage`, whatever it says here.
    if (browser === 'firefox') await waitUntil('it keeps it', () => mira.page().evaluate(() => navigator.storage.persisted(), null))
    await mira.page().click({ role: 'button', name: 'Settings' })
    await mira.page().waitForText('The browser keeps it until you delete it.')
    await mira.page().waitForText(/\d+ [kM]B used on this device/)
  })
})
