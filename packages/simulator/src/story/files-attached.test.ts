/** What waits in a composer over stops, kills and disks that lose something (PROTOCOL §14.11). */
import { describe, expect, it } from 'vitest'
import { answerTo, attach, gathered, someBytes } from './file-story.ts'

const SOON_MS = 20_000
const CHUNK = 61_424

describe('a stop', () => {
  it('while a file is attached takes what was stored of it, and says so until the person takes it out', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice] = people
    const [seen, sent] = [new Set<string>(), new Set<string>()]
    for (let actions = 1; actions < 24; actions++) {
      alice.dieAfterActions = actions
      try {
        attach(story, alice, someBytes(3 * CHUNK))
      } catch {
        // It died before it answered.
      }
      if (alice.alive) alice.die()
      alice.start()
      story.pass(SOON_MS)
      const attachments = story.groupOf(alice)?.attachments ?? []
      const [each] = attachments
      expect(attachments.length, `after ${actions} actions`).toBeLessThanOrEqual(1)
      // All of it, or nothing.
      const unsent = alice.chunks.listNow().filter(({ file }) => !sent.has(file))
      expect(unsent, `after ${actions} actions`).toHaveLength(each?.state === 'ready' ? 1 : 0)
      if (each !== undefined) seen.add(each.state)
      if (each === undefined) continue
      expect(answerTo(story, alice, { kind: 'send', group: story.group, text: '', files: [each.file] })?.ok).toBe(each.state === 'ready')
      if (each.state === 'lost') story.ask(alice, { kind: 'detachFile', group: story.group, file: each.file })
      else sent.add(each.file)
      story.pass(1_000)
      expect(story.groupOf(alice)?.attachments).toEqual([])
    }
    expect([...seen].toSorted()).toEqual(['lost', 'ready'])
  })

  it('after which the disk lacks a file that waited is said too', async () => {
    const { story, people } = await gathered(['Alice', 'Bob'])
    const [alice] = people
    const [kept, gone] = [attach(story, alice, someBytes(CHUNK)), attach(story, alice, someBytes(2 * CHUNK))]
    alice.stop()
    alice.chunks.removeNow(gone)
    alice.start()
    story.pass(1_000)
    expect(story.groupOf(alice)?.attachments).toMatchObject([
      { file: kept, state: 'ready' },
      { file: gone, state: 'lost', storedBytes: 0 },
    ])
  })
})
