/** A new member dies while it is told what was said before it came (PROTOCOL §8.92, §8.93). */
import { EARLIER_ASKING, READ } from '@sotto/core/inside'
import { expect, it } from 'vitest'
import { beginStory } from './story.ts'

const SOON_MS = 20_000
const LINES = Array.from({ length: 130 }, (_, i) => `line ${i}`)

it('comes whole though she dies each time that a page was heard and is not saved yet', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.ask(alice, { kind: 'setHistory', group: story.group, days: 0, messages: 200 })
  for (const line of LINES) story.say(alice, line)
  story.pass(SOON_MS)
  const carol = story.enter('Carol')
  const deliver = carol.deliver.bind(carol)
  const died = new Set<number>()
  carol.deliver = (event) => {
    const count = carol.rows.get(EARLIER_ASKING, story.group)?.count ?? 0
    const isOfPage = event.kind === 'historyRead' && carol.rows.get(READ, event.read)?.kind === 'passedOn'
    if (!isOfPage || died.has(count)) return deliver(event)
    died.add(count)
    // All that the page changed by itself is on the disk.
    carol.syncDisk()
    carol.die()
  }
  story.join(carol)
  for (let i = 0; i < 5; i++) {
    story.pass(3 * SOON_MS)
    if (!carol.alive) carol.start()
  }
  story.pass(3 * SOON_MS)
  expect(died.size).toBeGreaterThan(2)
  story.ask(carol, { kind: 'readMessages', group: story.group, before: null, limit: 200 }, ({ messages = [] }) => {
    expect(messages.flatMap(({ body }) => (body.kind === 'text' ? [body.text] : []))).toEqual(LINES)
  })
})
