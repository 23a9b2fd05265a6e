/** That I53 notices what a new member lacks, and lets be what it may lack. */
import { EARLIER_ASKING, SELF, Transaction } from '@sotto/core/inside'
import type { Writes } from '@sotto/engine'
import { encode } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story/story.ts'
import { ToldInFull, type WantedHistory } from './told-in-full.ts'

const SOON_MS = 20_000
const ALL: WantedHistory = { days: 0, messages: 100 }

interface Telling {
  /** Which of Alice's three messages are seen on Carol's disk. */
  readonly seen: readonly number[]
  readonly wanted?: WantedHistory
  /** After Carol asked, and before that is over. */
  readonly meanwhile?: (story: Story, alice: Person, ids: readonly string[]) => void
  readonly isAliceSteady?: boolean
}

/** Alice says three things, and Carol, who comes later, asks her. */
async function told({ seen, wanted = ALL, meanwhile = () => {}, isAliceSteady = true }: Telling) {
  const story = await beginStory({ direct: true })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.ask(alice, { kind: 'setHistory', group: story.group, ...ALL })
  for (const text of ['Alice 0', 'Alice 1', 'Alice 2']) {
    story.say(alice, text)
    story.pass(SOON_MS)
  }
  const carol = story.enter('Carol')
  story.join(carol)
  story.pass(3 * SOON_MS)

  const people = [alice, bob, carol]
  const violations: string[] = []
  const watch = new ToldInFull(
    people,
    () => story.nowMs,
    (what) => violations.push(what),
  )
  const history = `messages/${story.group}`
  const said = [0, 1, 2].map((number) => carol.readHistory(history).find(({ value }) => Buffer.from(value).includes(`Alice ${number}`)))
  const row = (value: Uint8Array | null): Writes => ({ rows: [{ key: `${EARLIER_ASKING.name}/${story.group}`, value }], histories: [], dropHistories: [] })
  watch.committed(carol, row(askingOf(alice)))
  meanwhile(
    story,
    alice,
    said.map((each) => each?.id ?? ''),
  )
  const histories = said.flatMap((each, number) => (each !== undefined && seen.includes(number) ? [{ history, ...each }] : []))
  watch.committed(carol, { rows: [], histories, dropHistories: [] })
  watch.committed(carol, row(null))
  const due = watch.check(isAliceSteady ? people : [bob, carol], wanted, (peer) => peer.view().self?.account ?? '')
  return { due, violations }
}

function askingOf(teller: Person): Uint8Array {
  const device = new Transaction(teller.state).first(SELF)?.value.device
  if (device === undefined || EARLIER_ASKING.codec === null) throw new TypeError('no device')
  return encode(EARLIER_ASKING.codec, { sinceMs: 1, asked: [device], askedMs: 1, times: 1, hasAnswered: false, beyond: null, count: 0 })
}

it('lets be who has all', async () => {
  expect(await told({ seen: [0, 1, 2] })).toEqual({ due: 3, violations: [] })
})

it.each([0, 1, 2])('notices who lacks the message %i', async (lost) => {
  const { violations } = await told({ seen: [0, 1, 2].filter((each) => each !== lost) })
  expect(violations).toEqual([`I53: Carol is not told “Alice ${lost}”, which Alice had when it was asked`])
})

it('lets be what the group does not want, and what a newer message took the place of', async () => {
  expect(await told({ seen: [1, 2], wanted: { days: 0, messages: 2 } })).toEqual({ due: 2, violations: [] })
  const meanwhile = (story: Story, alice: Person): void => {
    story.say(alice, 'Alice 3')
    story.pass(SOON_MS)
  }
  expect(await told({ seen: [2], wanted: { days: 0, messages: 2 }, meanwhile })).toEqual({ due: 1, violations: [] })
  expect(await told({ seen: [], wanted: { days: 1, messages: 0 } })).toMatchObject({ due: 3 })
})

it('lets be what was deleted meanwhile', async () => {
  const meanwhile = (story: Story, alice: Person, [first = '']: readonly string[]): void => {
    story.ask(alice, { kind: 'deleteMessage', group: story.group, message: first, forAll: true })
    story.pass(SOON_MS)
  }
  expect(await told({ seen: [1, 2], meanwhile })).toEqual({ due: 2, violations: [] })
})

it('lets be whose teller was out or lost something', async () => {
  expect(await told({ seen: [], isAliceSteady: false })).toEqual({ due: 0, violations: [] })
})
