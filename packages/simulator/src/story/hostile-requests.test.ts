/** What strangers with a contact link can do, and what they see (PROTOCOL §5.57 to §5.59, §12.77). */
import { CONTACT_REQUEST, HAND_OVER, JOIN, OUTBOX } from '@sotto/core/inside'
import { contactAppendKeyPair, createCertificate, createDeviceList, findContactLink, formatInvite, sealContactRequest } from '@sotto/crypto'
import { type AccountId, type DeviceId, type GroupId, LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { answer, chatsOf, DAY_MS, linkOf, refusal, requestsAt, SOON_MS, strangers, textsIn, write } from './contact-links.ts'
import type { Person, Story } from './story.ts'

/** A changed program asks in the name of as many accounts as it likes. */
function flood(story: Story, by: Person, text: string, count: number): void {
  const { primitives } = story
  const provider = { primitives, random: (length: number) => Uint8Array.from({ length }, () => story.random.below(256)) }
  const link = findContactLink(primitives, text)
  if ('code' in link) throw new Error(link.code)
  const append = contactAppendKeyPair(primitives, link)
  const about = { kind: 'contactRequest', group: new Uint8Array(32) as GroupId } as const
  const keys = { kind: 'rendezvous', readKey: link.readKey, appendKey: append.publicKey } as const
  by.tamper((transaction) => {
    for (let i = 0; i < count; i++) {
      const account = primitives.ed25519.keyPairFromSeed(provider.random(32))
      const device = primitives.ed25519.keyPairFromSeed(provider.random(32))
      const unsigned = { account: account.publicKey as AccountId, device: device.publicKey as DeviceId, deviceDh: provider.random(32), createdMs: story.nowMs }
      const devices = [createCertificate(primitives, unsigned, account, device)]
      const list = createDeviceList(primitives, account, { devices, revoked: [], signedMs: story.nowMs }, null)
      const rest = {
        group: provider.random(32) as GroupId,
        rendezvousReadKey: provider.random(32),
        rendezvousSealKey: provider.random(32),
        seed: provider.random(32),
      }
      const inviter = account.publicKey.slice(0, 16)
      const invite = formatInvite(primitives, { ...rest, headsHash: provider.random(16), inviter, expiresMs: story.nowMs + DAY_MS, relays: link.relays }) ?? ''
      const body = sealContactRequest(provider, link, { list, name: `Stranger ${i}`, invite, askedMs: story.nowMs, words: 'x'.repeat(1_000) }, device)
      if (body === undefined) throw new Error('not sealed')
      const token = `flood-${String(i).padStart(4, '0')}`
      for (const relay of link.relays) transaction.put(OUTBOX, [token], { relay, keys, appendSeed: append.seed, grant: null, body, about, notBeforeMs: 0 })
      transaction.put(HAND_OVER, [token], true)
    }
  })
  story.ask(by, { kind: 'active' })
}

it('a blocked person is gone, and nothing more comes from that account', async () => {
  const { story, people } = await strangers('Alice', 'Bob')
  const [alice, bob] = people
  const link = linkOf(story, alice)
  const group = write(story, bob, link, 'hello')
  story.pass(SOON_MS)
  answer(story, alice, bob, 'block')
  expect(requestsAt(alice)).toMatchObject([{ name: 'Bob', words: '', isBlocked: true }])
  expect(refusal(story, alice, { kind: 'answerContactRequest', account: bob.account, answer: 'accept' })).toBe('requestGone')
  // A new conversation by a new link is no way round it either.
  story.ask(bob, { kind: 'leaveGroup', group, successor: null })
  story.ask(bob, { kind: 'forgetGroup', group })
  write(story, bob, linkOf(story, alice, 'replace'), 'hello again')
  story.pass(SOON_MS)
  expect(requestsAt(alice)).toMatchObject([{ words: '', isBlocked: true }])
  expect(alice.rows.get(CONTACT_REQUEST, bob.account)?.words).toBe('')
  expect(alice.view().groups).toEqual([])
  answer(story, alice, bob, 'unblock')
  expect(requestsAt(alice)).toEqual([])
  for (const each of [alice, bob]) each.stop()
  story.pass(2 * DAY_MS)
  for (const each of [alice, bob]) each.start()
  story.pass(60_000)
  expect(requestsAt(alice)).toMatchObject([{ words: 'hello again', isBlocked: false }])
})

it('of a flood as many are kept as there is room for, who came first is not pushed out, and who was accepted loses nothing', async () => {
  const { story, people } = await strangers('Alice', 'Bob', 'Carol')
  const [alice, bob, carol] = people
  const link = linkOf(story, alice)
  const accepted = write(story, carol, link, 'an old friend')
  write(story, bob, link, 'who came first')
  story.pass(SOON_MS)
  answer(story, alice, carol, 'accept')
  const mallory = story.enter('Mallory')
  story.pass(1_000)
  flood(story, mallory, link, LIMITS.contactRequests + 4)
  story.pass(60_000)
  const kept = alice.rows.scan(CONTACT_REQUEST)
  expect(kept).toHaveLength(LIMITS.contactRequests)
  expect(Math.max(...kept.map(({ value }) => value.words.length))).toBeLessThanOrEqual(LIMITS.firstWordsBytes)
  expect(requestsAt(alice).map(({ name }) => name)).toContain('Bob')
  story.ask(carol, { kind: 'send', group: accepted, text: 'can you hear me?' })
  story.pass(SOON_MS)
  expect(textsIn(alice, accepted)).toEqual(['an old friend', 'can you hear me?'])
  // One click ends it: the link is another, and what waits goes.
  linkOf(story, alice, 'replace')
  story.ask(alice, { kind: 'clearContactRequests' })
  story.pass(SOON_MS)
  expect(requestsAt(alice)).toEqual([])
})

it('by nothing does a requester see whether the request came, was looked at, or was blocked', async () => {
  const fate = async (then: (story: Story, alice: Person, bob: Person) => void) => {
    const { story, people } = await strangers('Alice', 'Bob')
    const [alice, bob] = people
    for (const each of people) story.ask(each, { kind: 'setPrivacy', what: 'presence', isOn: true })
    const link = linkOf(story, alice)
    story.pass(SOON_MS)
    const from = story.heard.length
    write(story, bob, link, 'are you there?')
    story.pass(SOON_MS)
    then(story, alice, bob)
    story.pass(20 * 60_000)
    const { connection, state, waitsFor, members, typing } = chatsOf(bob)[0] ?? {}
    const heard = story.heard.slice(from).filter(({ to, by }) => to === bob && by !== bob)
    return { view: { connection, state, waitsFor, typing, read: members?.map(({ read, presence }) => [read, presence]) }, heard: heard.map(({ what }) => what) }
  }
  const away = await fate((_, alice) => alice.stop())
  const seen = await fate((story, alice) => {
    story.ask(alice, { kind: 'active' })
    expect(requestsAt(alice)).toHaveLength(1)
  })
  const blocked = await fate((story, alice, bob) => answer(story, alice, bob, 'block'))
  const own = ({ heard, view }: typeof away) => ({ view, heard: heard.filter((what) => what !== 'stored') })
  expect(own(away).view).toMatchObject({ state: 'member', waitsFor: 'answer', typing: [] })
  expect(own(seen)).toEqual(own(away))
  expect(own(blocked)).toEqual(own(away))
})

it('into what was begun by a link nobody comes but its person, also where another could read the request', async () => {
  const { story, people } = await strangers('Alice', 'Bob', 'Mallory')
  const [alice, bob, mallory] = people
  const group = write(story, bob, linkOf(story, alice), 'for Alice alone')
  story.pass(SOON_MS)
  const invite = alice.rows.get(CONTACT_REQUEST, bob.account)?.invite ?? ''
  story.ask(mallory, { kind: 'join', invite })
  story.pass(10 * 60_000)
  expect(mallory.rows.get(JOIN, group)?.step).toBe('waiting')
  expect(chatsOf(bob)).toMatchObject([{ id: group, members: [{ own: true }] }])
  answer(story, alice, bob, 'accept')
  story.pass(60_000)
  expect(textsIn(alice, group)).toEqual(['for Alice alone'])
})
