/** What stories of files at relays share: everything about files that goes to a relay and comes from one, and what lies there. */
import { fileLayout, fileMailbox } from '@sotto/blob'
import { LEFT } from '@sotto/core/inside'
import { mailboxIdOf } from '@sotto/mailbox'
import { decode, encode, mailboxAnswer, type MailboxId, mailboxRequest } from '@sotto/wire'
import type { SimulatedRelay } from '../simulated-relay.ts'
import { fileRow, sendFiles, shown, someBytes } from './file-story.ts'
import { beginStory, type Person, type Story, type StoryOptions } from './story.ts'

/** People in one group who never connect to each other: whatever comes, comes by relays. */
export async function apart(names: readonly string[], options: Partial<StoryOptions> = {}) {
  const story = await beginStory({ direct: false, ...options })
  const people = names.map((name) => story.enter(name)) as unknown as [Person, Person, ...Person[]]
  story.gather(...people)
  return { story, people }
}

export interface AtRelay {
  readonly who: string
  readonly relay: string
  /** `appended`: the relay acknowledged one; `pushed`: a chunk came to its reader. */
  readonly what: 'opened' | 'append' | 'appended' | 'refused' | 'subscribe' | 'pushed' | 'drop'
}

type Pushed = Uint8Array | null

/** Everything about files between these people and relays from now on. `change`: what comes in place of a chunk; null: nothing. */
export function watchRelays(story: Story, people: readonly Person[], change: (body: Uint8Array, to: Person) => Pushed = (body) => body): AtRelay[] {
  const all: AtRelay[] = []
  const opening = new Map<string, true>()
  const handles = new Map<string, true>()
  const appends = new Map<string, true>()
  const perform = story.network.perform.bind(story.network)
  story.network.perform = (by, effect) => {
    const request = effect.kind === 'sendRelayFrame' ? decode(mailboxRequest, effect.frame) : undefined
    if (effect.kind === 'sendRelayFrame' && request !== undefined) {
      const note = (what: AtRelay['what']): void => void all.push({ who: by.name, relay: effect.relay, what })
      const place = `${by.peerId} ${effect.relay}`
      if (request.kind === 'open' && request.keys.kind === 'blob') opening.set(`${place} ${request.request}`, true)
      else if ('handle' in request && handles.has(`${place} ${request.handle}`)) {
        if (request.kind === 'append') appends.set(`${place} ${request.request}`, true)
        if (request.kind === 'append' || request.kind === 'subscribe' || request.kind === 'drop') note(request.kind)
        if (request.kind === 'close') handles.delete(`${place} ${request.handle}`)
      }
    }
    perform(by, effect)
  }
  for (const person of people) {
    const deliver = person.deliver.bind(person)
    person.deliver = (event) => {
      const answer = event.kind === 'relayFrameReceived' ? decode(mailboxAnswer, event.frame) : undefined
      if (event.kind !== 'relayFrameReceived' || answer === undefined) return deliver(event)
      const note = (what: AtRelay['what']): void => void all.push({ who: person.name, relay: event.relay, what })
      const place = `${person.peerId} ${event.relay}`
      // Handles are of one connection.
      if (answer.kind === 'hello') for (const each of [opening, handles, appends]) for (const key of each.keys()) if (key.startsWith(place)) each.delete(key)
      if (answer.kind === 'opened' && opening.has(`${place} ${answer.request}`)) {
        handles.set(`${place} ${answer.handle}`, true)
        note('opened')
      }
      if ((answer.kind === 'appended' || answer.kind === 'refused') && appends.has(`${place} ${answer.request}`)) note(answer.kind)
      if (answer.kind !== 'pushed' || !handles.has(`${place} ${answer.handle}`)) return deliver(event)
      const body = change(answer.body, person)
      note('pushed')
      if (body !== null) deliver({ ...event, frame: encode(mailboxAnswer, { ...answer, body }) })
    }
  }
  return all
}

export const countOf = (all: readonly AtRelay[], what: AtRelay['what'], who?: Person, relay?: string): number =>
  all.filter((each) => each.what === what && (who === undefined || each.who === who.name) && (relay === undefined || each.relay === relay)).length

/** The mailbox of a message's file at a relay, by what its author has of it. */
export function mailboxOf(story: Story, person: Person, message: string, relay: string, number = 0): MailboxId {
  const row = fileRow(story, person, message, number)
  if (row === undefined) throw new Error('no file')
  const { primitives } = story
  const { readSeed, appendSeed } = fileMailbox(primitives, row.key, relay)
  const [readKey = new Uint8Array(), appendKey = new Uint8Array()] = [readSeed, appendSeed].map((seed) => primitives.ed25519.keyPairFromSeed(seed).publicKey)
  return mailboxIdOf(primitives, { kind: 'blob', readKey, appendKey })
}

/** How many records lie in a mailbox. */
export const lyingIn = (story: Story, relay: SimulatedRelay | undefined, mailbox: MailboxId): number => relay?.recordsOf(mailbox, story.nowMs).length ?? 0

export const CHUNK = 61_424
export const LENGTH = 20 * CHUNK + 100
export const CHUNKS = fileLayout(LENGTH)?.chunks ?? 0
/** One that is still on its way when a story looks. */
export const LONG = 60 * CHUNK
export const LONG_CHUNKS = fileLayout(LONG)?.chunks ?? 0
export const ENOUGH_MS = 600_000

/** What the author's page says of its first file. */
export const atRelay = (story: Story, author: Person): string | null | undefined =>
  shown(story, author).find(({ files }) => files.length > 0)?.files[0]?.atRelay

const isLeft = (author: Person): boolean => author.rows.scan(LEFT).every(({ value }) => value.isDone)

/** Until everything is left that is to be, or refused. */
export function untilLeft(story: Story, author: Person): void {
  if (story.msUntil(() => isLeft(author), ENOUGH_MS) === Number.POSITIVE_INFINITY) throw new Error('it is not left')
}

/** Alice leaves a file while Bob is away. */
export async function left(length = LENGTH, options: Parameters<typeof apart>[1] = {}) {
  const { story, people } = await apart(['Alice', 'Bob'], options)
  const [alice, bob] = people
  bob.stop()
  const message = sendFiles(story, alice, 'the plans', someBytes(length))
  untilLeft(story, alice)
  return { story, alice, bob, message }
}
