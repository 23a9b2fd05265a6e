/** The main path in real browsers, one of them Firefox: what `npm start -- --tour` plays, as a story that must hold. */
import { expect, it } from 'vitest'
import { playTour } from '../../scripts/tour/tour.ts'

it('people meet, talk, go on without the relay, and a removed one hears no more', async () => {
  const steps = await playTour(['chromium', 'firefox', 'chromium'], () => {})
  expect(steps.map(({ step }) => step)).toContain('Alice writes, Bob reads it, Carol does not')
}, 180_000)
