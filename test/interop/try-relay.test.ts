/** A relay is tried before it is kept: what is said of it is true, and nothing of it is kept. */
import { createServer, type Server } from 'node:net'
import { LIMITS } from '@sotto/wire'
import { afterEach, expect, it } from 'vitest'
import { makeInvite } from '../../relay-node/src/admit.ts'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { startRelay } from '../fixtures/relay-process.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})

const own = <T extends { readonly remove: () => Promise<void> }>(each: T): T => {
  running.push(each)
  return each
}
const tried = async (who: HeadlessProfile, address: string) => (await who.ask({ kind: 'tryRelay', address })).tried

/** A place on this machine: where nothing is, or where something takes connections and says nothing. */
async function place(answers: boolean): Promise<string> {
  const server: Server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  const port = typeof at === 'object' && at !== null ? at.port : 0
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()))
  if (answers) running.push({ remove: () => Promise.race([close(), Promise.resolve()]) })
  else await close()
  return `/ip4/127.0.0.1/tcp/${port}/ws`
}

it('that is there was reached, also by host and port alone and before there is a profile, and is not kept', async () => {
  const relay = own(await startRelay())
  const [address = ''] = relay.addresses()
  const beginner = own(await startHeadlessProfile('Beginner', null))
  const alice = own(await startHeadlessProfile('Alice', { relays: [] }))
  const [, host = '', port = ''] = /ip4\/([^/]+)\/tcp\/(\d+)/.exec(address) ?? []
  for (const who of [beginner, alice]) {
    for (const written of [address, `${host}:${port}`]) {
      const found = await tried(who, written)
      expect(found).toMatchObject({ result: 'reached', reason: null })
      expect(found?.address).toMatch(new RegExp(`/p2p/${relay.peerId()}$`))
      expect([(found?.ms ?? -1) >= 0, (found?.ms ?? Infinity) < LIMITS.tryRelayMs]).toEqual([true, true])
    }
    expect(who.view().relays).toEqual([])
  }
  expect(beginner.view().phase).toBe('noProfile')
  await alice.stop()
  await alice.start()
  expect(alice.view().relays).toEqual([])
  expect(alice.faults).toEqual([])
})

it('that is not open to everybody says so, and is reached with an invite of its operator’s and no other', async () => {
  const relay = own(await startRelay({ extraArguments: ['--invite-only'] }))
  const alice = own(await startHeadlessProfile('Alice', { relays: [] }))
  const [address = ''] = relay.addresses()
  const inviteTo = async (data: string): Promise<string> => {
    const { addresses } = await makeInvite({ data, addresses: [address], devices: 1, days: 1 }, Date.now())
    return addresses[0] ?? ''
  }
  const other = makeTemporaryFolder('another-relay')
  expect(await tried(alice, address)).toMatchObject({ result: 'notAdmitted' })
  expect(await tried(alice, await inviteTo(other.path))).toMatchObject({ result: 'notAdmitted' })
  const invite = await inviteTo(relay.folder)
  expect(await tried(alice, invite)).toMatchObject({ result: 'reached', address: invite })
  other.remove()
})

it('that is another than the address names, that is not there, that is silent, and what is no address, are told apart', async () => {
  const relay = own(await startRelay())
  const other = own(await startRelay({ name: 'other' }))
  const alice = own(await startHeadlessProfile('Alice', { relays: [] }))
  const [address = ''] = relay.addresses()
  expect(await tried(alice, address.replace(relay.peerId(), other.peerId()))).toMatchObject({ result: 'anotherRelay' })
  expect(await tried(alice, await place(false))).toMatchObject({ result: 'unreachable', reason: 'refused', ms: null })
  const beganMs = performance.now()
  expect((await tried(alice, await place(true)))?.result).toBe('unreachable')
  expect(performance.now() - beganMs).toBeLessThan(LIMITS.tryRelayMs + 5_000)
  expect(await alice.refusal({ kind: 'tryRelay', address: 'no address' })).toBe('relayAddressInvalid')
  expect(alice.view().relays).toEqual([])
})
