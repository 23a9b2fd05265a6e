/** A person pastes a log, or a program writes: far more at once than any member takes in (PROTOCOL §3, §7). */
import { peerFrame, PEER, UNCONFIRMED, UNDECRYPTABLE } from '@sotto/core/inside'
import { decode, LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

/** The messages of seven keys. */
const MESSAGES = 7 * LIMITS.rotateAfterMessages - 50
/** Progress never stops for this long: a receipt, a letter and an answer take less. */
const STILL_MS = 2_000
/** How often progress is checked. */
const LOOK_MS = 250
/** A relay takes `appendsPerSecond`, and some of them are letters. */
const WITHIN_MS = (MESSAGES / LIMITS.appendsPerSecond) * 1_000 * 1.3

/** Nobody is shown whether a member is connected before that one allows it. */
const isDirect = ({ rows }: Person): boolean => rows.scan(PEER).some(({ value }) => value.path === 'direct')

/** What is measured while Bob receives what Alice writes. */
interface Course {
  readonly longestStillMs: number
  readonly mostUndecryptable: number
  readonly mostUnconfirmed: number
  readonly bundlesFetched: number
  readonly tookMs: number
}

/** Alice writes all of it at one moment. */
function writeAtOnce(story: Story, alice: Person, bob: Person): Course {
  let mostUndecryptable = 0
  let mostUnconfirmed = 0
  // Checked at everything that reaches one of them: between two checks much may come and go.
  story.lose(() => {
    mostUndecryptable = Math.max(mostUndecryptable, bob.rows.scan(UNDECRYPTABLE).length)
    mostUnconfirmed = Math.max(mostUnconfirmed, alice.rows.scan(UNCONFIRMED).length)
    return false
  })
  const heardBefore = story.heard.length
  const startMs = story.nowMs
  for (let i = 0; i < MESSAGES; i++) alice.request({ kind: 'send', group: story.group, text: `line ${i}` })
  let opened = 0
  let lastMs = startMs
  let longestStillMs = 0
  while (opened < MESSAGES && story.nowMs - startMs < 2 * WITHIN_MS) {
    story.pass(LOOK_MS)
    const now = story.texts(bob).filter((text) => text.startsWith('line ')).length
    if (now > opened) lastMs = story.nowMs
    opened = now
    longestStillMs = Math.max(longestStillMs, story.nowMs - lastMs)
  }
  const lines = story.texts(bob).filter((text) => text.startsWith('line '))
  expect(lines).toEqual(Array.from({ length: MESSAGES }, (_, i) => `line ${i}`))
  const bundlesFetched = story.heard.slice(heardBefore).filter(({ what, to }) => to === alice && (what === 'keys' || what === 'preKeys')).length
  return { longestStillMs, mostUndecryptable, mostUnconfirmed, bundlesFetched, tookMs: story.nowMs - startMs }
}

async function two(direct: boolean): Promise<{ story: Story; alice: Person; bob: Person }> {
  const story = await beginStory({ direct })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'hello')
  story.msUntil(() => story.shows(bob, 'hello'), 5_000)
  return { story, alice, bob }
}

it('messages written at once pass the relay at its pace, without a pause where the key changes', async () => {
  const { story, alice, bob } = await two(false)
  const { longestStillMs, mostUndecryptable, mostUnconfirmed, bundlesFetched, tookMs } = writeAtOnce(story, alice, bob)
  expect(longestStillMs).toBeLessThan(STILL_MS)
  // The key is there before the messages that it sealed.
  expect(mostUndecryptable).toBe(0)
  expect(mostUnconfirmed).toBeLessThanOrEqual(LIMITS.unconfirmedMessages)
  // Receipts come back in between and turn the ratchet, so no session wears out.
  expect(bundlesFetched).toBe(0)
  expect(tookMs).toBeLessThan(WITHIN_MS)
})

it('messages written at once reach a connected member as fast as it takes them', async () => {
  const { story, alice, bob } = await two(true)
  expect(story.msUntil(() => isDirect(alice), 10_000)).toBeLessThan(10_000)
  const { longestStillMs, mostUndecryptable, mostUnconfirmed, bundlesFetched, tookMs } = writeAtOnce(story, alice, bob)
  expect(longestStillMs).toBeLessThan(STILL_MS)
  // Gossip and the stream with the key overtake each other by a moment.
  expect(mostUndecryptable).toBeLessThanOrEqual(10)
  expect(mostUnconfirmed).toBeLessThanOrEqual(LIMITS.unconfirmedMessages)
  expect(bundlesFetched).toBe(0)
  // The relay does not limit it.
  expect(tookMs).toBeLessThan(WITHIN_MS / 3)
})

it('when messages are sealed together under a new key, the key leaves first', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.msUntil(() => isDirect(alice), 10_000)
  // No confirmation arrives for a key's worth of messages, so that the rest waits to be sealed together.
  const release = story.holdBack(({ to, what }) => to === alice && ['stored', 'letter', 'received', 'relayed letter'].includes(what))
  const lines = Array.from({ length: LIMITS.unconfirmedMessages + 20 }, (_, i) => `line ${i}`)
  story.say(alice, ...lines)
  const left: string[] = []
  const perform = story.network.perform.bind(story.network)
  story.network.perform = (peer, effect) => {
    if (peer === alice && effect.kind === 'publish') left.push('envelope')
    if (peer === alice && effect.kind === 'sendPeerFrame' && decode(peerFrame, effect.frame)?.kind === 'letter') left.push('letter')
    perform(peer, effect)
  }
  release()
  expect(story.msUntil(() => story.shows(bob, ...lines), STILL_MS)).toBeLessThan(STILL_MS)
  expect(left.filter((each) => each === 'envelope').length).toBe(20)
  expect(left[0]).toBe('letter')
})
