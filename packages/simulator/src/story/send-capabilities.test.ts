/** With a letter comes the number of the send capability by which its author left it (PROTOCOL §8.56). */
import { GRANTED_TO } from '@sotto/core/inside'
import { decode, mailboxAnswer, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Passing, type Person } from './story.ts'

const SOON_MS = 10_000
const PEOPLE = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin', 'Frank']

const capabilityOf = ({ event }: Passing): number | null => {
  const answer = event.kind === 'relayFrameReceived' ? decode(mailboxAnswer, event.frame) : undefined
  return answer?.kind === 'pushed' ? answer.capability : null
}

it('which is the one that the reader granted to that device, also after a start, and from the backlog as well as live', async () => {
  const story = await beginStory({ direct: false })
  const [alice, ...others] = PEOPLE.map((name) => story.enter(name))
  if (alice === undefined) throw new Error('nobody')
  story.gather(alice, ...others)
  for (const each of [alice, ...others]) story.say(each, `I am ${each.name}`)
  story.pass(SOON_MS)
  const grantedToIn = (reader: Person, capability: number | null): string | undefined =>
    capability === null ? undefined : reader.rows.get(GRANTED_TO, capability.toString(36).padStart(10, '0'))
  const lettersTo = (reader: Person, from: number): readonly Passing[] =>
    story.heard.slice(from).filter(({ what, to }) => what === 'relayed letter' && to === reader)
  const [bob] = others
  if (bob === undefined) throw new Error('nobody')
  for (const isAway of [false, true]) {
    const from = story.heard.length
    if (isAway) bob.stop()
    for (const each of others) if (each !== bob) story.say(each, `${each.name} writes, ${isAway ? 'while Bob is away' : 'live'}`)
    story.say(alice, `${isAway ? 'still' : 'me'} too`)
    if (!isAway) story.say(bob, 'for receipts')
    story.pass(SOON_MS)
    // A start makes keys of its own: what is written then comes in letters.
    for (const each of [alice, ...others]) if (each !== bob) each.stop()
    for (const each of [alice, ...others]) each.start()
    story.pass(SOON_MS)
    for (const each of [alice, ...others]) story.say(each, `${each.name} again`)
    story.pass(SOON_MS)
    const letters = lettersTo(bob, from)
    expect(letters.length).toBeGreaterThan(PEOPLE.length)
    for (const letter of letters) expect(grantedToIn(bob, capabilityOf(letter))).toBe(toBase64url(letter.by?.device ?? new Uint8Array()))
  }
})
