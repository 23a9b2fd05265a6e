/**
 * What the opening model finds with a rule off, played on real devices, which keep the rules: what is handed out again or comes late
 * is shown once, and what a relay was told to forget is kept, wherever a crash comes.
 */
import { UNDECRYPTABLE } from '@sotto/core/inside'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { beginStory, type Passing, type Person, type Story } from '../../packages/simulator/src/story/story.ts'
import { readConfigurations } from '../../scripts/model-runs.ts'
import { ROOT } from '../../scripts/repository.ts'

const SOON_MS = 10_000
const LATER_MS = 120_000
const FOLDER = join(ROOT, 'models', 'traces')
/** Letters of the model, one for each place. The last of the model is another at the first place, which no honest sender seals (9.6). */
const LETTERS = 4
/** What a relay hands out leads to some commits and effects. A crash comes before each of these. */
const MOST_ACTIONS = 6

interface Step {
  readonly event: 'start' | 'arrive' | 'show' | 'commit' | 'acknowledge' | 'crash' | 'keep' | 'restore'
  readonly letter?: number
}

const fileNames = readConfigurations()
  .filter(({ model, fails, finds }) => model === 'opening' && (fails ?? finds) !== undefined)
  .map(({ name }) => name.replaceAll(/[^a-z]+/g, '-'))
const stepsOf = (name: string): readonly Step[] =>
  (JSON.parse(readFileSync(join(FOLDER, `opening-${name}.json`), 'utf8')) as { readonly steps: readonly Step[] }).steps

const textOf = (letter: number): string => `message ${letter}`

/** What was shown, and under which keys. */
const shownTo = (story: Story, person: Person) => ({
  texts: story.texts(person).filter((text) => text.startsWith('message')),
  places: story.messages(person).map(({ sealed }) => `${sealed?.keyId}/${sealed?.iteration}`),
  undecryptable: person.rows.scan(UNDECRYPTABLE, story.group).length,
})

/** Alice's messages as they reached Bob, who was not told of them yet: those that a relay or a member hands out again too. */
function keepMessages(story: Story, alice: Person, bob: Person): { readonly letters: readonly (readonly Passing[])[]; readonly letThrough: () => void } {
  const kept: Passing[] = []
  const isMessage = ({ what, to }: Passing): boolean => to === bob && (what === 'gossip' || what === 'relayed envelope')
  const letThrough = story.lose((passing) => isMessage(passing) && kept.push(passing) > 0)
  const letters = Array.from({ length: LETTERS }, (_, letter) => {
    const before = kept.length
    story.say(alice, textOf(letter))
    story.pass(1_000)
    return kept.slice(before).filter(({ what }) => what === 'gossip')
  })
  return { letters, letThrough }
}

/** Plays a trail. Where it crashes the device dies after so many actions of the turn that takes in the letter before. */
async function play(steps: readonly Step[], dieAfterActions: number) {
  const story = await beginStory({ direct: true })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  const { letters, letThrough } = keepMessages(story, alice, bob)
  // What is taken in from here on is what the trail says.
  for (const [place, { event, letter }] of steps.entries()) {
    const next = steps.slice(place + 1).find((step) => step.event === 'arrive' || step.event === 'crash')
    if (event === 'start' && !bob.alive) bob.start()
    if (event === 'crash') bob.die()
    if (event !== 'arrive') continue
    if (next?.event === 'crash') bob.dieAfterActions = dieAfterActions
    letThrough()
    for (const passing of letters[letter ?? 0] ?? []) bob.deliver(passing.event)
    story.pass(100)
    bob.dieAfterActions = null
    if (next?.event !== 'crash') expect(story.shows(bob, textOf(letter ?? 0)), 'it came as the trail says').toBe(true)
  }
  if (!bob.alive) bob.start()
  story.pass(LATER_MS)
  return { letters, ...shownTo(story, bob) }
}

test('every configuration that finds something has its trace, and no other trace is kept', () => {
  expect(
    readdirSync(FOLDER)
      .filter((file) => file.startsWith('opening-'))
      .toSorted(),
  ).toEqual(fileNames.map((name) => `opening-${name}.json`).toSorted())
})

describe('a trail of the opening model shows every message once on real devices', () => {
  test.each(fileNames)('%s', async (name) => {
    const steps = stepsOf(name)
    const crashes = steps.some(({ event }) => event === 'crash') ? [0, 1, 2, 3, 4] : [0]
    for (const dieAfterActions of crashes) {
      const { letters, texts, places, undecryptable } = await play(steps, dieAfterActions)
      expect(letters.map(({ length }) => length)).not.toContain(0)
      expect(texts.toSorted(), `crash after ${dieAfterActions}`).toEqual(Array.from({ length: LETTERS }, (_, letter) => textOf(letter)))
      expect(new Set(places).size).toBe(places.length)
      expect(undecryptable).toBe(0)
    }
  })
})

/** What a person's device sent right before it died still arrives: its streams end when the returned function is called. */
function endStreamsLater(story: Story, person: Person): () => void {
  const end = story.network.died.bind(story.network)
  story.network.died = (peer) => (peer === person ? undefined : end(peer))
  return () => end(person)
}

describe('a device that crashes as a relay hands out', () => {
  test.each(['relayed letter', 'relayed envelope'] as const)('a %s has the message afterwards, though only the relay can give it, and once', async (what) => {
    const story = await beginStory({ direct: false })
    const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
    story.gather(alice, bob)
    const endStreams = endStreamsLater(story, bob)
    let deaths = 0
    for (let actions = 0; actions < MOST_ACTIONS; actions++) {
      bob.stop()
      endStreams()
      // Each start of hers has keys of its own, which come in a letter.
      story.say(alice, textOf(actions))
      story.pass(SOON_MS)
      alice.stop()
      let isArmed = true
      const disarm = story.lose((passing) => {
        if (isArmed && passing.to === bob && passing.what === what) bob.dieAfterActions = actions
        isArmed &&= bob.dieAfterActions === null
        return false
      })
      bob.start()
      story.pass(SOON_MS)
      disarm()
      deaths += bob.alive ? 0 : 1
      bob.dieAfterActions = null
      endStreams()
      if (!bob.alive) bob.start()
      story.pass(SOON_MS)
      expect(story.texts(bob), `crash after ${actions}`).toEqual(Array.from({ length: actions + 1 }, (_, each) => textOf(each)))
      alice.start()
      story.pass(SOON_MS)
    }
    expect(deaths).toBe(MOST_ACTIONS)
  })
})
