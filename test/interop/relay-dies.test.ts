/** A relay process is gone for good: the group moves to another, all members find it, and nothing is lost. */
import { afterEach, expect, it } from 'vitest'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { startRelay } from '../fixtures/relay-process.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})

/** Real clocks: a relay counts as gone after a while, twice. */
const STORY_MS = 240_000

const own = <T extends { readonly remove: () => Promise<void> }>(each: T): T => {
  running.push(each)
  return each
}
const relay = async (name: string) => own(await startRelay({ name }))
const peer = async (name: string, relays: readonly string[]): Promise<HeadlessProfile> => own(await startHeadlessProfile(name, { relays }))

const isIn = (who: HeadlessProfile, group: string) =>
  who.until('to be in', ({ groups }) => (groups.find((each) => each.id === group)?.state === 'member' ? true : undefined))
const stateOf = async (who: HeadlessProfile, group: string, text: string) =>
  (await who.messages(group)).find(({ body }) => body.kind === 'text' && body.text === text)?.state

it(
  'moves with an admin, takes along what waited, admits new members and brings a straggler back',
  async () => {
    const first = await relay('first')
    const [alice, bob, carol] = [await peer('Alice', first.addresses()), await peer('Bob', []), await peer('Carol', [])]
    const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
    const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
    for (const each of [bob, carol]) {
      await each.ask({ kind: 'join', invite })
      await isIn(each, group)
    }
    // What is sent before a member is known of is not for it.
    for (const each of [alice, bob, carol]) await each.until('three members', ({ groups }) => (groups[0]?.members.length === 3 ? true : undefined))
    for (const each of [alice, bob, carol]) await each.ask({ kind: 'send', group, text: `from ${each.name}` })
    for (const each of [alice, bob, carol]) await each.untilTexts(group, ['from Alice', 'from Bob', 'from Carol'])

    await carol.stop()
    await alice.ask({ kind: 'send', group, text: 'only the first relay has it' })
    await bob.untilTexts(group, ['only the first relay has it'])
    // No member is connected to another any more, nor ever sees the first relay again.
    await bob.stop()
    await alice.stop()
    await first.kill()
    for (const each of [alice, bob]) await each.start()
    await bob.ask({ kind: 'send', group, text: 'waits' })
    const isGone = ({ groups }: { readonly groups: readonly { readonly relays: readonly { readonly state: string }[] }[] }) =>
      groups[0]?.relays[0]?.state === 'unreachable' ? true : undefined
    for (const each of [alice, bob]) await each.until('the relay to be known as gone', isGone)
    expect(await stateOf(bob, group, 'waits')).toBe('sending')

    const second = await relay('second')
    const [address = ''] = second.addresses()
    for (const each of [alice, bob]) await each.ask({ kind: 'addRelay', address })
    await alice.ask({ kind: 'setRelays', group, relays: [address] })
    await alice.untilTexts(group, ['waits'])
    await alice.ask({ kind: 'send', group, text: 'at the second' })
    await bob.untilTexts(group, ['at the second'])
    expect(bob.group(group)?.relays).toMatchObject([{ address, state: 'connected' }])

    const { invite: again = '' } = await bob.ask({ kind: 'createInvite', group })
    const dave = await peer('Dave', [])
    await dave.ask({ kind: 'join', invite: again })
    await isIn(dave, group)
    await dave.ask({ kind: 'send', group, text: 'from Dave' })
    for (const each of [alice, bob]) await each.untilTexts(group, ['from Dave'])

    await carol.start()
    await carol.ask({ kind: 'send', group, text: 'where are you' })
    expect((await carol.ask({ kind: 'join', invite: again })).looksAt).toEqual([address])
    await carol.untilTexts(group, ['only the first relay has it', 'waits', 'at the second', 'from Dave'])
    for (const each of [alice, bob, dave]) await each.untilTexts(group, ['where are you'])
    expect(carol.group(group)?.relays).toMatchObject([{ address, state: 'connected' }])
    for (const each of [alice, bob, carol, dave]) expect(each.faults).toEqual([])
  },
  STORY_MS,
)
