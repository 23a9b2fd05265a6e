/** A disk that is slower than the line: what waits for it in memory has a bound (PROTOCOL §14.13). */
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { chunksFrom, gathered, isSame, msUntilWhole, readAll, sendFiles, someBytes, watchFiles } from './file-story.ts'

const SOON_MS = 20_000
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
