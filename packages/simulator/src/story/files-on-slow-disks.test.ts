/** A disk that is slower than the line: what waits for it in memory has a bound (PROTOCOL §14.13). */
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { chunksFrom, gathered, isSame, msUntilWhole, readAll, sendFiles, someBytes, watchFiles } from './file-story.ts'

/** Between two looks at files, which are five seconds apart. */
const SOON_MS = 17_000
/** Far more chunks than may wait. */
const LONG = 100 * 61_424

it('members are asked for no more than may wait for it, and the file comes once that is done', async () => {
  const { story, people } = await gathered(['Alice', 'Bob'])
  const [alice, bob] = people
  const message = sendFiles(story, alice, '', someBytes(LONG))
  const sent = watchFiles(story)
  const written: (() => void)[] = []
  const deliver = bob.deliver.bind(bob)
  bob.deliver = (event) => (event.kind === 'chunkWritten' ? void written.push(() => deliver(event)) : deliver(event))
  story.ask(bob, { kind: 'fetchFile', group: story.group, message, number: 0 })
  story.pass(SOON_MS)
  expect(written.length).toBeGreaterThanOrEqual(LIMITS.chunksBeingWritten)
  // What was asked for before comes still.
  expect(chunksFrom(sent, alice)).toBeLessThanOrEqual(LIMITS.chunksBeingWritten + LIMITS.chunksAsked)
  bob.deliver = deliver
  for (const each of written) each()
  // At once, and not when files are looked at the next time.
  expect(msUntilWhole(story, message, people)).toBeLessThan(LIMITS.chunksUnsavedMs / 2)
  expect(isSame(readAll(story, bob, message), someBytes(LONG))).toBe(true)
})

it('a file that had to wait comes on where the one that filled it is cancelled', async () => {
  const { story, people } = await gathered(['Alice', 'Bob'])
  const [alice, bob] = people
  const [first, second] = [sendFiles(story, alice, '', someBytes(LONG)), sendFiles(story, alice, '', someBytes(LONG, 2))]
  const deliver = bob.deliver.bind(bob)
  const waiting = new Set<object>()
  bob.deliver = (event) => (event.kind === 'chunkWritten' ? void waiting.add(event) : deliver(event))
  story.ask(bob, { kind: 'fetchFile', group: story.group, message: first, number: 0 })
  story.pass(SOON_MS)
  expect(waiting.size).toBeGreaterThanOrEqual(LIMITS.chunksBeingWritten)
  story.ask(bob, { kind: 'fetchFile', group: story.group, message: second, number: 0 })
  story.pass(SOON_MS)
  bob.deliver = deliver
  story.ask(bob, { kind: 'cancelFile', group: story.group, message: first, number: 0 })
  expect(msUntilWhole(story, second, people)).toBeLessThan(2 * LIMITS.chunksUnsavedMs)
  expect(isSame(readAll(story, bob, second), someBytes(LONG, 2))).toBe(true)
})
