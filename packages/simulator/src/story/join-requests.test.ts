/** Requests to join in another's name, with another's words, or shown again (PROTOCOL §5). */
import { ADMISSION, CONTACT, HAND_OVER, MEMBERSHIP_LOG, OUTBOX, SECRET, SELF } from '@sotto/core/inside'
import { createDeviceList, inviteKeyPair, parseInvite, rendezvousAppendKeyPair } from '@sotto/crypto'
import { resolve } from '@sotto/membership'
import { toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { keepRecords } from './keep-records.ts'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 10_000
const LATER_MS = 120_000

async function three(): Promise<{ story: Story; alice: Person; bob: Person; carol: Person }> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob)
  return { story, alice, bob, carol }
}

const namesSeenBy = (story: Story, person: Person): readonly string[] => (story.groupOf(person)?.members ?? []).map(({ name }) => name)

/** A relay, or a person with the link, leaves a record at the invite's rendezvous. */
function leaveAtRendezvous(story: Story, by: Person, body: Uint8Array): void {
  const invite = parseInvite(story.primitives, story.invite)
  if ('code' in invite) throw new TypeError(invite.code)
  const append = rendezvousAppendKeyPair(story.primitives, inviteKeyPair(story.primitives, invite.seed).publicKey)
  by.tamper((transaction) => {
    const entry = {
      relay: story.relay(0),
      keys: { kind: 'rendezvous', readKey: invite.rendezvousReadKey, appendKey: append.publicKey },
      appendSeed: append.seed,
      grant: null,
      body,
      notBeforeMs: 0,
      about: { kind: 'joinRequest', group: invite.group },
    } as const
    transaction.put(OUTBOX, [`shown-${story.nowMs}`], entry)
    transaction.put(HAND_OVER, [`shown-${story.nowMs}`], true)
  })
  story.pass(SOON_MS)
  expect(by.rows.scan(OUTBOX)).toEqual([])
}

/** A person who has the link and waits until it is connected. */
function enterMallory(story: Story): Person {
  const mallory = story.enter('Mallory')
  story.pass(SOON_MS)
  return mallory
}

it('a request that a relay shows again is not granted by a device that has read its withdrawal', async () => {
  const { story, alice, bob, carol } = await three()
  const kept = keepRecords(story, carol)
  alice.stop()
  bob.stop()
  story.ask(carol, { kind: 'join', invite: story.invite })
  story.pass(SOON_MS)
  story.ask(carol, { kind: 'cancelJoin', group: story.group })
  story.pass(SOON_MS)
  carol.stop()
  alice.start()
  story.pass(LATER_MS)
  const mallory = enterMallory(story)
  const [first] = kept
  if (first === undefined) throw new TypeError('no request')
  leaveAtRendezvous(story, mallory, first)
  story.pass(LATER_MS)
  expect(namesSeenBy(story, alice).toSorted()).toEqual(['Alice', 'Bob'])
  expect(alice.rows.scan(ADMISSION)).toEqual([])
})

it('a member’s own request, shown again before it was heard, changes nothing about where its letters go', async () => {
  const { story, alice, bob, carol } = await three()
  const kept = keepRecords(story, carol)
  story.lose(({ what, by }) => what === 'relayed letter' && by === carol)
  alice.stop()
  bob.stop()
  story.ask(carol, { kind: 'join', invite: story.invite })
  story.pass(LATER_MS)
  const requests = [...kept]
  alice.start()
  expect(story.msUntil(() => story.groupOf(carol)?.state === 'member', LATER_MS)).toBeLessThan(LATER_MS)
  const addressAtAlice = () => alice.rows.get(CONTACT, toBase64url(carol.device))?.address
  const before = addressAtAlice()
  const mallory = enterMallory(story)
  expect(requests.length).toBeGreaterThan(1)
  expect(before).toBeDefined()
  // One of them is what she was let in by.
  for (const request of requests) {
    leaveAtRendezvous(story, mallory, request)
    story.pass(LATER_MS)
    expect(addressAtAlice()).toEqual(before)
  }
  expect(namesSeenBy(story, alice).toSorted()).toEqual(['Alice', 'Bob', 'Carol'])
})

it('a request whose admission would be filtered is not granted, and its device gets no secret', async () => {
  const { story, alice, bob, carol } = await three()
  story.join(carol)
  story.pass(SOON_MS)
  story.ask(carol, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
  story.say(alice, 'among us')
  story.pass(SOON_MS)
  // Another list of the version that the group knows: such a person has signed two, and none of them counts.
  carol.tamper((transaction) => {
    const self = transaction.get(SELF, 'self')
    if (self === undefined) throw new TypeError('Carol has no profile')
    const account = story.primitives.ed25519.keyPairFromSeed(self.accountSeed)
    const next = { devices: [self.certificate], revoked: [], signedMs: self.deviceList.body.signedMs + 1 }
    transaction.put(SELF, ['self'], { ...self, deviceList: createDeviceList(story.primitives, account, next, null) })
  })
  let invite = ''
  story.ask(alice, { kind: 'createInvite', group: story.group }, (value) => (invite = value.invite ?? ''))
  const countOf = (): number => alice.rows.get(MEMBERSHIP_LOG, story.group)?.count ?? 0
  const before = countOf()
  const contactsBefore = [alice, bob].map((each) => each.rows.get(CONTACT, toBase64url(carol.device)))
  story.ask(carol, { kind: 'join', invite })
  story.pass(LATER_MS)
  expect(countOf()).toBe(before)
  expect([alice, bob].map((each) => each.rows.get(CONTACT, toBase64url(carol.device)))).toEqual(contactsBefore)
  const secrets = (person: Person): readonly string[] => person.rows.scan(SECRET, story.group).map(({ key }) => key.join('/'))
  const current = alice.rows.get(MEMBERSHIP_LOG, story.group)
  if (current === undefined) throw new TypeError('Alice has no log')
  const [rekeying] = resolve(current).rekeyings
  if (rekeying === undefined) throw new TypeError('no epoch')
  expect(secrets(alice)).toContain(`${story.group}/${toBase64url(rekeying)}`)
  expect(secrets(carol)).not.toContain(`${story.group}/${toBase64url(rekeying)}`)
  expect([alice, bob].map((person) => story.texts(person))).toEqual([['among us'], ['among us']])
})
