/** Browsers give extension pages default sizes of their own. The app's sizes are the same in both all the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { asPerson, type Person } from '../../scripts/tour/person.ts'
import type { BrowserProfile } from '../fixtures/browser-profile.ts'
import { startProfile } from '../fixtures/start-profile.ts'
import { MESSAGE_LEAST_PX, readTypeScale, TYPE_SCALE_PX } from '../fixtures/type-scale.ts'

/** A relay that is not there. None is needed. */
const NOBODY = '/ip4/127.0.0.1/tcp/1/ws/p2p/12D3KooWByRS9omqFhBPLkyVsmFSqmPTAxaCWZAYk4r7bvmDu9Kr'

describe.each(wantedBrowsers())('text in %s', (browser) => {
  let profile: BrowserProfile
  let mira: Person

  beforeAll(async () => {
    profile = await startProfile(browser, { name: 'type-scale' })
    mira = await asPerson('Mira', profile, NOBODY)
    await mira.signUp(null)
    await mira.createGroup('Desk')
    await mira.say('hello')
  })
  afterAll(() => profile?.remove())

  it('has the sizes of the one scale, a message at least 14 px', async () => {
    const conversation = await mira.page().evaluate(readTypeScale, null)
    await mira.page().click({ role: 'button', name: 'Back' })
    await mira.page().waitFor({ role: 'link', nameIncludes: 'Desk' })
    const list = await mira.page().evaluate(readTypeScale, null)
    const { message, composer, heading, time } = TYPE_SCALE_PX
    expect(conversation).toMatchObject({ message, composer, heading, time })
    expect(conversation['message']).toBeGreaterThanOrEqual(MESSAGE_LEAST_PX)
    expect(list).toMatchObject({ heading, conversation: TYPE_SCALE_PX.conversation, preview: TYPE_SCALE_PX.preview })
  })

  it('grows with the size of text that a person chose', async () => {
    const grown = await mira.page().evaluate(() => {
      // A browser's setting changes the base of this percentage. A style for all pages is as close as a page gets to it.
      document.documentElement.style.fontSize = '187.5%'
      const sizes = [...document.querySelectorAll('.conversation-title, .conversation-preview')].map((element) =>
        Number.parseFloat(getComputedStyle(element).fontSize),
      )
      document.documentElement.style.fontSize = ''
      return sizes
    }, null)
    expect(grown).toEqual([2 * TYPE_SCALE_PX.conversation, 2 * TYPE_SCALE_PX.preview])
  })
})
