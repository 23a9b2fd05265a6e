/** What members are told of each other beside a name: who is another of that name, that a member is called otherwise, and whom a person verified. */
import { ACCOUNT_DEVICES, GROUP, NAME, PIN, SELF } from '@sotto/core/inside'
import type { MessageView } from '@sotto/core'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const CYRILLIC_ALICE = '\u0410lice'

const seenBy = (story: Story, by: Person, whom: Person) => story.groupOf(by)?.members.find(({ account }) => account === whom.account)

/** A person with a changed program calls itself so from its next key on. */
const renameSilently = (person: Person, name: string): void =>
  person.tamper((transaction) => {
    const self = transaction.get(SELF, 'self')
    if (self !== undefined) transaction.put(SELF, ['self'], { ...self, name, nameRevision: self.nameRevision + 1 })
  })

function conversation(story: Story, person: Person): readonly MessageView[] {
  let read: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 200 }, ({ messages }) => (read = messages ?? []))
  return read
}

const renames = (story: Story, person: Person) =>
  conversation(story, person).flatMap(({ body, senderFormer }) => (body.kind === 'renamed' ? [`${senderFormer?.name ?? ''} → ${body.to}`] : []))

it('another who is called like a member is told apart from it, for everybody and everywhere', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, mallory] = [story.enter('Alice'), story.enter('Bob'), story.enter('Mallory')]
  renameSilently(mallory, CYRILLIC_ALICE)
  story.gather(bob, alice)
  story.join(mallory)
  story.pass(20_000)
  story.say(mallory, 'send it to me instead')
  story.pass(5_000)
  expect(seenBy(story, bob, alice)).toMatchObject({ name: 'Alice', another: 0 })
  expect(seenBy(story, bob, mallory)).toMatchObject({ name: CYRILLIC_ALICE, another: 1 })
  // To Alice herself, anybody of her name is another.
  expect(seenBy(story, alice, mallory)).toMatchObject({ another: 1 })
  expect(story.groupOf(bob)?.lastMessage).toMatchObject({ senderName: CYRILLIC_ALICE, senderAnother: 1 })
  expect(conversation(story, bob).find(({ body }) => body.kind === 'text')).toMatchObject({ senderAnother: 1 })
  bob.stop()
  bob.start()
  story.pass(1_000)
  expect(seenBy(story, bob, mallory)).toMatchObject({ another: 1 })
})

it('who takes a member’s name gets a line, is another, and what it said before stays under the name of then', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, mallory] = [story.enter('Alice'), story.enter('Bob'), story.enter('Mallory')]
  story.gather(bob, alice, mallory)
  story.say(mallory, 'before')
  story.pass(5_000)
  story.ask(mallory, { kind: 'setName', name: 'Alice' })
  story.pass(5_000)
  story.say(mallory, 'after')
  story.pass(5_000)
  const said = conversation(story, bob).filter(({ body }) => body.kind === 'text')
  expect(said.map(({ senderName, senderAnother, senderFormer }) => [senderFormer?.name ?? '', senderName, senderAnother])).toEqual([
    ['Mallory', 'Alice', 1],
    ['', 'Alice', 1],
  ])
  expect(renames(story, bob)).toEqual(['Mallory → Alice'])
  bob.stop()
  bob.start()
  story.pass(5_000)
  expect(renames(story, bob)).toEqual(['Mallory → Alice'])
})

it('a name that a changed program says with its keys is a rename too, and a flood of renames is bounded', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  for (let i = 0; i < 30; i++) {
    story.ask(bob, { kind: 'setName', name: `Bob the ${'x'.repeat(i)}` })
    story.pass(2_000)
  }
  expect(renames(story, alice).length).toBe(8)
})

it('what others call a member counts until it speaks itself, and is no rename', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  alice.tamper((transaction) => {
    for (const { key, value } of transaction.scan(NAME)) transaction.put(NAME, key, { ...value, name: 'Nobody' })
  })
  const dave = story.enter('Dave')
  story.join(dave)
  story.pass(30_000)
  expect(seenBy(story, dave, bob)).toMatchObject({ name: 'Nobody' })
  story.say(bob, 'hello')
  story.pass(5_000)
  expect(seenBy(story, dave, bob)).toMatchObject({ name: 'Bob' })
  expect(renames(story, dave)).toEqual([])
})

it('a petname is shown in place of what a member calls itself, stays on this device, and outlasts starts and renames', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, mallory] = [story.enter('Alice'), story.enter('Bob'), story.enter('Mallory')]
  story.gather(bob, alice, mallory)
  story.ask(bob, { kind: 'setPetname', account: alice.account, petname: ' My\u200b sister ' })
  story.ask(mallory, { kind: 'setName', name: 'my sister' })
  story.pass(5_000)
  bob.stop()
  bob.start()
  story.pass(1_000)
  expect(seenBy(story, bob, alice)).toMatchObject({ name: 'My sister', petname: 'My sister', callsItself: 'Alice', another: 0 })
  expect(seenBy(story, bob, mallory)).toMatchObject({ name: 'my sister', another: 1 })
  story.ask(alice, { kind: 'setName', name: 'Alicia' })
  story.pass(5_000)
  expect(seenBy(story, bob, alice)).toMatchObject({ name: 'My sister', callsItself: 'Alicia' })
  expect(renames(story, bob)).toContain('Alice → Alicia')
  // A new member whom Bob lets in is told what Alice calls herself, and never what Bob calls her.
  const dave = story.enter('Dave')
  alice.stop()
  story.join(dave)
  story.pass(5_000)
  expect(seenBy(story, dave, alice)).toMatchObject({ name: 'Alicia' })
  story.ask(bob, { kind: 'setPetname', account: alice.account, petname: null })
  expect(seenBy(story, bob, alice)).toMatchObject({ name: 'Alicia', petname: '' })
})

it('a petname makes way for nobody: a member who was called so before is another from then on', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(bob, alice, carol)
  story.ask(bob, { kind: 'setPetname', account: carol.account, petname: 'Alice' })
  expect(seenBy(story, bob, carol)).toMatchObject({ name: 'Alice', another: 0 })
  expect(seenBy(story, bob, alice)).toMatchObject({ name: 'Alice', another: 1 })
})

it('what is kept of people is forgotten with the last group that is shared with them', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'hello')
  story.pass(5_000)
  story.ask(bob, { kind: 'setPetname', account: alice.account, petname: 'A' })
  story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
  expect(bob.rows.scan(PIN)).toHaveLength(1)
  story.ask(bob, { kind: 'forgetGroup', group: story.group })
  expect([NAME, PIN, ACCOUNT_DEVICES].map((table) => bob.rows.scan<unknown>(table as never).length)).toEqual([0, 0, 0])
})

it('a title is shown if the log names it: no welcome and no key brings another', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, mallory] = [story.enter('Alice'), story.enter('Bob'), story.enter('Mallory')]
  story.gather(mallory, alice)
  mallory.tamper((transaction) => {
    for (const { key, value } of transaction.scan(GROUP)) transaction.put(GROUP, key, { ...value, title: 'Mallory’s own' })
  })
  alice.stop()
  story.join(bob)
  story.say(mallory, 'welcome')
  story.pass(5_000)
  expect(story.groupOf(bob)).toMatchObject({ title: '', isTitleFormer: false })
  // The true one comes with the key of a member that has it.
  alice.start()
  story.say(alice, 'hello')
  story.pass(10_000)
  expect(story.groupOf(bob)).toMatchObject({ title: 'Desk' })
})

it('another Alice that goes by another name stays another in what it said, and going back is a line too', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, mallory] = [story.enter('Alice'), story.enter('Bob'), story.enter('Mallory')]
  renameSilently(mallory, 'Alice')
  story.gather(bob, alice)
  story.join(mallory)
  story.pass(20_000)
  story.say(mallory, 'as Alice')
  story.pass(5_000)
  for (const name of ['Zed', 'Alice']) {
    story.ask(mallory, { kind: 'setName', name })
    story.pass(5_000)
    if (name === 'Zed')
      expect(conversation(story, bob).find(({ body }) => body.kind === 'text')).toMatchObject({
        senderName: 'Zed',
        senderFormer: { name: 'Alice', another: 1 },
      })
  }
  expect(conversation(story, bob).flatMap(({ body, senderFormer }) => (body.kind === 'renamed' ? [senderFormer] : []))).toEqual([
    { name: 'Alice', another: 1 },
    { name: 'Zed', another: 0 },
  ])
  expect(seenBy(story, bob, mallory)).toMatchObject({ name: 'Alice', another: 1 })
})
