/**
 * What the chain model finds with a rule off, played on real devices, which keep the rules: no place is used twice, and what
 * left is remembered.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { beginStory, type Person, type Story } from '../../packages/simulator/src/story/story.ts'
import { ROOT } from '../../scripts/repository.ts'

const SOON_MS = 10_000

interface Step {
  readonly event: 'start' | 'seal' | 'commit' | 'leave' | 'crash' | 'keep' | 'restore' | 'copy'
  readonly copy: number
}

const stepsOf = (name: string): readonly Step[] =>
  (JSON.parse(readFileSync(join(ROOT, 'models', 'traces', `chain-${name}.json`), 'utf8')) as { readonly steps: readonly Step[] }).steps

/** The places of a person's messages, as another was shown them. */
const placesOf = (story: Story, asSeenBy: Person): readonly string[] => story.messages(asSeenBy).map(({ sealed }) => `${sealed?.keyId}/${sealed?.iteration}`)

/**
 * Plays a trail with one device in the part of both copies, one after the other: of a disk that was copied and goes on twice
 * the second copy is the device after its disk forgot what the first did. Its messages are what left.
 */
async function play(steps: readonly Step[]): Promise<{ readonly left: number; readonly texts: readonly string[]; readonly places: readonly string[] }> {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice', { losesAll: true }), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'first')
  story.pass(SOON_MS)
  alice.syncDisk()
  const isCopied = steps.some(({ event }) => event === 'copy' || event === 'restore')
  let runs = true
  let left = 1
  for (const { event } of steps) {
    if (event === 'crash') {
      if (runs) alice.die()
      runs = false
    } else if (event === 'start') {
      // The other copy's run: this disk has nothing of it.
      if (runs && left > 1) alice.die()
      if (!runs || left > 1) alice.start()
      runs = true
    } else if (event === 'commit' && !isCopied) alice.syncDisk()
    else if (event === 'leave') {
      left++
      story.say(alice, `message ${left}`)
      expect(story.msUntil(() => story.shows(bob, `message ${left}`), SOON_MS)).toBeLessThan(SOON_MS)
    }
  }
  story.pass(SOON_MS)
  return { left, texts: story.texts(bob), places: placesOf(story, bob) }
}

describe('a trail of the chain model uses no place twice on real devices', () => {
  test.each(['chains-outlive-a-start', 'leaving-before-it-is-durable'])('%s', async (name) => {
    const { left, texts, places } = await play(stepsOf(name))
    expect(left).toBeGreaterThan(1)
    expect(texts).toHaveLength(left)
    expect(new Set(places).size).toBe(left)
  })
})
