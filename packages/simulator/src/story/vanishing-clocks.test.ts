/** Messages that vanish where clocks are wrong (PROTOCOL §8.88, §8.90): no clock keeps one for ever, and none burns everything. */
import { expect, it } from 'vitest'
import { holds, HOUR, lines, MINUTE, page, read, saidIn, SECRET, setLifetime, SOON_MS, two } from './vanishing-story.ts'

const DAY = 24 * HOUR

it.each([-40 * DAY, -3 * DAY, 3 * DAY, 40 * DAY])('a reader whose clock is wrong by %i ms has as long as the others', async (skewMs) => {
  const { story, alice, bob } = await two()
  bob.skewMs = skewMs
  setLifetime(story, alice, 3_600)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  expect(saidIn(story, bob)).toEqual([SECRET])
  read(story, bob)
  story.pass(HOUR - MINUTE)
  expect(saidIn(story, bob)).toEqual([SECRET])
  story.pass(2 * MINUTE)
  expect([saidIn(story, bob), holds(story, bob, SECRET)]).toEqual([[], false])
})

it.each([-20 * DAY, -3 * DAY, 3 * DAY, 40 * DAY])('an author whose clock is wrong by %i ms is read as the others are', async (skewMs) => {
  const { story, alice, bob } = await two()
  alice.skewMs = skewMs
  setLifetime(story, alice, 3_600)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  expect(saidIn(story, bob)).toEqual([SECRET])
  read(story, bob)
  story.pass(HOUR + MINUTE)
  for (const person of [alice, bob]) expect([saidIn(story, person), holds(story, person, SECRET)]).toEqual([[], false])
})

it('one that seems to be from before all bounds is never shown, and what its author had seen puts its clock right', async () => {
  const { story, alice, bob } = await two()
  alice.skewMs = -40 * DAY
  setLifetime(story, alice, 3_600)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  expect([saidIn(story, bob), holds(story, bob, SECRET)]).toEqual([[], false])
  expect(lines(story, bob)).toContainEqual({ kind: 'vanished', count: 1 })
  expect(story.groupOf(bob)?.unread).toBe(0)
  story.say(bob, 'are you there?')
  story.pass(SOON_MS)
  story.say(alice, 'yes')
  story.pass(SOON_MS)
  expect(saidIn(story, bob)).toEqual(['are you there?', 'yes'])
})

it('a clock that jumps days ahead burns nothing against its relay’s word, shows nothing meanwhile, and shows it again when it is put right', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 86_400)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  read(story, bob)
  bob.skewMs = 10 * DAY
  story.pass(20 * MINUTE)
  expect([saidIn(story, bob), holds(story, bob, SECRET)]).toEqual([[], true])
  expect(story.groupOf(bob)?.lastMessage).toBeNull()
  story.say(alice, 'meanwhile')
  story.pass(SOON_MS)
  read(story, bob)
  story.pass(2 * HOUR)
  expect(saidIn(story, bob)).toEqual(['meanwhile'])
  bob.skewMs = 0
  story.pass(20 * MINUTE)
  expect(saidIn(story, bob)).toEqual([SECRET, 'meanwhile'])
  expect(page(story, bob).map(({ lifetime }) => lifetime?.endsMs !== null)).toEqual([true, true])
  expect(story.groupOf(bob)?.lastMessage?.text).toBe('meanwhile')
  story.pass(DAY)
  expect([saidIn(story, bob), holds(story, bob, SECRET), holds(story, bob, 'meanwhile')]).toEqual([[], false, false])
})

it('a jump that stands against its relay’s word counts after a day, so that no relay keeps anything', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 7 * 86_400)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  read(story, bob)
  bob.skewMs = 10 * DAY
  story.pass(DAY - HOUR)
  expect([saidIn(story, bob), holds(story, bob, SECRET)]).toEqual([[], true])
  story.pass(2 * HOUR)
  expect([saidIn(story, bob), holds(story, bob, SECRET)]).toEqual([[], false])
})

it('a device that was off for days is believed as soon as its relay agrees', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 86_400)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  read(story, bob)
  bob.stop()
  story.pass(3 * DAY)
  bob.start()
  expect(saidIn(story, bob)).toEqual([])
  story.pass(MINUTE)
  expect(holds(story, bob, SECRET)).toBe(false)
})

it('without a relay an hour has to pass', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 86_400)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  read(story, bob)
  bob.stop()
  story.network.restartRelay(0, 4 * DAY, false)
  story.pass(3 * DAY)
  bob.start()
  expect(saidIn(story, bob)).toEqual([])
  story.pass(HOUR - 5 * MINUTE)
  expect([saidIn(story, bob), holds(story, bob, SECRET)]).toEqual([[], true])
  story.pass(6 * MINUTE)
  expect(holds(story, bob, SECRET)).toBe(false)
})

it('a clock that is put back by days makes nothing last longer than by what had passed since it was last looked at', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 3_600)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  read(story, bob)
  story.pass(30 * MINUTE)
  bob.skewMs = -10 * DAY
  story.pass(41 * MINUTE)
  expect([saidIn(story, bob), holds(story, bob, SECRET)]).toEqual([[], false])
})

it('what a jump of the clock hid is in the list of conversations again when the clock is put right', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 86_400)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  read(story, bob)
  bob.skewMs = 10 * DAY
  story.pass(20 * MINUTE)
  expect(story.groupOf(bob)?.lastMessage).toBeNull()
  bob.skewMs = 0
  story.pass(20 * MINUTE)
  expect(story.groupOf(bob)?.lastMessage?.text).toBe(SECRET)
})
