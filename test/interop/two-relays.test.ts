/** Two relay processes with one key share the mailboxes in a cluster of three NATS servers: a member at one talks to a member at the other. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { freePorts, startNatsServers } from '../../relay-node/src/testing/nats-servers.ts'
import { startBalancer } from '../fixtures/balancer.ts'
import { startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { waitUntil } from '../fixtures/wait-until.ts'

const running: { readonly remove: () => Promise<void> | void }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})
const own = <T extends { readonly remove: () => Promise<void> | void }>(each: T): T => {
  running.push(each)
  return each
}

/** How many clients are at a relay now. */
async function clientsOf(relay: RelayProcess): Promise<number> {
  const text = await (await fetch(`${relay.http()}/metrics`)).text()
  return Number(/^sotto_relay_mailbox_streams (\d+)/m.exec(text)?.[1] ?? 0)
}

async function startTwo() {
  const folder = own(makeTemporaryFolder('nats'))
  const cluster = await startNatsServers(3, folder.path)
  own({ remove: cluster.end })
  const balancer = own(await startBalancer())
  const ports = await freePorts(2)
  const start = async (name: string, port = 0, key?: string): Promise<RelayProcess> => {
    const data = own(makeTemporaryFolder(name)).path
    if (key !== undefined) copyFileSync(join(key, 'relay.key'), join(data, 'relay.key'))
    const extraArguments = ['--store', cluster.urls.join(','), '--announce', `/ip4/127.0.0.1/tcp/${balancer.port}/ws`]
    return own(await startRelay({ folder: data, port, extraArguments }))
  }
  const first = await start('first', ports[0])
  const second = await start('second', ports[1], first.folder)
  balancer.setPorts(ports)
  return { cluster, first, second }
}

it('members at two relays talk, and go on when one of the relays and one of the servers are killed', async () => {
  const { cluster, first, second } = await startTwo()
  expect(second.addresses()).toEqual(first.addresses())
  const alice = own(await startHeadlessProfile('Alice', { relays: first.addresses() }))
  await waitUntil('Alice at one of them', async () => (await clientsOf(first)) + (await clientsOf(second)) === 1)
  const bob = own(await startHeadlessProfile('Bob', { relays: first.addresses() }))
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
  const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
  await bob.ask({ kind: 'join', invite })
  await bob.until('to be in', ({ groups }) => (groups[0]?.state === 'member' ? true : undefined))
  for (const each of [alice, bob]) await each.until('two members', ({ groups }) => (groups[0]?.members.length === 2 ? true : undefined))
  expect([await clientsOf(first), await clientsOf(second)]).toEqual([1, 1])

  await alice.ask({ kind: 'send', group, text: 'from Alice' })
  await bob.ask({ kind: 'send', group, text: 'from Bob' })
  for (const each of [alice, bob]) await each.untilTexts(group, ['from Alice', 'from Bob'])
  // A signal is kept nowhere, and crosses too.
  await waitUntil('Bob to see that Alice types', async () => {
    await alice.ask({ kind: 'typing', group, isTyping: true })
    return (bob.group(group)?.typing.length ?? 0) > 0
  })

  const isAtFirst = (await clientsOf(first)) === 1
  await first.kill()
  await cluster.servers[0]?.kill()
  await alice.ask({ kind: 'send', group, text: 'one relay less' })
  await bob.ask({ kind: 'send', group, text: 'one server less' })
  for (const each of [alice, bob]) await each.untilTexts(group, ['one relay less', 'one server less'])
  await waitUntil('both at the second', async () => (await clientsOf(second)) === 2)
  expect(isAtFirst).toBe(true)
  for (const each of [alice, bob]) expect(each.faults).toEqual([])
  // What follows the line with its own address names no client.
  expect(second.output().split('\n').slice(2).join('\n')).not.toMatch(/12D3|127\.0\.0\.1|nats:|storeFailed/)
})
