/** A small group whose messages are sealed for each device by itself, and a direct chat: real engines, storage, network and relay. */
import { afterEach, expect, it } from 'vitest'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { startRelay } from '../fixtures/relay-process.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})

it('four talk, one is removed and receives no more, and two go on alone', async () => {
  const relay = await startRelay()
  running.push(relay)
  const peer = async (name: string): Promise<HeadlessProfile> => {
    const started = await startHeadlessProfile(name, { relays: relay.addresses() })
    running.push(started)
    return started
  }
  const [alice, bob, carol, dave] = [await peer('Alice'), await peer('Bob'), await peer('Carol'), await peer('Dave')]
  const all = [alice, bob, carol, dave]
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Four', isSmall: true })
  const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
  for (const each of [bob, carol, dave]) {
    await each.ask({ kind: 'join', invite })
    await each.until('joined', ({ groups }) => (groups.find(({ id }) => id === group)?.state === 'member' ? true : undefined))
  }
  for (const each of all) await each.until('four members', ({ groups }) => (groups[0]?.members.length === 4 ? true : undefined))
  expect(alice.group(group)?.security.groupCipher).toBe('pairwise')
  for (const each of all) await each.ask({ kind: 'send', group, text: `from ${each.name}` })
  for (const each of all) await each.untilTexts(group, ['from Alice', 'from Bob', 'from Carol', 'from Dave'])

  await alice.ask({ kind: 'removeMember', group, account: dave.view().profile?.account ?? '' })
  await dave.until('removed', ({ groups }) => (groups[0]?.state === 'removed' ? true : undefined))
  for (const each of [alice, bob, carol]) await each.until('three members', ({ groups }) => (groups[0]?.members.length === 3 ? true : undefined))
  await bob.ask({ kind: 'send', group, text: 'after the removal' })
  for (const each of [alice, carol]) await each.untilTexts(group, ['after the removal'])
  expect(await dave.texts(group)).not.toContain('after the removal')
  const message = (await bob.messages(group)).find(({ body }) => body.kind === 'text' && body.text === 'after the removal')
  const { details } = await bob.ask({ kind: 'messageDetails', group, message: message?.id ?? '' })
  expect(details?.readers.map(({ name }) => name).toSorted()).toEqual(['Alice', 'Bob', 'Carol'])

  const { group: alone = '' } = await bob.ask({ kind: 'openDirectChat', account: carol.view().profile?.account ?? '' })
  await bob.ask({ kind: 'send', group: alone, text: 'between us' })
  await carol.until('the conversation', ({ groups }) => (groups.find(({ id }) => id === alone)?.direct?.name === 'Bob' ? true : undefined))
  await carol.untilTexts(alone, ['between us'])
  expect(alice.group(alone)).toBeUndefined()
  for (const each of all) expect(each.faults).toEqual([])
})
