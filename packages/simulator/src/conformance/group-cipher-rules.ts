/**
 * What every group cipher has to guarantee, whatever it seals with (PROTOCOL §4). Each rule plays a story on machines
 * with that cipher, and throws where it does not hold. `group-ciphers.test.ts` tests each cipher against all of them.
 */
import type { Event, MachineOptions } from '@sotto/core'
import { allTables, TOPIC } from '@sotto/core/inside'
import { LIMITS } from '@sotto/wire'
import { beginStory, type Passing, type Person, type Story } from '../story/story.ts'

/** A machine with the cipher under test, and its groups. */
export type CipherMachine = Pick<MachineOptions, 'ciphers' | 'newGroupCipher'>

export interface CipherRule {
  readonly what: string
  readonly play: (machine: CipherMachine) => Promise<void>
}

const SOON_MS = 20_000

function must(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Error(otherwise)
}

function mustBe(actual: unknown, expected: unknown): void {
  const [is, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
  must(is === wanted, `it is ${is}, and should be ${wanted}`)
}

async function gathered(machine: CipherMachine, direct: boolean, ...names: readonly string[]): Promise<{ story: Story; people: readonly Person[] }> {
  const story = await beginStory({ direct, machine })
  const people = names.map((name) => story.enter(name))
  const [founder, ...others] = people
  if (founder !== undefined) story.gather(founder, ...others)
  return { story, people }
}

const two = async (machine: CipherMachine, direct: boolean) => {
  const { story, people } = await gathered(machine, direct, 'Alice', 'Bob')
  return { story, alice: people[0] as Person, bob: people[1] as Person }
}

const isMessage = ({ what }: Passing): boolean => what === 'gossip' || what === 'relayed envelope' || what === 'envelopes'

/** Holds back all messages from a person. Gossiped ones can be passed to it later. */
function keepFrom(story: Story, person: Person): { readonly gossiped: readonly Event[]; readonly end: () => void } {
  const gossiped: Event[] = []
  const end = story.lose((passing) => {
    if (passing.to !== person || !isMessage(passing)) return false
    if (passing.what === 'gossip') gossiped.push(passing.event)
    return true
  })
  return { gossiped, end }
}

/** Lets a person's planned crash happen, within a while, and starts it again. */
function restart(story: Story, person: Person): void {
  story.pass(10_000)
  person.dieAfterActions = null
  if (!person.alive) person.start()
  story.pass(60_000)
}

const texts = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `text ${i}`)

/** The people who could read an own message, as its details name them. */
function namedReaders(story: Story, person: Person, text: string): readonly string[] {
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

const showing = (story: Story, people: readonly Person[], text: string): readonly string[] =>
  people
    .filter((person) => story.shows(person, text))
    .map(({ name }) => name)
    .toSorted()

export const CIPHER_RULES: readonly CipherRule[] = [
  {
    what: 'messages open in any order and however often they arrive, and are shown once, in one order',
    play: async (machine) => {
      const { story, alice, bob } = await two(machine, true)
      const kept = keepFrom(story, bob)
      story.say(alice, ...texts(8))
      story.pass(2_000)
      kept.end()
      must(kept.gossiped.length >= 8, 'nothing was gossiped')
      for (const event of [...kept.gossiped.toReversed(), ...kept.gossiped]) bob.deliver(event)
      story.pass(SOON_MS)
      mustBe(story.texts(bob), texts(8))
      mustBe(story.groupOf(bob)?.unread, 8)
    },
  },
  {
    what: 'what is lost on one way arrives on another',
    play: async (machine) => {
      const { story, alice, bob } = await two(machine, true)
      story.lose(({ what, to }) => what === 'gossip' && to === bob)
      story.say(alice, ...texts(3))
      must(story.msUntil(() => story.shows(bob, ...texts(3)), SOON_MS) < SOON_MS, 'it did not come from the mailbox')
    },
  },
  {
    what: 'nothing is opened twice, not even after a restart',
    play: async (machine) => {
      const { story, alice, bob } = await two(machine, true)
      const gossiped: Event[] = []
      story.lose(({ what, to, event }) => what === 'gossip' && to === bob && gossiped.push(event) < 0)
      story.say(alice, ...texts(3))
      story.pass(SOON_MS)
      mustBe(story.texts(bob), texts(3))
      bob.stop()
      bob.start()
      story.pass(1_000)
      for (const event of gossiped.splice(0)) bob.deliver(event)
      story.pass(SOON_MS)
      mustBe(story.texts(bob), texts(3))
      mustBe(story.groupOf(bob)?.unread, 3)
    },
  },
  {
    what: 'a damaged envelope opens nothing, and the true one opens after it',
    play: async (machine) => {
      const { story, alice, bob } = await two(machine, true)
      const kept = keepFrom(story, bob)
      story.say(alice, 'true')
      story.pass(2_000)
      kept.end()
      const [event] = kept.gossiped
      must(event?.kind === 'gossipReceived', 'nothing was gossiped')
      for (let at = 0; at < event.data.length; at += 7) bob.deliver({ ...event, data: event.data.map((byte, i) => (i === at ? byte ^ 1 : byte)) })
      bob.deliver({ ...event, data: event.data.slice(0, -1) })
      story.pass(100)
      mustBe(story.texts(bob), [])
      bob.deliver(event)
      story.pass(SOON_MS)
      mustBe(story.texts(bob), ['true'])
    },
  },
  {
    what: 'a removed member opens nothing that is sealed after its removal',
    play: async (machine) => {
      const { story, people } = await gathered(machine, true, 'Alice', 'Bob', 'Mallory')
      const [alice, bob, mallory] = people as [Person, Person, Person]
      story.say(alice, 'for all')
      story.pass(SOON_MS)
      const topics = mallory.rows.scan(TOPIC).map(({ key }) => key[0] ?? '')
      story.remove(alice, mallory)
      story.pass(SOON_MS)
      const before = story.heard.length
      story.say(alice, 'not for Mallory')
      story.pass(SOON_MS)
      const sealed = story.heard.slice(before).flatMap(({ event }) => (event.kind === 'gossipReceived' ? [event.data] : []))
      must(sealed.length > 0, 'nothing was gossiped')
      for (const topic of topics) for (const data of sealed) mallory.deliver({ kind: 'gossipReceived', topic, data })
      story.pass(SOON_MS)
      mustBe(showing(story, [alice, bob, mallory], 'not for Mallory'), ['Alice', 'Bob'])
      mustBe(showing(story, [alice, bob, mallory], 'for all'), ['Alice', 'Bob', 'Mallory'])
    },
  },
  {
    what: 'a new member opens nothing that was sealed before it came',
    play: async (machine) => {
      const { story, alice, bob } = await two(machine, false)
      story.say(alice, 'before')
      story.pass(SOON_MS)
      const carol = story.enter('Carol')
      story.join(carol)
      story.say(alice, 'after')
      story.pass(SOON_MS)
      mustBe(showing(story, [alice, bob, carol], 'after'), ['Alice', 'Bob', 'Carol'])
      mustBe(showing(story, [alice, bob, carol], 'before'), ['Alice', 'Bob'])
    },
  },
  {
    what: 'the people who could read a message are exactly those who are named',
    play: async (machine) => {
      const { story, people } = await gathered(machine, false, 'Alice', 'Bob', 'Carol')
      const [alice] = people as [Person, Person, Person]
      story.say(alice, 'to three')
      story.pass(SOON_MS)
      const dave = story.enter('Dave')
      story.join(dave)
      story.say(alice, 'to four')
      story.pass(SOON_MS)
      for (const text of ['to three', 'to four']) mustBe(namedReaders(story, alice, text), showing(story, [...people, dave], text))
    },
  },
  {
    what: 'a message is delivered when all members that it was sealed for have opened it, and not before',
    play: async (machine) => {
      const { story, people } = await gathered(machine, false, 'Alice', 'Bob', 'Carol')
      const [alice, , carol] = people as [Person, Person, Person]
      story.network.partition([carol], true)
      story.say(alice, 'for both')
      story.pass(SOON_MS)
      mustBe(story.messages(alice)[0]?.state, 'sent')
      story.network.heal()
      must(story.msUntil(() => story.messages(alice)[0]?.state === 'delivered', 120_000) < 120_000, 'it is not delivered')
    },
  },
  {
    what: 'a crash of the author between any write and any effect loses nothing and sends nothing twice',
    play: async (machine) => {
      const { story, alice, bob } = await two(machine, false)
      for (let actions = 0; actions < 10; actions++) {
        alice.dieAfterActions = actions
        alice.request({ kind: 'send', group: story.group, text: `after ${actions}` }, () => {})
        restart(story, alice)
        mustBe(story.texts(bob), story.texts(alice))
      }
      must(story.texts(bob).length > 0, 'no message outlived its author')
    },
  },
  {
    what: 'a crash of the reader between any write and any effect loses nothing and shows nothing twice',
    play: async (machine) => {
      const { story, alice, bob } = await two(machine, false)
      for (let actions = 0; actions < 10; actions++) {
        bob.dieAfterActions = actions
        story.say(alice, `after ${actions}`)
        restart(story, bob)
        mustBe(story.texts(bob), story.texts(alice))
        mustBe(story.groupOf(bob)?.unread, actions + 1)
      }
    },
  },
  {
    what: 'a message after the first costs its author one record',
    play: async (machine) => {
      const { story, people } = await gathered(machine, false, 'Alice', 'Bob', 'Carol')
      const [alice, bob] = people as [Person, Person, Person]
      story.say(alice, 'first')
      story.pass(SOON_MS)
      const before = story.heard.length
      story.say(alice, 'second')
      story.pass(SOON_MS)
      const cost = story.heard.slice(before).filter(({ by, to }) => by === alice && to === bob)
      mustBe(
        cost.map(({ what }) => what),
        ['relayed envelope'],
      )
    },
  },
  {
    what: 'what was sealed in an epoch is deleted with it',
    play: async (machine) => {
      const { story, people } = await gathered(machine, false, 'Alice', 'Bob', 'Carol')
      const [alice, bob, carol] = people as [Person, Person, Person]
      story.say(alice, 'in the first epoch')
      story.say(bob, 'so is this')
      story.pass(SOON_MS)
      const epoch = story.groupOf(alice)?.security.epoch ?? ''
      story.remove(alice, carol)
      story.pass(SOON_MS)
      must(story.groupOf(alice)?.security.epoch !== epoch, 'no epoch began')
      story.pass(LIMITS.retentionMs + 2 * 86_400_000)
      for (const person of [alice, bob]) {
        const left = allTables()
          .filter(({ scope }) => scope === 'epoch')
          .filter((table) => person.rows.scan(table as never, story.group, epoch).length > 0)
        mustBe(
          left.map(({ name }) => name),
          [],
        )
      }
    },
  },
]
