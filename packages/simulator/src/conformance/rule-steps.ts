/** What the rules of ciphers have in common: groups to play in, ways that messages pass, and what people are shown. */
import type { Event, MachineOptions } from '@sotto/core'
import { peerFrame } from '@sotto/core/inside'
import { decode, encode } from '@sotto/wire'
import { beginStory, type Passing, type Person, type Story } from '../story/story.ts'

/** A machine with the cipher under test, and its groups. */
export type CipherMachine = Pick<MachineOptions, 'ciphers' | 'newGroupCipher'>

export const SOON_MS = 20_000

export function must(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Error(otherwise)
}

export function mustBe(actual: unknown, expected: unknown): void {
  const [is, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
  must(is === wanted, `it is ${is}, and should be ${wanted}`)
}

export async function gathered(machine: CipherMachine, direct: boolean, ...names: readonly string[]): Promise<{ story: Story; people: readonly Person[] }> {
  const story = await beginStory({ direct, machine })
  const people = names.map((name) => story.enter(name))
  const [founder, ...others] = people
  if (founder !== undefined) story.gather(founder, ...others)
  return { story, people }
}

export const two = async (machine: CipherMachine, direct: boolean) => {
  const { story, people } = await gathered(machine, direct, 'Alice', 'Bob')
  return { story, alice: people[0] as Person, bob: people[1] as Person }
}

/** How messages pass: in one envelope for all, or in letters. The first way is the fast one. */
export const waysOf = ({ ciphers }: CipherMachine): readonly Passing['what'][] =>
  ciphers?.every(({ sealsEnvelopes }) => sealsEnvelopes) === true ? ['gossip', 'relayed envelope', 'envelopes'] : ['letter', 'relayed letter']

/** Holds back all messages from a person. What came the fast way can be passed to it later. */
export function keepFrom(machine: CipherMachine, story: Story, person: Person): { readonly fast: readonly Event[]; readonly end: () => void } {
  const ways = waysOf(machine)
  const fast: Event[] = []
  const end = story.lose(({ what, to, event }) => {
    if (to !== person || !ways.includes(what)) return false
    if (what === ways[0]) fast.push(event)
    return true
  })
  return { fast, end }
}

/** What was sealed, as it passed the fast way. */
export function sealedIn(event: Event): Uint8Array {
  if (event.kind === 'gossipReceived') return event.data
  const frame = event.kind === 'peerFrameReceived' ? decode(peerFrame, event.frame) : undefined
  if (frame?.kind !== 'letter') throw new TypeError(`no message passes as ${event.kind}`)
  return frame.record
}

/** The event, with this in place of what was sealed. */
export function withSealed(event: Event, record: Uint8Array): Event {
  if (event.kind === 'gossipReceived') return { ...event, data: record }
  return event.kind === 'peerFrameReceived' ? { ...event, frame: encode(peerFrame, { kind: 'letter', record }) } : event
}

/** Lets a person's planned crash happen, within a while, and starts it again. */
export function restart(story: Story, person: Person): void {
  story.pass(10_000)
  person.dieAfterActions = null
  if (!person.alive) person.start()
  story.pass(60_000)
}

export const texts = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `text ${i}`)

/** The people who could read an own message, as its details name them. */
export function namedReaders(story: Story, person: Person, text: string): readonly string[] {
  let named: readonly string[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, ({ messages = [] }) => {
    const message = messages.find(({ body }) => body.kind === 'text' && body.text === text)?.id ?? ''
    person.request({ kind: 'messageDetails', group: story.group, message }, (reply) => {
      named = reply.ok ? (reply.value.details?.readers.map(({ name }) => name) ?? []) : []
    })
  })
  story.pass(1_000)
  return named.toSorted()
}

export const showing = (story: Story, people: readonly Person[], text: string): readonly string[] =>
  people
    .filter((person) => story.shows(person, text))
    .map(({ name }) => name)
    .toSorted()
