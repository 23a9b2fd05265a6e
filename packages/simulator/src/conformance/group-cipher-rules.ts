/**
 * What every group cipher has to guarantee, whatever it seals with (PROTOCOL §4). Each rule plays a story on machines
 * with that cipher, and throws where it does not hold. `group-ciphers.test.ts` tests each cipher against all of them.
 */
import type { Event } from '@sotto/core'
import { allTables, TOPIC } from '@sotto/core/inside'
import { LIMITS } from '@sotto/wire'
import type { Person } from '../story/story.ts'
import {
  type CipherMachine,
  SOON_MS,
  gathered,
  keepFrom,
  must,
  mustBe,
  namedReaders,
  restart,
  sealedIn,
  showing,
  texts,
  two,
  waysOf,
  withSealed,
} from './rule-steps.ts'

export interface CipherRule {
  readonly what: string
  readonly play: (machine: CipherMachine) => Promise<void>
}

export const CIPHER_RULES: readonly CipherRule[] = [
  {
    what: 'messages open in any order and however often they arrive, and are shown once, in one order',
    play: async (machine) => {
      const { story, alice, bob } = await two(machine, true)
      const kept = keepFrom(machine, story, bob)
      story.say(alice, ...texts(8))
      story.pass(2_000)
      kept.end()
      must(kept.fast.length >= 8, 'nothing came the fast way')
      for (const event of [...kept.fast.toReversed(), ...kept.fast]) bob.deliver(event)
      story.pass(SOON_MS)
      mustBe(story.texts(bob), texts(8))
      mustBe(story.groupOf(bob)?.unread, 8)
    },
  },
  {
    what: 'what is lost on one way arrives on another',
    play: async (machine) => {
      const { story, alice, bob } = await two(machine, true)
      story.lose(({ what, to }) => what === waysOf(machine)[0] && to === bob)
      story.say(alice, ...texts(3))
      must(story.msUntil(() => story.shows(bob, ...texts(3)), SOON_MS) < SOON_MS, 'it did not come from the mailbox')
    },
  },
  {
    what: 'nothing is opened twice, not even after a restart',
    play: async (machine) => {
      const { story, alice, bob } = await two(machine, true)
      const fast: Event[] = []
      story.lose(({ what, to, event }) => what === waysOf(machine)[0] && to === bob && fast.push(event) < 0)
      story.say(alice, ...texts(3))
      story.pass(SOON_MS)
      mustBe(story.texts(bob), texts(3))
      bob.stop()
      bob.start()
      story.pass(1_000)
      for (const event of fast.splice(0)) bob.deliver(event)
      story.pass(SOON_MS)
      mustBe(story.texts(bob), texts(3))
      mustBe(story.groupOf(bob)?.unread, 3)
    },
  },
  {
    what: 'a damaged envelope opens nothing, and the true one opens after it',
    play: async (machine) => {
      const { story, alice, bob } = await two(machine, true)
      const kept = keepFrom(machine, story, bob)
      story.say(alice, 'true')
      story.pass(2_000)
      kept.end()
      must(kept.fast.length > 0, 'nothing came the fast way')
      for (const event of kept.fast) {
        const sealed = sealedIn(event)
        // Few: a peer that sends much that opens nothing is not listened to for a while (PROTOCOL §7).
        const step = Math.ceil(sealed.length / 32)
        for (let at = 0; at < sealed.length; at += step)
          bob.deliver(
            withSealed(
              event,
              sealed.map((byte, i) => (i === at ? byte ^ 1 : byte)),
            ),
          )
        bob.deliver(withSealed(event, sealed.slice(0, -1)))
      }
      story.pass(100)
      mustBe(story.texts(bob), [])
      for (const event of kept.fast) bob.deliver(event)
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
      const sealed = story.heard.slice(before).flatMap(({ what, event }) => (what === waysOf(machine)[0] ? [event] : []))
      must(sealed.length > 0, 'nothing came the fast way')
      for (const event of sealed)
        if (event.kind === 'gossipReceived') for (const topic of topics) mallory.deliver({ ...event, topic })
        else mallory.deliver(event)
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
    what: 'a message after the first costs its author one record for each reader',
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
        [waysOf(machine)[1]],
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
