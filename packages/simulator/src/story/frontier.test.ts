/** A message is bound to what its author had seen of the membership log (PROTOCOL §3, §7). */
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 5_000

/** Four people. Carol has not learned of Dave's admission, and may learn of it from now on. */
async function unheardOf(
  meanwhile: (story: Story, bob: Person, carol: Person) => void,
): Promise<{ story: Story; bob: Person; carol: Person; knowsDave: () => boolean }> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol)
  story.say(bob, 'before')
  story.pass(1_000)
  // Not from the relay, not by asking, and not from him.
  const found = (['operation', 'letter', 'joinRequest'] as const).map((about) => story.lose(relayed(about, dave, carol)))
  for (const each of [alice, bob]) found.push(story.lose(relayed('operation', each, carol)), story.lose(relayed('letter', carol, each)))
  story.join(dave)
  story.pass(20_000)
  const knowsDave = (): boolean => story.groupOf(carol)?.members.length === 4
  meanwhile(story, bob, carol)
  expect(knowsDave()).toBe(false)
  // One member is asked for it at most every ten seconds, and was while nothing came of it.
  story.pass(16_000)
  for (const each of found) each()
  expect(knowsDave()).toBe(false)
  return { story, bob, carol, knowsDave }
}

it('a message whose key was made for an unknown member is shown when that member is known, and not before', async () => {
  const { story, bob, carol, knowsDave } = await unheardOf((begun, writer, reader) => {
    // Every start uses a new key: this one is made for Dave too.
    writer.stop()
    writer.start()
    begun.say(writer, 'welcome, Dave')
    begun.pass(20_000)
    expect(begun.texts(reader)).toEqual(['before'])
    expect(begun.groupOf(reader)?.unreadable).toEqual([{ cause: 'keyNotYetReceived', count: 1, repairing: true }])
  })
  story.say(bob, 'and so on')
  expect(story.msUntil(() => story.shows(carol, 'welcome, Dave', 'and so on'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(knowsDave()).toBe(true)
})

it('the reader of a message asks for what its author had seen of the log', async () => {
  const { story, bob, carol, knowsDave } = await unheardOf(() => {})
  // The key is an old one: only the message shows it.
  story.say(bob, 'welcome, Dave')
  expect(story.msUntil(() => story.shows(carol, 'welcome, Dave'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.msUntil(knowsDave, SOON_MS)).toBeLessThan(SOON_MS)
})
