/** People who share no group, and write to each other by contact links. */
import type { EngineRequest, GroupView } from '@sotto/core'
import { messageRecord } from '@sotto/core/inside'
import { decode } from '@sotto/wire'
import { beginStory, type Person, type Story } from './story.ts'

export const SOON_MS = 20_000
export const DAY_MS = 24 * 60 * 60_000

export async function strangers(...names: readonly string[]) {
  const story = await beginStory({ direct: false })
  const people = names.map((name) => story.enter(name))
  story.pass(1_000)
  return { story, people: people as [Person, Person, Person] }
}

export function linkOf(story: Story, person: Person, what: 'show' | 'replace' = 'show'): string {
  let link = ''
  story.ask(person, { kind: 'contactLink', what }, (value) => (link = value.contactLink ?? ''))
  return link
}

/** Writes by a link, and returns the conversation's group. */
export function write(story: Story, by: Person, link: string, ...texts: readonly string[]): string {
  let group = ''
  story.ask(by, { kind: 'writeByLink', link }, (value) => (group = value.group ?? ''))
  for (const text of texts) story.ask(by, { kind: 'send', group, text })
  return group
}

export const answer = (story: Story, by: Person, whom: Person, said: 'accept' | 'block' | 'unblock'): void =>
  story.ask(by, { kind: 'answerContactRequest', account: whom.account, answer: said })

export const requestsAt = (person: Person) => person.view().requests
export const chatsOf = (person: Person): readonly GroupView[] => person.view().groups.filter(({ direct }) => direct !== null)

export const textsIn = (person: Person, group: string): readonly string[] =>
  person.readHistory(`messages/${group}`).flatMap(({ value }) => {
    const body = decode(messageRecord, value)?.body
    return body?.kind === 'text' ? [body.text] : []
  })

export const refusal = (story: Story, by: Person, what: EngineRequest): string => {
  try {
    story.ask(by, what)
    return 'granted'
  } catch (error) {
    return String(error).replace(/^.*: /, '')
  }
}
