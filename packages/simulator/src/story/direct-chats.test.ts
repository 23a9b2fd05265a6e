/** Conversations of two people of a shared group (PROTOCOL §8.40 to §8.42). */
import type { GroupView, MessageView } from '@sotto/core'
import { messageRecord, Transaction, WHEREABOUTS } from '@sotto/core/inside'
import { decode, fromBase64url, type GroupId, LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000

async function desk(...names: readonly string[]) {
  const story = await beginStory({ direct: false })
  const people = names.map((name) => story.enter(name))
  const [founder, ...others] = people as [Person, ...Person[]]
  story.gather(founder, ...others)
  return { story, people: people as [Person, Person, Person] }
}

/** Opens the conversation with a person, and returns its group. */
function open(story: Story, by: Person, whom: Person): string {
  let group = ''
  story.ask(by, { kind: 'openDirectChat', account: whom.account }, (value) => (group = value.group ?? ''))
  return group
}

const chatsOf = (person: Person): readonly GroupView[] => person.view().groups.filter(({ direct }) => direct !== null)

const textsIn = (person: Person, group: string): readonly string[] =>
  person.readHistory(`messages/${group}`).flatMap(({ value }) => {
    const body = decode(messageRecord, value)?.body
    return body?.kind === 'text' ? [body.text] : []
  })

it('a member writes to another alone: the other’s device joins by itself, and nobody else learns of it', async () => {
  const { story, people } = await desk('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const group = open(story, alice, bob)
  story.ask(alice, { kind: 'send', group, text: 'between us' })
  story.pass(SOON_MS)
  expect(chatsOf(bob)).toMatchObject([{ id: group, state: 'member', unread: 1, direct: { account: alice.account, name: 'Alice' } }])
  expect(chatsOf(alice)).toMatchObject([{ id: group, direct: { account: bob.account, name: 'Bob' }, security: { groupCipher: 'pairwise' } }])
  expect(chatsOf(alice)[0]?.may.invite).toBe(false)
  expect(textsIn(bob, group)).toEqual(['between us'])
  expect(carol.view().groups).toHaveLength(1)
  expect(open(story, bob, alice)).toBe(group)
  story.ask(bob, { kind: 'send', group, text: 'agreed' })
  story.pass(SOON_MS)
  expect(textsIn(alice, group)).toEqual(['between us', 'agreed'])
})

it('what is written before the other is in waits for them', async () => {
  const { story, people } = await desk('Alice', 'Bob', 'Carol')
  const [alice, bob] = people
  bob.stop()
  const group = open(story, alice, bob)
  story.ask(alice, { kind: 'send', group, text: 'when you are back' })
  story.pass(10 * 60_000)
  const states = () => alice.readHistory(`messages/${group}`).flatMap(({ value }) => decode(messageRecord, value)?.state ?? [])
  expect(states()).toContain('sending')
  bob.start()
  story.pass(60_000)
  expect(textsIn(bob, group)).toEqual(['when you are back'])
  expect(states()).toContain('delivered')
})

it('begun from both sides at once it ends in one conversation, with what both wrote', async () => {
  const { story, people } = await desk('Alice', 'Bob', 'Carol')
  const [alice, bob] = people
  story.network.partition([alice], true)
  const [one, other] = [open(story, alice, bob), open(story, bob, alice)]
  expect(one).not.toBe(other)
  story.ask(alice, { kind: 'send', group: one, text: 'from Alice' })
  story.ask(bob, { kind: 'send', group: other, text: 'from Bob' })
  story.ask(alice, { kind: 'setDraft', group: one, text: 'and more' })
  story.pass(5_000)
  story.network.heal()
  story.pass(120_000)
  const smaller = one < other ? one : other
  for (const person of [alice, bob]) {
    expect(chatsOf(person).map(({ id, state }) => [id, state])).toEqual([[smaller, 'member']])
    expect(textsIn(person, smaller).toSorted()).toEqual(['from Alice', 'from Bob'])
  }
  expect(chatsOf(alice)[0]?.draft).toBe('and more')
})

it('an invite that is lost is sent again', async () => {
  const { story, people } = await desk('Alice', 'Bob', 'Carol')
  const [alice, bob] = people
  const found = story.lose(({ to, by, what }) => to === bob && by === alice && what === 'relayed letter')
  const group = open(story, alice, bob)
  story.pass(SOON_MS)
  found()
  expect(chatsOf(bob)).toEqual([])
  story.pass(10 * 60_000)
  expect(chatsOf(bob)).toMatchObject([{ id: group, state: 'member' }])
})

it('an invite counts from its own inviter alone, and where it names no relay that is wanted anyway it leads nowhere', async () => {
  const { story, people } = await desk('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const group = open(story, alice, carol)
  let invite = ''
  story.ask(alice, { kind: 'createInvite', group }, (value) => (invite = value.invite ?? ''))
  story.slip(carol, bob, [{ kind: 'directChat', group: fromBase64url(story.group) as GroupId, invite }])
  story.pass(SOON_MS)
  expect(bob.view().groups).toHaveLength(1)
})

it('of a blocked person nothing is shown or taken in, and they are not told', async () => {
  const { story, people } = await desk('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const group = open(story, alice, bob)
  story.ask(alice, { kind: 'send', group, text: 'before' })
  story.pass(SOON_MS)
  story.ask(bob, { kind: 'setBlocked', account: alice.account, isBlocked: true })
  story.ask(bob, { kind: 'markRead', group })
  story.ask(alice, { kind: 'send', group, text: 'meanwhile' })
  story.say(alice, 'to all')
  story.pass(60_000)
  expect(textsIn(bob, group)).toEqual(['before'])
  expect(chatsOf(bob)).toMatchObject([{ unread: 0, may: { send: false }, direct: { isBlocked: true } }])
  expect(story.groupOf(bob)).toMatchObject({ unread: 0 })
  const page = () => {
    let shown: readonly string[] = []
    story.ask(bob, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, ({ messages = [] }) => {
      shown = messages.flatMap(({ body }) => (body.kind === 'text' ? [body.text] : []))
    })
    return shown
  }
  expect(page()).toEqual([])
  expect(story.texts(carol)).toEqual(['to all'])
  const states = alice.readHistory(`messages/${group}`).flatMap(({ value }) => decode(messageRecord, value)?.state ?? [])
  expect(states).toContain('sent')
  // She cannot begin another, and where it is taken back what was said comes by itself.
  story.ask(bob, { kind: 'setBlocked', account: alice.account, isBlocked: false })
  expect(page()).toEqual(['to all'])
  story.pass(20 * 60_000)
  expect(textsIn(bob, group)).toEqual(['before', 'meanwhile'])
})

it('what a blocked person said shows in no answer, no list and no reaction, and a deletion leaves no line of it', async () => {
  const { story, people } = await desk('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const page = () => {
    let shown: readonly MessageView[] = []
    story.ask(bob, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, ({ messages = [] }) => (shown = messages))
    return shown.flatMap(({ body, reactions }) => {
      if (body.kind !== 'text') return body.kind === 'deleted' ? ['deleted'] : []
      return [[body.text, body.replyTo?.said?.text ?? '', ...reactions.map(({ emoji }) => emoji)].join('|')]
    })
  }
  const last = () => story.groupOf(bob)?.lastMessage?.text
  const idOf = (text: string): string => {
    const found = bob.readHistory(`messages/${story.group}`).find(({ value }) => {
      const body = decode(messageRecord, value)?.body
      return body?.kind === 'text' && body.text === text
    })
    return found?.id ?? ''
  }
  story.say(carol, 'hello')
  story.say(alice, 'one')
  story.pass(SOON_MS)
  story.ask(carol, { kind: 'send', group: story.group, text: 'as she says', replyTo: idOf('one') })
  story.pass(SOON_MS)
  story.ask(alice, { kind: 'react', group: story.group, message: idOf('as she says'), emoji: '👍' })
  story.say(alice, 'two')
  story.pass(SOON_MS)
  const before = ['hello|', 'one|', 'as she says|one|👍', 'two|']
  expect([page(), last()]).toEqual([before, 'two'])
  story.ask(bob, { kind: 'setReplyTo', group: story.group, message: idOf('one') })
  story.ask(bob, { kind: 'setBlocked', account: alice.account, isBlocked: true })
  expect([page(), last(), story.groupOf(bob)?.replyTo?.said]).toEqual([['hello|', 'as she says|'], 'as she says', null])
  story.say(alice, 'three')
  story.ask(alice, { kind: 'deleteMessage', group: story.group, message: idOf('two'), forAll: true })
  story.pass(SOON_MS)
  story.ask(bob, { kind: 'deleteMessage', group: story.group, message: idOf('as she says'), forAll: false })
  story.pass(SOON_MS)
  expect([page(), last()]).toEqual([['hello|'], 'hello'])
  bob.stop()
  bob.start()
  story.pass(1_000)
  expect([page(), last()]).toEqual([['hello|'], 'hello'])
  story.ask(bob, { kind: 'setBlocked', account: alice.account, isBlocked: false })
  expect([page(), last()]).toEqual([['hello|', 'one|', 'deleted', 'three|'], 'three'])
})

it('a blocked person is told nothing of who reads, types or is there, and is shown nowhere as typing or there', async () => {
  const { story, people } = await desk('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const group = open(story, alice, bob)
  for (const each of [alice, bob]) story.ask(each, { kind: 'setPrivacy', what: 'presence', isOn: true })
  story.ask(alice, { kind: 'send', group, text: 'one' })
  story.pass(SOON_MS)
  const gives = (by: Person, where: string): void => {
    story.ask(by, { kind: 'active' })
    story.ask(by, { kind: 'markRead', group: where })
    story.ask(by, { kind: 'typing', group: where, isTyping: true })
    story.pass(2_000)
  }
  const seen = (at: Person, who: Person, where: string) => {
    const found = at.view().groups.find(({ id }) => id === where)
    const member = found?.members.find(({ account }) => account === who.account)
    return { types: found?.typing.length, presence: member?.presence ?? null, hasRead: (member?.read?.upTo ?? '') !== '' }
  }
  gives(bob, group)
  gives(alice, group)
  expect(seen(alice, bob, group)).toMatchObject({ types: 1, presence: 'here', hasRead: true })
  expect(seen(bob, alice, group)).toMatchObject({ types: 1, presence: 'here' })
  const read = () =>
    alice
      .view()
      .groups.find(({ id }) => id === group)
      ?.members.find(({ account }) => account === bob.account)?.read?.upTo
  const before = read()
  story.ask(alice, { kind: 'send', group, text: 'two' })
  story.pass(SOON_MS)
  story.ask(bob, { kind: 'setBlocked', account: alice.account, isBlocked: true })
  expect(seen(bob, alice, group)).toMatchObject({ types: 0, presence: null })
  story.pass(LIMITS.presenceShownMs)
  gives(bob, group)
  gives(alice, group)
  gives(alice, story.group)
  expect(seen(alice, bob, group)).toMatchObject({ types: 0, presence: 'away' })
  expect(read()).toBe(before)
  for (const where of [group, story.group]) expect(seen(bob, alice, where)).toMatchObject({ types: 0, presence: null })
  // In the group that they share, nobody sees a difference.
  gives(bob, story.group)
  expect([alice, carol].map((each) => seen(each, bob, story.group).types)).toEqual([1, 2])
  story.ask(bob, { kind: 'setBlocked', account: alice.account, isBlocked: false })
  gives(bob, group)
  expect(seen(alice, bob, group)).toMatchObject({ types: 1, presence: 'here' })
})

it('a blocked person with whom no group is shared is not told that the device is there, nor where', async () => {
  const { story, people } = await desk('Alice', 'Bob', 'Carol')
  const [alice, bob] = people
  const group = open(story, alice, bob)
  story.ask(alice, { kind: 'send', group, text: 'one' })
  story.pass(SOON_MS)
  story.ask(bob, { kind: 'setBlocked', account: alice.account, isBlocked: true })
  story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
  bob.stop()
  story.pass(LIMITS.announceMs)
  const others = () => new Transaction(alice.state).scan(WHEREABOUTS).map(({ value }) => value.peer)
  const before = others()
  bob.start()
  alice.stop()
  alice.start()
  story.pass(3 * LIMITS.announceMs)
  expect(others()).not.toContain(bob.peerId)
  expect(new Transaction(bob.state).first(WHEREABOUTS)).toBeUndefined()
  story.ask(bob, { kind: 'setBlocked', account: alice.account, isBlocked: false })
  story.pass(3 * LIMITS.announceMs)
  expect([before.length > 0, others().includes(bob.peerId)]).toEqual([true, true])
})

it('no search finds what a blocked person wrote, also where it is the newest of many', async () => {
  const { story, people } = await desk('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const group = open(story, alice, bob)
  story.say(carol, 'the harbour of Carol')
  story.pass(SOON_MS)
  for (let i = 0; i < 5; i++) story.say(alice, `the harbour of Alice ${i}`)
  story.ask(alice, { kind: 'send', group, text: 'our harbour' })
  story.pass(SOON_MS)
  const found = (within: string | null) => {
    const texts: string[] = []
    story.ask(bob, { kind: 'search', text: 'harbour', group: within, from: 0 }, (value) => {
      for (const each of value.found?.conversations ?? []) texts.push(`${each.count}:`, ...each.messages.map(({ senderName }) => senderName))
    })
    return texts
  }
  expect(found(null).filter((text) => text === 'Alice')).toHaveLength(4)
  story.ask(bob, { kind: 'setBlocked', account: alice.account, isBlocked: true })
  for (const within of [null, story.group]) expect(found(within)).toEqual(['1:', 'Carol'])
  expect(found(group)).toEqual([])
  story.ask(bob, { kind: 'setBlocked', account: alice.account, isBlocked: false })
  expect(found(group)).toEqual(['1:', 'Alice'])
})

it('with a third person in it, it is shown as the group that it is', async () => {
  const { story, people } = await desk('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const group = open(story, alice, bob)
  story.pass(SOON_MS)
  let invite = ''
  story.ask(alice, { kind: 'createInvite', group }, (value) => (invite = value.invite ?? ''))
  story.ask(carol, { kind: 'join', invite })
  story.pass(SOON_MS)
  expect(chatsOf(bob)).toEqual([])
  expect(bob.view().groups.find(({ id }) => id === group)).toMatchObject({ title: 'Alice, Bob', members: [{}, {}, {}] })
})
