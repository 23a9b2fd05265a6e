/** Which device is given a key, or what was sealed under it (PROTOCOL §3, §5). */
import { ownContext } from '@sotto/crypto'
import { type ControlMessage, OWN_KEY } from '@sotto/core/inside'
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 15_000

/** A request for what a person sealed under its key, up to this iteration. */
function keyRequest(story: Story, of: Person, to = 99): ControlMessage {
  const own = of.rows.get(OWN_KEY, story.group)
  if (own === undefined) throw new TypeError(`${of.name} has no key`)
  const { group, epoch, keyId } = ownContext(own.key)
  return { kind: 'keyRequest', group, epoch, keyId, iterations: [{ from: 0, to }] }
}

it('a new member that asks for what was sealed before it came gets none of it', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Dave')]
  story.gather(alice, bob)
  story.say(alice, 'before')
  story.join(dave)
  story.say(alice, 'after')
  story.pass(SOON_MS)
  story.slip(dave, alice, [keyRequest(story, alice)])
  story.pass(SOON_MS)
  expect(story.texts(dave)).toEqual(['after'])
})

it('a device that reports nothing as opened is sent it three times, and no more', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  const unsaid = story.lose(relayed('letter', bob, alice))
  story.say(alice, 'one')
  story.pass(SOON_MS)
  expect(story.texts(bob)).toEqual(['one'])
  unsaid()
  const { length: before } = story.heard
  for (let i = 0; i < 10; i++) {
    story.slip(bob, alice, [keyRequest(story, alice)])
    story.pass(1_000)
  }
  // The key in one letter and the contents in another.
  expect(story.heard.slice(before).filter(relayed('letter', alice, bob))).toHaveLength(2 * LIMITS.resendsPerMessage)
})

it('what a device was sent three times takes nothing from a later message under the same key', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'one')
  const unsaid = story.lose(relayed('letter', bob, alice))
  story.pass(SOON_MS)
  unsaid()
  for (let i = 0; i < 10; i++) {
    story.slip(bob, alice, [keyRequest(story, alice, 0)])
    story.pass(1_000)
  }
  const found = story.lose(relayed('envelope', alice, bob))
  story.say(alice, 'two')
  story.pass(1_000)
  found()
  expect(story.texts(bob)).toEqual(['one'])
  // Together with what it was sent too often.
  story.slip(bob, alice, [keyRequest(story, alice, 1)])
  expect(story.msUntil(() => story.shows(bob, 'two'), SOON_MS)).toBeLessThan(SOON_MS)
})

/** Bob removes Carol, and Alice cannot place the removal: she has not seen what it rests on. Carol knows nothing of it. */
async function unplaced(before: (story: Story, alice: Person, carol: Person) => void): Promise<{ story: Story; alice: Person; bob: Person; carol: Person }> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  story.ask(alice, { kind: 'setRole', group: story.group, account: bob.account, role: 'admin' })
  story.pass(SOON_MS)
  before(story, alice, carol)
  for (const [by, to] of [
    [bob, alice],
    [alice, bob],
    [bob, carol],
    [carol, bob],
  ] as const)
    story.lose(relayed('letter', by, to))
  story.lose(relayed('operation', bob, carol))
  const restsOn = story.lose(relayed('operation', bob, alice))
  story.ask(bob, { kind: 'createInvite', group: story.group })
  story.pass(1_000)
  restsOn()
  story.remove(bob, carol)
  story.pass(1_000)
  expect([alice, carol].map((each) => story.groupOf(each)?.members.length)).toEqual([3, 3])
  return { story, alice, bob, carol }
}

it('the subject of a removal that cannot be placed yet gets no answer to a request', async () => {
  const { story, alice, carol } = await unplaced((begun, writer, reader) => {
    const found = (['letter', 'envelope'] as const).map((about) => begun.lose(relayed(about, writer, reader)))
    begun.say(writer, 'one')
    begun.pass(1_000)
    for (const each of found) each()
  })
  story.slip(carol, alice, [keyRequest(story, alice)])
  story.pass(SOON_MS)
  expect(story.texts(carol)).toEqual([])
})

it('the subject of a removal that cannot be placed yet reads nothing more, also under a key that it has', async () => {
  const { story, alice, carol } = await unplaced((begun, writer) => {
    begun.say(writer, 'one')
    begun.pass(SOON_MS)
  })
  story.say(alice, 'two')
  story.pass(SOON_MS)
  expect(story.texts(alice)).toEqual(['one', 'two'])
  expect(story.texts(carol)).toEqual(['one'])
})
