/** Messages that vanish where the membership ends, or the group is forgotten (PROTOCOL §8.89). */
import { expect, it } from 'vitest'
import { holds, HOUR, read, saidIn, SECRET, setLifetime, SOON_MS, two } from './vanishing-story.ts'

it('what a member who leaves, or is removed, has of it ends all the same', async () => {
  for (const isRemoved of [false, true]) {
    const { story, alice, bob } = await two()
    setLifetime(story, alice, 3_600)
    story.say(bob, SECRET)
    story.say(alice, `${SECRET}!`)
    story.pass(SOON_MS)
    read(story, bob)
    if (isRemoved) story.remove(alice, bob)
    else story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
    story.pass(SOON_MS)
    expect(saidIn(story, bob)).toEqual([SECRET, `${SECRET}!`])
    expect(bob.readHistory(`own/${story.group}`).some(({ value }) => value.length > 1)).toBe(false)
    bob.stop()
    bob.start()
    story.pass(HOUR)
    expect([saidIn(story, bob), holds(story, bob, SECRET)]).toEqual([[], false])
  }
})

it('a group that is forgotten takes all of it along, and the keys', async () => {
  const { story, alice, bob } = await two()
  const erased: string[] = []
  story.committed = (by, { eraseKeys = [] }) => {
    if (by === bob) erased.push(...eraseKeys)
  }
  setLifetime(story, alice, 3_600)
  story.say(bob, SECRET)
  story.say(alice, `${SECRET}!`)
  story.pass(SOON_MS)
  story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
  story.ask(bob, { kind: 'forgetGroup', group: story.group })
  expect(erased).toHaveLength(2)
  expect(holds(story, bob, SECRET)).toBe(false)
  expect(bob.readHistory(`own/${story.group}`)).toEqual([])
})
