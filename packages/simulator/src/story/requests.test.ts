/** Who shares no group writes by a contact link, and waits as a request (PROTOCOL §5.56 to §5.58). */
import { MAILBOX, OUTBOX, USED_CONTACT_LINK } from '@sotto/core/inside'
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { answer, chatsOf, DAY_MS, linkOf, refusal, requestsAt, SOON_MS, strangers, textsIn, write } from './contact-links.ts'
import { beginStory } from './story.ts'

it('a request waits in a place of its own, and once it is accepted all that was written is there', async () => {
  const { story, people } = await strangers('Alice', 'Bob')
  const [alice, bob] = people
  const link = linkOf(story, alice)
  let shown: unknown
  story.ask(bob, { kind: 'join', invite: `Write to me: ${link}.` }, (value) => (shown = value.contact))
  expect(shown).toEqual({ account: alice.account, name: 'Alice', another: 0, isKnown: false })
  expect(bob.view().groups).toEqual([])
  const group = write(story, bob, link, 'We met at the harbour', 'I have the photographs')
  story.pass(SOON_MS)
  expect(chatsOf(bob)).toMatchObject([{ id: group, waitsFor: 'answer', direct: { account: alice.account, name: 'Alice' } }])
  expect(requestsAt(alice)).toMatchObject([{ account: bob.account, name: 'Bob', words: 'We met at the harbour', isBlocked: false }])
  expect(alice.view().groups).toEqual([])
  answer(story, alice, bob, 'accept')
  expect(requestsAt(alice)).toEqual([])
  story.pass(SOON_MS)
  expect(textsIn(alice, group)).toEqual(['We met at the harbour', 'I have the photographs'])
  expect(chatsOf(alice)).toMatchObject([{ id: group, state: 'member', unread: 2, direct: { account: bob.account, name: 'Bob' } }])
  story.ask(alice, { kind: 'send', group, text: 'Yes, send them' })
  story.pass(SOON_MS)
  expect(textsIn(bob, group)).toEqual(['We met at the harbour', 'I have the photographs', 'Yes, send them'])
  expect(chatsOf(bob)).toMatchObject([{ waitsFor: null }])
  // The link goes on leading to the same conversation.
  expect(write(story, bob, link)).toBe(group)
})

it('nothing is asked before something is written', async () => {
  const { story, people } = await strangers('Alice', 'Bob')
  const [alice, bob] = people
  write(story, bob, linkOf(story, alice))
  story.pass(10 * 60_000)
  expect(requestsAt(alice)).toEqual([])
})

it('whose device is away finds the request when it is back, also where that is weeks later', async () => {
  const { story, people } = await strangers('Alice', 'Bob')
  const [alice, bob] = people
  const link = linkOf(story, alice)
  story.pass(SOON_MS)
  alice.stop()
  const group = write(story, bob, link, 'when you are back')
  story.pass(SOON_MS)
  bob.stop()
  alice.start()
  story.pass(SOON_MS)
  expect(requestsAt(alice)).toMatchObject([{ name: 'Bob', words: 'when you are back' }])
  // Neither needs to be there while the other is.
  answer(story, alice, bob, 'accept')
  story.pass(SOON_MS)
  alice.stop()
  bob.start()
  story.pass(60_000)
  bob.stop()
  alice.start()
  story.pass(60_000)
  expect(textsIn(alice, group)).toEqual(['when you are back'])
})

it('what a relay keeps for a week is left again, and no relay has it twice', async () => {
  const { story, people } = await strangers('Alice', 'Bob')
  const [alice, bob] = people
  const link = linkOf(story, alice)
  story.pass(SOON_MS)
  alice.stop()
  write(story, bob, link, 'still here')
  story.pass(SOON_MS)
  const isBackAfter = (ms: number): void => {
    bob.stop()
    story.pass(ms)
    bob.start()
    story.pass(5 * 60_000)
  }
  const requestsRead = () => story.heard.filter(({ to, by, what }) => to === alice && by === bob && what === 'relayed contactRequest')
  // The relay has it still, and then no more.
  isBackAfter(2 * DAY_MS)
  isBackAfter(LIMITS.strangerRetentionMs)
  alice.start()
  story.pass(SOON_MS)
  expect(requestsAt(alice)).toMatchObject([{ words: 'still here' }])
  expect(requestsRead()).toHaveLength(1)
})

it('a replaced link leads nowhere any more, and neither does one that was taken back', async () => {
  const { story, people } = await strangers('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const old = linkOf(story, alice)
  expect(linkOf(story, alice)).toBe(old)
  const now = linkOf(story, alice, 'replace')
  expect(now).not.toBe(old)
  write(story, bob, old, 'by the old one')
  write(story, carol, now, 'by the new one')
  story.pass(SOON_MS)
  expect(requestsAt(alice)).toMatchObject([{ name: 'Carol' }])
  // Who gets the new one goes on in the same conversation.
  write(story, bob, now)
  story.pass(SOON_MS)
  expect(requestsAt(alice)).toHaveLength(2)
  story.ask(alice, { kind: 'contactLink', what: 'takeBack' })
  expect(alice.view().self?.hasContactLink).toBe(false)
  expect(alice.rows.scan(MAILBOX).filter(({ value }) => value.purpose.kind === 'contactLink')).toEqual([])
  const dora = story.enter('Dora')
  story.pass(1_000)
  write(story, dora, now, 'too late')
  story.pass(SOON_MS)
  expect(requestsAt(alice)).toHaveLength(2)
})

it('a request ends as soon as the conversation begins in another way, before this device is in', async () => {
  const { story, people } = await strangers('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const group = write(story, bob, linkOf(story, alice), 'hello')
  story.pass(SOON_MS)
  expect(requestsAt(alice)).toHaveLength(1)
  const found = story.lose(({ to, by, what }) => to === bob && by === alice && what === 'relayed joinRequest')
  story.gather(carol, bob, alice)
  story.pass(30 * 60_000)
  expect(chatsOf(alice)).toMatchObject([{ id: group, state: 'joining' }])
  expect(requestsAt(alice)).toEqual([])
  found()
  story.pass(30 * 60_000)
  expect(textsIn(alice, group)).toEqual(['hello'])
})

it('who writes to a person alone, from a group, accepts by that what that person asked before', async () => {
  const { story, people } = await strangers('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const group = write(story, bob, linkOf(story, alice), 'hello')
  story.pass(SOON_MS)
  expect(requestsAt(alice)).toHaveLength(1)
  story.gather(carol, bob, alice)
  let opened: string | undefined
  story.ask(alice, { kind: 'openDirectChat', account: bob.account }, (value) => (opened = value.group))
  expect([opened, requestsAt(alice)]).toEqual([group, []])
  story.pass(SOON_MS)
  expect(textsIn(alice, group)).toEqual(['hello'])
  expect([chatsOf(alice).length, chatsOf(bob).length]).toEqual([1, 1])
})

it('what was written by a link from a group asks by the link once its author learns that it is in that group no more', async () => {
  const { story, people } = await strangers('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const link = linkOf(story, alice)
  story.gather(alice, bob, carol)
  bob.stop()
  story.remove(alice, bob)
  story.pass(SOON_MS)
  const found = story.lose(({ to, by }) => to === bob && by !== bob)
  bob.start()
  const group = write(story, bob, link, 'are you there?')
  story.pass(SOON_MS)
  expect(requestsAt(alice)).toEqual([])
  found()
  story.pass(10 * 60_000)
  expect(requestsAt(alice)).toMatchObject([{ account: bob.account, words: 'are you there?' }])
  answer(story, alice, bob, 'accept')
  story.pass(10 * 60_000)
  expect(textsIn(alice, group)).toEqual(['are you there?'])
})

it('a request of a person with whom a group is shared is no request', async () => {
  const { story, people } = await strangers('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const link = linkOf(story, alice)
  // It was left before they came to share one, and read after that.
  alice.stop()
  const group = write(story, bob, link, 'before we shared anything')
  story.pass(SOON_MS)
  story.gather(carol, bob)
  const found = story.lose(({ to, by, what }) => to === alice && by === bob && what === 'relayed contactRequest')
  alice.start()
  story.join(alice)
  found()
  story.pass(30 * 60_000)
  expect(requestsAt(alice)).toEqual([])
  expect(chatsOf(alice)).toMatchObject([{ id: group, state: 'member' }])
  expect(textsIn(alice, group)).toEqual(['before we shared anything'])
  // And who shares one writes by that, whatever link there is.
  const other = write(story, carol, link, 'hello')
  story.pass(SOON_MS)
  expect(requestsAt(alice)).toEqual([])
  expect(carol.rows.get(USED_CONTACT_LINK, other)?.isSpare).toBe(true)
  expect(chatsOf(carol)).toMatchObject([{ waitsFor: null }])
  expect(chatsOf(alice).map(({ id }) => id)).toContain(other)
})

it('where both write to each other by links at once, nobody has to accept, and it is one conversation', async () => {
  const { story, people } = await strangers('Alice', 'Bob')
  const [alice, bob] = people
  const [ofAlice, ofBob] = [linkOf(story, alice), linkOf(story, bob)]
  story.pass(SOON_MS)
  story.network.partition([alice], true)
  const [one, other] = [write(story, alice, ofBob, 'from Alice'), write(story, bob, ofAlice, 'from Bob')]
  story.network.heal()
  story.pass(120_000)
  const smaller = one < other ? one : other
  for (const person of people.slice(0, 2)) {
    expect(requestsAt(person)).toEqual([])
    expect(chatsOf(person).map(({ id }) => id)).toEqual([smaller])
    expect(textsIn(person, smaller).toSorted()).toEqual(['from Alice', 'from Bob'])
  }
})

it('to write by their link to a person who asks is to accept', async () => {
  const { story, people } = await strangers('Alice', 'Bob')
  const [alice, bob] = people
  const [ofAlice, ofBob] = [linkOf(story, alice), linkOf(story, bob)]
  const group = write(story, alice, ofBob, 'from Alice')
  story.pass(SOON_MS)
  expect(requestsAt(bob)).toHaveLength(1)
  expect(write(story, bob, ofAlice)).toBe(group)
  story.pass(SOON_MS)
  expect(requestsAt(bob)).toEqual([])
  expect(textsIn(bob, group)).toEqual(['from Alice'])
})

it('what nobody answers ends after a month, and is not left any more', async () => {
  const { story, people } = await strangers('Alice', 'Bob')
  const [alice, bob] = people
  write(story, bob, linkOf(story, alice), 'anyone?')
  story.pass(SOON_MS)
  expect(requestsAt(alice)).toHaveLength(1)
  for (const each of [alice, bob]) each.stop()
  story.pass(LIMITS.contactRequestMs + DAY_MS)
  for (const each of [alice, bob]) each.start()
  const from = story.heard.length
  story.pass(5 * 60_000)
  expect(requestsAt(alice)).toEqual([])
  expect(bob.rows.scan(OUTBOX).filter(({ value }) => value.about.kind === 'contactRequest')).toEqual([])
  expect(story.heard.slice(from).filter(({ what }) => what === 'relayed contactRequest')).toEqual([])
})

it('one’s own link, a damaged one and another text are told apart', async () => {
  const { story, people } = await strangers('Alice', 'Bob')
  const [alice, bob] = people
  const link = linkOf(story, alice)
  expect(refusal(story, alice, { kind: 'join', invite: link })).toBe('contactLinkOwn')
  expect(refusal(story, bob, { kind: 'join', invite: link.slice(0, -3) })).toBe('contactLinkDamaged')
  expect(refusal(story, bob, { kind: 'writeByLink', link: 'hello' })).toBe('inviteNotRecognised')
})

it('who is blocked as an answer to a request stands in no list of conversations any more', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  story.say(alice, 'from Alice')
  story.pass(SOON_MS)
  story.say(bob, 'from Bob')
  story.pass(SOON_MS)
  const link = linkOf(story, carol)
  story.remove(alice, carol)
  story.pass(SOON_MS)
  write(story, bob, link, 'may I explain?')
  story.pass(SOON_MS)
  expect(story.groupOf(carol)?.lastMessage?.text).toBe('from Bob')
  answer(story, carol, bob, 'block')
  story.pass(SOON_MS)
  expect(story.groupOf(carol)?.lastMessage?.text).toBe('from Alice')
})
