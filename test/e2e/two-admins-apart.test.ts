/**
 * Two admins that cannot reach each other remove one member each; then all meet. Both removals are effective, all members
 * agree, each removed member is told, and none of them reads on.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

describe('two admins apart', () => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let carol: Member
  let dave: Member
  let group: string

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember('chromium', 'Alice'), startMember('chromium', 'Bob')])
    ;[carol, dave] = await Promise.all([startMember('chromium', 'Carol'), startMember('chromium', 'Dave')])
    group = await meet(relay, alice, [bob, carol, dave])
    await alice.ask({ kind: 'setRole', group, account: await accountOf(bob), role: 'admin' })
    for (const each of [bob, carol, dave]) await waitUntil(`${each.name} knows`, async () => (await membersSeenBy(each)).join() === 'Alice*,Bob*,Carol,Dave')
  })
  afterAll(async () => {
    for (const each of [alice, bob, carol, dave]) await each?.profile.remove()
    await relay?.remove()
  })

  const accountOf = async (member: Member): Promise<string> => (await member.view()).profile?.account ?? ''
  const membersSeenBy = async (member: Member): Promise<readonly string[]> =>
    ((await member.group(group))?.members ?? []).map(({ name, role }) => `${name}${role === 'admin' ? '*' : ''}`).toSorted()
  /** Nothing that one side left there reaches the other. */
  const forgetAtTheRelay = async (): Promise<void> => {
    await relay.kill()
    relay.wipeStore()
    await relay.start()
  }

  it('remove one each, and agree when they meet', async () => {
    const [accountOfCarol, accountOfDave] = [await accountOf(carol), await accountOf(dave)]
    await Promise.all([bob.away('stop'), carol.away('stop')])
    await alice.ask({ kind: 'removeMember', group, account: accountOfCarol })
    await waitUntil('Dave knows', async () => (await membersSeenBy(dave)).join() === 'Alice*,Bob*,Dave')
    await Promise.all([alice.away('stop'), dave.away('stop')])
    await forgetAtTheRelay()

    await Promise.all([bob.back(), carol.back()])
    await bob.ask({ kind: 'removeMember', group, account: accountOfDave })
    await waitUntil('Carol knows', async () => (await membersSeenBy(carol)).join() === 'Alice*,Bob*,Carol')
    await forgetAtTheRelay()

    await Promise.all([alice.back(), dave.back()])
    for (const each of [alice, bob]) await waitUntil(`${each.name} agrees`, async () => (await membersSeenBy(each)).join() === 'Alice*,Bob*', LONG_PATIENCE_MS)
    await alice.ask({ kind: 'send', group, text: 'only the two of us' })
    await waitUntil('Bob hears it', async () => (await bob.texts(group)).includes('only the two of us'), LONG_PATIENCE_MS)
    await bob.ask({ kind: 'send', group, text: 'so it is' })
    await waitUntil('Alice hears it', async () => (await alice.texts(group)).includes('so it is'), LONG_PATIENCE_MS)
    for (const each of [carol, dave]) {
      await waitUntil(`${each.name} is told`, async () => (await each.group(group))?.state === 'removed', LONG_PATIENCE_MS)
      expect(await each.texts(group)).toEqual([])
    }
    const epochs = await Promise.all([alice, bob].map(async (each) => (await each.group(group))?.security.epoch))
    expect(epochs[0]).toBe(epochs[1])
  })
})
