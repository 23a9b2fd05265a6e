/** A group with several relays: whichever answers is enough (PROTOCOL §5, relays; §8). */
import { describe, expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000

/** Alice has both relays, and so has the group; Bob came by an invite. */
async function twoRelays() {
  const story = await beginStory({ direct: false, relays: 2 })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob', { relays: [] })]
  story.gather(alice, bob)
  return { story, alice, bob }
}

const newInvite = (story: Story, person: Person): string => {
  let text = ''
  story.ask(person, { kind: 'createInvite', group: story.group }, ({ invite }) => (text = invite ?? ''))
  return text
}

describe('an invite names the relays of a group', () => {
  it.for([0, 1])('and a new member gets in by the other where relay %i is gone', async (gone) => {
    const { story, alice, bob } = await twoRelays()
    story.network.killRelay(gone)
    const dave = story.enter('Dave', { relays: [] })
    story.join(dave)
    expect(story.groupOf(dave)?.relays.map(({ address }) => address)).toEqual([story.relay(0), story.relay(1)])
    story.say(dave, 'hello')
    story.say(bob, 'welcome')
    expect(story.msUntil(() => story.shows(alice, 'hello') && story.shows(bob, 'hello') && story.shows(dave, 'welcome'), SOON_MS)).toBeLessThan(SOON_MS)
  })

  it('also where it was made before the group had the second', async () => {
    const { story, alice } = await twoRelays()
    story.ask(alice, { kind: 'setRelays', group: story.group, relays: [story.relay(0)] })
    story.pass(1_000)
    const before = newInvite(story, alice)
    story.ask(alice, { kind: 'setRelays', group: story.group, relays: [story.relay(0), story.relay(1)] })
    story.pass(1_000)
    expect(newInvite(story, alice).length).toBeGreaterThan(before.length)
    story.invite = newInvite(story, alice)
    story.network.killRelay(0)
    story.join(story.enter('Dave', { relays: [] }))
  })
})
