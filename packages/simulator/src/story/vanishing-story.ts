/** What stories of messages that vanish share. */
import type { MessageView } from '@sotto/core'
import { utf8 } from '@sotto/wire'
import { beginStory, type Person, type Story } from './story.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const SOON_MS = 20_000
export const SECRET = 'the key is under the stone'

function shown(story: Story, person: Person): readonly MessageView[] {
  let all: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, ({ messages = [] }) => (all = messages))
  return all
}

/** The messages that a page shows. */
export const page = (story: Story, person: Person): readonly MessageView[] =>
  shown(story, person).filter(({ body }) => body.kind === 'text' || body.kind === 'deleted')

/** The lines between them. */
export const lines = (story: Story, person: Person): readonly MessageView['body'][] =>
  shown(story, person).flatMap(({ body }) => (body.kind === 'text' || body.kind === 'deleted' ? [] : [body]))

export const saidIn = (story: Story, person: Person): readonly string[] => page(story, person).map(({ body }) => (body.kind === 'text' ? body.text : body.kind))

export const idOf = (story: Story, person: Person, text: string): string =>
  page(story, person).find(({ body }) => body.kind === 'text' && body.text === text)?.id ?? ''

/** Whether anything on a person's disk holds these words. */
export function holds(story: Story, person: Person, words: string): boolean {
  const bytes = Buffer.from(utf8(words))
  const histories = [...['messages', 'edits', 'own', 'envelopes'].map((name) => `${name}/${story.group}`), 'search']
  const kept = histories.flatMap((name) => person.readHistory(name).map(({ value }) => value))
  return [...person.diskRows().values(), ...kept].some((value) => Buffer.from(value).includes(bytes))
}

/** A member says how long messages last, and all have heard of it. */
export function setLifetime(story: Story, by: Person, seconds: number): void {
  story.ask(by, { kind: 'setLifetime', group: story.group, seconds })
  story.pass(SOON_MS)
}

/** The person sees everything that is here. */
export const read = (story: Story, person: Person): void => story.ask(person, { kind: 'markRead', group: story.group })

export async function two() {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  return { story, alice, bob }
}

export async function three() {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  return { story, alice, bob, carol }
}
