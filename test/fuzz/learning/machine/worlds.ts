/** The worlds whose tapes the fuzzer begins with: what a member, a founder, a joiner and an absent member live through. */
import type { World } from './recorded-world.ts'

const MINUTE_MS = 60_000

export const WORLDS: readonly World[] = [
  {
    name: 'a member among members',
    options: { direct: true },
    play: (story, { vera, mallory }) => {
      const [bob, vee, mal, carol] = [story.enter('Bob'), vera(), mallory(), story.enter('Carol')]
      story.gather(bob, vee, mal, carol)
      story.say(bob, 'good morning', 'is the draft there?')
      story.say(vee, 'on its way')
      story.say(mal, 'hm')
      story.pass(30_000)
      const [first] = story.messages(vee)
      if (first !== undefined) story.ask(vee, { kind: 'markRead', group: story.group })
      story.remove(bob, carol)
      story.pass(30_000)
      story.say(vee, 'she is out')
      story.say(mal, 'so it is')
      story.pass(2 * MINUTE_MS)
      story.remove(bob, mal)
      story.pass(30_000)
      story.say(bob, 'and so is he')
      story.pass(60_000)
    },
  },
  {
    name: 'a founder who admits',
    options: { direct: false, relays: 2 },
    play: (story, { vera, mallory }) => {
      const [vee, mal, bob] = [vera(), mallory(), story.enter('Bob')]
      story.gather(vee, mal, bob)
      story.say(vee, 'welcome')
      story.say(mal, 'thank you')
      story.ask(vee, { kind: 'setRole', group: story.group, account: mal.account, role: 'admin' })
      story.pass(20_000)
      story.ask(mal, { kind: 'setRelays', group: story.group, relays: [story.relay(1)] })
      const dave = story.enter('Dave')
      story.join(dave)
      story.say(dave, 'hello')
      story.pass(20_000)
      story.ask(vee, { kind: 'setRole', group: story.group, account: mal.account, role: 'member' })
      story.ask(vee, { kind: 'revokeInvites', group: story.group })
      story.pass(20_000)
      story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
      story.pass(60_000)
      story.say(vee, 'fewer')
      story.pass(20_000)
    },
  },
  {
    name: 'a joiner',
    options: { direct: true },
    play: (story, { vera, mallory }) => {
      const [bob, mal] = [story.enter('Bob'), mallory()]
      story.gather(bob, mal)
      story.say(bob, 'before')
      story.pass(5_000)
      const vee = vera()
      story.pass(1_000)
      story.ask(vee, { kind: 'join', invite: story.invite })
      story.pass(40_000)
      story.say(vee, 'here I am')
      story.say(mal, 'welcome')
      story.pass(30_000)
      story.ask(vee, { kind: 'leaveGroup', group: story.group, successor: null })
      story.pass(20_000)
      story.ask(vee, { kind: 'join', invite: story.invite })
      story.pass(60_000)
    },
  },
  {
    name: 'a member who misses much',
    options: { direct: false },
    play: (story, { vera, mallory }) => {
      const [bob, vee, mal] = [story.enter('Bob'), vera(), mallory()]
      story.gather(bob, vee, mal)
      const found = story.lose(({ to, what }) => to === bob && what === 'relayed letter')
      story.say(vee, 'one', 'two')
      story.pass(60_000)
      found()
      story.say(mal, 'three')
      bob.stop()
      story.pass(12 * MINUTE_MS)
      story.say(mal, 'four')
      story.say(vee, 'five')
      bob.start()
      story.pass(2 * MINUTE_MS)
      story.say(bob, 'six')
      story.pass(MINUTE_MS)
    },
  },
]
