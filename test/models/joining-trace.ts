/**
 * A trail of the joining model on real devices. Honest members do by their own machine what the trail says; Mallory's device also
 * signs and sends what its machine would not. The relay hides what honest members say to each other, until the trail lets it through.
 */
import { KEY_RECIPIENT, MEMBERSHIP_LOG, OWN_KEY, SECRET, SELF } from '@sotto/core/inside'
import { openJoinRequest, ownContext } from '@sotto/crypto'
import { addOperation, type MembershipLog, nextPlace, operationIdOf, operationsInCausalOrder, signOperation } from '@sotto/membership'
import { fromBase64url, type GroupId, type JoinRequest, type Operation, type OperationBody, type OperationId, toBase64url } from '@sotto/wire'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { keepRecords } from '../../packages/simulator/src/story/keep-records.ts'
import { beginStory, type Passing, type Person, type Story } from '../../packages/simulator/src/story/story.ts'
import { ROOT } from '../../scripts/repository.ts'

const SOON_MS = 10_000
const LATER_MS = 60_000
/** A new member waits for two seconds, at least. */
const ANSWERS_AFTER_MS = 1_500
/** Where trails are kept. */
export const FOLDER = join(ROOT, 'models', 'traces')
const NAMES = ['Alice', 'Ben', 'Mallory', 'Rex', 'Nora'] as const

type Written = 'invite' | 'remove' | 'revokeInvite' | 'admit'

type Step =
  /** `prompt`: a set of members, a bit for each. `operations`: those that are there already. */
  | { readonly event: 'begin'; readonly prompt: number; readonly operations: number }
  /** `heard`: a set of operations, a bit for each. */
  | { readonly event: Written; readonly by: number; readonly about: number; readonly heard: number; readonly invite: number }
  | { readonly event: 'enter' | 'answer' | 'introduce' | 'send'; readonly by: number; readonly heard: number }

const isIn = (set: number, place: number): boolean => ((set >> place) & 1) === 1

const stepsOf = (name: string): readonly Step[] =>
  (JSON.parse(readFileSync(join(FOLDER, `joining-${name}.json`), 'utf8')) as { readonly steps: readonly Step[] }).steps

/** A message of Ben's, with the accounts that were members by what he had when it was sealed, and the devices that had its key. */
export interface Sent {
  readonly text: string
  readonly members: readonly string[]
  readonly recipients: readonly string[]
}

/** A played trail, and what came of it. */
export class PlayedJoining {
  readonly story: Story
  readonly people: readonly Person[]
  readonly sent: Sent[] = []
  /** The operations of the trail, by place. One that a device refused to write is missing. */
  readonly #operations: (Operation | undefined)[] = []
  readonly #admitters = new Set<Person>()
  #mallorysLog: MembershipLog | undefined
  readonly #noraHandedTo = new Set<string>()
  #letWelcomesThrough = (): void => {}
  #letQuestionsThrough = (): void => {}
  #link = ''
  #records: readonly Uint8Array[] = []

  /** Those that honest members removed. */
  readonly removed: Person[] = []

  constructor(story: Story) {
    this.story = story
    this.people = NAMES.map((name) => story.enter(name))
  }

  person(number: number): Person {
    const person = this.people[number]
    if (person === undefined) throw new TypeError('no such person')
    return person
  }

  get #group(): GroupId {
    return bytesOf<GroupId>(this.story.group)
  }

  play(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step)
    this.story.pass(LATER_MS)
  }

  #step(step: Step): void {
    switch (step.event) {
      case 'begin':
        return this.#begin(step.prompt, step.operations > 0)
      case 'invite':
      case 'remove':
      case 'revokeInvite':
      case 'admit':
        return this.#write(step)
      case 'enter':
        return this.#enter(step.heard)
      case 'answer':
      case 'introduce':
        // Nora's device asks and introduces itself on its own.
        return this.story.pass(LATER_MS)
      case 'send':
        return this.#send(this.person(step.by), step.heard)
    }
  }

  #begin(prompt: number, isFormer: boolean): void {
    const { story } = this
    const [alice, ben, mallory, rex, nora] = [0, 1, 2, 3, 4].map((number) => this.person(number)) as [Person, Person, Person, Person, Person]
    story.gather(alice, ben, mallory, rex, ...(isFormer ? [nora] : []))
    if (isFormer) {
      story.remove(alice, nora)
      story.pass(SOON_MS)
      this.#operations.push(lastOf(story, alice, 'remove'))
    }
    // A client takes no record after a later one: so all letters to one are held.
    const isLetterTo = (whom: Person) => (passing: Passing) => passing.what === 'relayed letter' && passing.to === whom
    this.#letWelcomesThrough = story.holdBack(isLetterTo(nora))
    this.#letQuestionsThrough = story.holdBack(isLetterTo(alice))
    // The group's first invite is not the link: all know it.
    story.ask(alice, { kind: 'revokeInvites', group: story.group })
    story.pass(SOON_MS)
    this.#mallorysLog = mallory.rows.get(MEMBERSHIP_LOG, story.group)
    this.#records = keepRecords(story, nora)
    const isPrompt = (person: Person): boolean => isIn(prompt, this.people.indexOf(person)) || this.#admitters.has(person)
    const isHonest = (person: Person): boolean => person === alice || person === ben
    const isOpen = (by: Person, to: Person): boolean => {
      if (by === nora || to === nora) return [by, to].every((each) => !isHonest(each) || isPrompt(each))
      // What Ben writes is read by all but Alice; of hers nothing gets through.
      return by === mallory || by === rex || (by === ben && to !== alice)
    }
    story.lose(({ what, by, to }: Passing) => {
      for (const device of keyRecipients(story, nora)) this.#noraHandedTo.add(device)
      if (what === 'relayed joinRequest') return !this.#admitters.has(to)
      if (what === 'relayed operation') return by === alice || to === alice
      return what === 'relayed letter' && by !== null && !isOpen(by, to)
    })
  }

  #write({ event, by, about, heard, invite }: Extract<Step, { readonly event: Written }>): void {
    const { story } = this
    const author = this.person(by)
    if (event === 'admit') return void this.#operations.push(this.#admit(author, heard, invite))
    if (event === 'invite' && this.#link !== '') {
      const copy = this.#sign(heard, this.#linked())
      // Mallory's device reads the rendezvous by its copy from here on.
      story.slip(this.person(3), author, [{ kind: 'operations', group: this.#group, operations: [copy] }])
      this.#operations.push(copy)
      return story.pass(SOON_MS)
    }
    if (event === 'invite') story.ask(author, { kind: 'createInvite', group: story.group }, (value) => (this.#link = value.invite ?? ''))
    if (event === 'remove') {
      this.removed.push(this.person(about))
      story.remove(author, this.person(about))
    }
    if (event === 'revokeInvite') story.ask(author, { kind: 'revokeInvites', group: story.group })
    story.pass(1_000)
    this.#operations.push(lastOf(story, author, event))
  }

  /** By its own invite a device that has heard of it admits by itself, if it admits at all. By another, only a changed program does. */
  #admit(author: Person, heard: number, invite: number): Operation | undefined {
    const { story } = this
    const isByLink = this.#operations.findIndex((each) => each?.unsigned.body.kind === 'invite') === invite
    if (isByLink) this.#tell(author, heard)
    this.#admitters.add(author)
    story.ask(this.person(4), { kind: 'join', invite: this.#link })
    story.pass(LATER_MS)
    if (isByLink) return lastOf(story, author, 'admit', this.person(4))
    const request = this.#request()
    const copy = this.#operations[invite]
    if (copy === undefined) throw new TypeError('no copy')
    return this.#sign(heard, {
      kind: 'admit',
      invite: operationIdOf(story.primitives, copy.unsigned),
      member: request.member,
      role: 'member',
      request: request.proof,
    })
  }

  /** Mallory welcomes Nora with as much of the log. */
  #enter(heard: number): void {
    const [mallory, nora] = [this.person(2), this.person(4)]
    const secrets = mallory.rows.scan(SECRET, this.story.group).map(({ key, value }) => ({ operation: bytesOf<OperationId>(key[1] ?? ''), secret: value }))
    const operations = [...operationsInCausalOrder(this.#logWith(0)), ...this.#heard(heard)]
    this.story.slip(mallory, nora, [
      { kind: 'operations', group: this.#group, operations },
      { kind: 'welcome', group: this.#group, heads: [], secrets, title: 'Desk', names: [], relays: [] },
    ])
    this.story.pass(SOON_MS)
    this.#letWelcomesThrough()
    // Honest members answer after what takes no answer is done, and still in time.
    this.story.msUntil(() => this.story.groupOf(nora)?.state === 'member', SOON_MS)
    this.story.pass(ANSWERS_AFTER_MS)
    this.#letQuestionsThrough()
    this.story.pass(SOON_MS)
  }

  #send(author: Person, heard: number): void {
    const { story } = this
    this.#letWelcomesThrough()
    this.#letWelcomesThrough = () => {}
    this.#tell(author, heard)
    const text = `message ${this.sent.length}`
    story.say(author, text)
    expect(
      story.msUntil(() => story.messages(author).some(({ body, sealed }) => body.kind === 'text' && body.text === text && sealed !== null), 4 * LATER_MS),
    ).toBeLessThan(4 * LATER_MS)
    story.pass(SOON_MS)
    this.sent.push({ text, members: this.members(author), recipients: keyRecipients(story, author) })
  }

  /** An honest device hears of operations, from Mallory. */
  #tell(to: Person, heard: number): void {
    if (to === this.person(2)) this.story.slip(this.person(3), to, [{ kind: 'operations', group: this.#group, operations: this.#heard(heard) }])
    else this.story.slip(this.person(2), to, [{ kind: 'operations', group: this.#group, operations: this.#heard(heard) }])
    this.story.pass(SOON_MS)
  }

  /** The devices that Nora ever handed a key. */
  get noraHandedTo(): readonly string[] {
    return [...this.#noraHandedTo]
  }

  members(asSeenBy: Person): readonly string[] {
    return this.story.groupOf(asSeenBy)?.members.map(({ account }) => account) ?? []
  }

  #heard(heard: number): readonly Operation[] {
    return this.#operations.flatMap((each, place) => (isIn(heard, place) && each !== undefined ? [each] : []))
  }

  /** What Mallory's device had when the trail began, and some of what was written since. */
  #logWith(heard: number): MembershipLog {
    if (this.#mallorysLog === undefined) throw new TypeError('no log')
    return this.#heard(heard).reduce((log, each) => addOperation(this.story.primitives, log, each).log, this.#mallorysLog)
  }

  #linked(): Extract<OperationBody, { readonly kind: 'invite' }> {
    const body = this.#operations.find((each) => each?.unsigned.body.kind === 'invite')?.unsigned.body
    if (body?.kind !== 'invite') throw new TypeError('no link')
    return body
  }

  #request(): JoinRequest {
    for (const record of this.#records) {
      const request = openJoinRequest(this.story.primitives, { ...this.#linked(), group: this.#group }, record)
      if (!('code' in request)) return request
    }
    throw new TypeError('no request')
  }

  /** Signs with Mallory's device what its machine would not. */
  #sign(heard: number, body: OperationBody): Operation {
    const self = this.person(2).rows.get(SELF, 'self')
    if (self === undefined) throw new TypeError('no profile')
    const { account, device } = self
    const place = nextPlace(this.#logWith(heard), device)
    const unsigned = { suite: 1, group: this.#group, account, device, ...place, writtenMs: this.story.nowMs, body }
    return signOperation(this.story.primitives, unsigned, this.story.primitives.ed25519.keyPairFromSeed(self.deviceSeed))
  }
}

const bytesOf = <T extends Uint8Array>(text: string): T => (fromBase64url(text) ?? new Uint8Array()) as T

/** The last operation of a kind that a person's device wrote. */
export function lastOf(story: Story, author: Person, kind: OperationBody['kind'], about?: Person): Operation | undefined {
  const log = author.rows.get(MEMBERSHIP_LOG, story.group)
  if (log === undefined) return undefined
  return operationsInCausalOrder(log)
    .filter(({ unsigned: { body, device } }) => {
      const isAbout = about === undefined || (body.kind === 'admit' && toBase64url(body.member.list.body.account) === about.account)
      return body.kind === kind && toBase64url(device) === toBase64url(author.device) && isAbout
    })
    .at(-1)
}

/** The devices that a person's present key was handed to. */
function keyRecipients(story: Story, owner: Person): readonly string[] {
  const own = owner.rows.get(OWN_KEY, story.group)
  if (own === undefined) return []
  const { epoch, keyId } = ownContext(own.key)
  return owner.rows.scan(KEY_RECIPIENT, story.group, toBase64url(epoch), String(keyId)).map(({ key }) => key[3] ?? '')
}

export const deviceOf = (person: Person): string => toBase64url(person.device)

/** Plays a kept trail. */
export async function playJoining(name: string): Promise<PlayedJoining> {
  const result = new PlayedJoining(await beginStory({ direct: false }))
  result.play(stepsOf(name))
  return result
}
