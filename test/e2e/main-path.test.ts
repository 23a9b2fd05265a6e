/** The main path in real browsers: what `npm start -- --tour` plays, as a story that must hold. */
import { expect, it } from 'vitest'
import { type BrowserName, wantedBrowsers } from '../../scripts/browsers.ts'
import { playTour } from '../../scripts/tour/tour.ts'

const FIXTURES: readonly (readonly [string, readonly BrowserName[]])[] = [
  ['three Chromium', ['chromium', 'chromium', 'chromium']],
  ['two Chromium and a Firefox', ['chromium', 'firefox', 'chromium']],
]
const playable = FIXTURES.filter(([, browsers]) => browsers.every((browser) => wantedBrowsers().includes(browser)))

it.each(playable)('people meet, talk, continue without the relay, and a removed one receives no more: %s', async (_who, browsers) => {
  const steps = await playTour(browsers, () => {})
  expect(steps.map(({ step }) => step)).toContain('Alice writes, Bob reads it, Carol does not')
})
