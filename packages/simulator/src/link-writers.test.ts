/** I46 notices what was written by a contact link and is nowhere, also where its person accepted it. */
import { expect, it } from 'vitest'
import { BlockedPeople } from './blocked-people.ts'
import type { SaidAlone } from './direct-chats.ts'
import { LinkWriters } from './link-writers.ts'
import { SOON_MS, strangers } from './story/contact-links.ts'
import type { Person, Story } from './story/story.ts'

/** Bob writes to Alice by her link. `before` happens first, `after` once it may have come. */
async function written(
  before: (story: Story, alice: Person) => void,
  after: (story: Story, links: LinkWriters, alice: Person) => void = () => {},
): Promise<readonly string[]> {
  const { story, people } = await strangers('Alice', 'Bob')
  const [alice, bob] = people
  const violations: string[] = []
  const violate = (what: string): void => void violations.push(what)
  const links = new LinkWriters(new BlockedPeople(story.primitives, violate), violate)
  before(story, alice)
  const said: SaidAlone[] = []
  links.write({ text: 'hello', by: bob, to: alice }, (each) => void said.push(each))
  story.pass(SOON_MS)
  expect(said).toHaveLength(1)
  after(story, links, alice)
  story.pass(SOON_MS)
  links.check(() => true)
  return violations
}

it('finds nothing where it waits, was accepted, or was refused', async () => {
  expect(await written(() => {})).toEqual([])
  expect(
    await written(
      () => {},
      (_, links, alice) => links.answer(alice, 0, true),
    ),
  ).toEqual([])
  expect(
    await written(
      () => {},
      (_, links, alice) => links.answer(alice, 0, false),
    ),
  ).toEqual([])
})

it('finds a request that never came', async () => {
  const lost = await written((story) => story.lose(({ what }) => what === 'relayed contactRequest'))
  expect(lost).toEqual(['I46: “hello”, written by a link, is not with Alice (0 conversations)'])
})

it('finds what was accepted and is not in the conversation', async () => {
  const lost = await written(
    (story, alice) => story.lose(({ to, what }) => to === alice && what === 'relayed letter'),
    (_, links, alice) => links.answer(alice, 0, true),
  )
  expect(lost).toEqual(['I46: “hello”, written by a link, is not with Alice (1 conversations)'])
})
