/** Prekeys that are too old, used up, or another device's (PROTOCOL §2). */
import type { Event } from '@sotto/core'
import { CONTACT, preKeyStoreOf, SELF } from '@sotto/core/inside'
import { acceptInitial, preKeyPublicationOf, sealPublication } from '@sotto/crypto'
import { decode, encode, type FetchedKeys, LIMITS, mailboxAnswer, mailboxRequest, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 10_000
const DAY_MS = 86_400_000
/** A device that fetched prekeys in vain tries again within this. */
const ASKED_AGAIN_MS = 60_000

async function two({ direct }: { direct: boolean }): Promise<{ story: Story; alice: Person; bob: Person }> {
  const story = await beginStory({ direct })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  return { story, alice, bob }
}

it('a device that returns after weeks can be written to: its prekeys are made and published again', async () => {
  const { story, alice, bob } = await two({ direct: false })
  for (const each of [alice, bob]) each.stop()
  story.pass(LIMITS.signedPreKeyRefuseMs + DAY_MS)
  for (const each of [bob, alice]) each.start()
  story.say(alice, 'still there?')
  expect(story.msUntil(() => story.shows(bob, 'still there?'), ASKED_AGAIN_MS)).toBeLessThan(ASKED_AGAIN_MS)
})

it('a device publishes new prekeys when they are a week old, and can then be written to while it is away', async () => {
  const { story, alice, bob } = await two({ direct: false })
  for (const each of [alice, bob]) each.stop()
  story.pass(LIMITS.signedPreKeyRotateMs - DAY_MS / 2)
  bob.start()
  // Once a day it checks whether they are due.
  story.pass(DAY_MS + SOON_MS)
  bob.stop()
  // Its first ones are too old by now.
  story.pass(LIMITS.signedPreKeyRotateMs)
  alice.start()
  story.say(alice, 'for when you are back')
  story.pass(SOON_MS)
  alice.stop()
  bob.start()
  expect(story.msUntil(() => story.shows(bob, 'for when you are back'), SOON_MS)).toBeLessThan(SOON_MS)
})

it('a letter that waited while the prekeys that it names were replaced is opened', async () => {
  const { story, alice, bob } = await two({ direct: false })
  for (const each of [alice, bob]) each.stop()
  story.pass(LIMITS.signedPreKeyRefuseMs - DAY_MS)
  alice.start()
  story.say(alice, 'for when you are back')
  story.pass(SOON_MS)
  alice.stop()
  story.pass(DAY_MS)
  bob.start()
  expect(story.msUntil(() => story.shows(bob, 'for when you are back'), SOON_MS)).toBeLessThan(SOON_MS)
})

it('a connected device hands out its prekeys itself if the relay has none', async () => {
  const { story, alice, bob } = await two({ direct: true })
  story.lose(({ what }) => what === 'keys')
  // Every start opens new sessions.
  alice.stop()
  alice.start()
  expect(story.msUntil(() => story.isConnected(alice), SOON_MS)).toBeLessThan(SOON_MS)
  story.say(alice, 'to you alone')
  expect(story.msUntil(() => story.shows(bob, 'to you alone'), ASKED_AGAIN_MS)).toBeLessThan(ASKED_AGAIN_MS)
})

it('prekeys that a relay and a member substitute for another’s are refused', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, mallory] = [story.enter('Alice'), story.enter('Bob'), story.enter('Mallory')]
  story.gather(alice, bob, mallory)
  const forged = keysInPlaceOf(story, bob, mallory)
  const { length: before } = story.heard
  let answered = 0
  story.lose(({ what, to, event }) => {
    const answer = what === 'keys' && event.kind === 'relayFrameReceived' ? decode(mailboxAnswer, event.frame) : undefined
    if (to !== alice || event.kind !== 'relayFrameReceived' || answer?.kind !== 'keys' || answered > 0) return false
    answered++
    alice.deliver({ ...event, frame: encode(mailboxAnswer, { ...answer, keys: forged }) })
    return true
  })
  story.remove(alice, mallory)
  story.pass(1_000)
  alice.stop()
  alice.start()
  story.say(alice, 'between us')
  expect(story.msUntil(() => story.shows(bob, 'between us'), ASKED_AGAIN_MS)).toBeLessThan(ASKED_AGAIN_MS)
  expect(answered).toBe(1)
  const letters = story.heard.slice(before).filter(relayed('letter', alice, bob))
  expect(letters.length).toBeGreaterThan(0)
  expect(letters.filter(({ event }) => opens(story, mallory, event))).toEqual([])
})

/** Whether a person's prekeys open a letter that a relay handed out. */
function opens(story: Story, who: Person, event: Event): boolean {
  const answer = event.kind === 'relayFrameReceived' ? decode(mailboxAnswer, event.frame) : undefined
  const [store, self] = [preKeyStoreOf(who.rows), who.rows.get(SELF, 'self')]
  if (answer?.kind !== 'pushed' || store === undefined || self === undefined) throw new TypeError('no letter, or nobody')
  const provider = { primitives: story.primitives, random: story.random.bytes }
  const identity = { certificate: self.certificate, deviceDh: story.primitives.x25519.keyPairFromSeed(self.deviceDhSeed) }
  const opened = acceptInitial(provider, identity, store, { sessionsOf: () => null, isKnown: () => false }, answer.body, story.nowMs)
  return opened !== undefined && !('code' in opened)
}

/** What a relay would hand out for a person if it had it from another, who knows the address of both. */
function keysInPlaceOf(story: Story, whom: Person, by: Person): FetchedKeys {
  const address = by.rows.get(CONTACT, toBase64url(whom.device))?.address ?? undefined
  const [store, self] = [preKeyStoreOf(by.rows), by.rows.get(SELF, 'self')]
  if (address === undefined || store === undefined || self === undefined) throw new TypeError(`${by.name} does not know ${whom.name}`)
  const provider = { primitives: story.primitives, random: story.random.bytes }
  const { shared, lastResort } = sealPublication(provider, address.bundleKey, preKeyPublicationOf(store, self.certificate))
  return { shared, oneTime: null, kem: lastResort }
}

it('a waiting prekey fetch is sent once, and prekeys that come when they are not needed serve the next time', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob)
  let asked = 0
  const perform = story.network.perform.bind(story.network)
  story.network.perform = (peer, effect) => {
    if (peer === carol && effect.kind === 'sendRelayFrame' && decode(mailboxRequest, effect.frame)?.kind === 'fetchKeys') asked++
    perform(peer, effect)
  }
  const device = toBase64url(bob.device)
  const sessionOf = () => carol.rows.get(CONTACT, device)?.sessions?.sessions[0]
  const release = story.holdBack(({ to, what }) => to === carol && what === 'keys')
  story.join(carol)
  // Not so long that Bob writes to it by himself.
  story.pass(40_000)
  expect([asked, sessionOf()]).toEqual([1, undefined])
  // Meanwhile it is written to, and can answer.
  story.say(bob, 'from Bob')
  expect(story.msUntil(() => story.shows(carol, 'from Bob'), SOON_MS)).toBeLessThan(SOON_MS)
  const first = sessionOf()
  release()
  story.pass(1_000)
  expect(sessionOf()?.id).toEqual(first?.id)
  // When the session has to be reopened, no other bundle is fetched for it.
  carol.tamper((transaction) => {
    const contact = transaction.get(CONTACT, device)
    if (contact !== undefined) transaction.put(CONTACT, [device], { ...contact, renew: true })
  })
  const delivered = (): boolean => story.messages(bob).some(({ body, state }) => body.kind === 'text' && body.text === 'again' && state === 'delivered')
  story.say(bob, 'again')
  expect(story.msUntil(delivered, SOON_MS)).toBeLessThan(SOON_MS)
  expect(sessionOf()?.id).not.toEqual(first?.id)
  expect(asked).toBe(1)
})
