import { loadPrimitives } from '@sotto/crypto/primitives'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, expect, test } from 'vitest'
import { serves } from './testing/honest-client.ts'
import { endAll } from './testing/left-behind.ts'
import { startPlainNode } from './testing/plain-node.ts'
import { startTestRelay } from './testing/test-relay.ts'

afterEach(endAll)

test('a relay keeps nothing of peers that left, whatever they did, and what it needs of those that are there', async () => {
  const relay = await startTestRelay()
  const [address = ''] = relay.addresses
  const primitives = await loadPrimitives()
  const here = await startPlainNode()
  await (await here.dial(multiaddr(address))).newStream('/sotto/mailbox/1')
  for (let i = 0; i < 5; i++) expect(await serves(address, primitives)).toBe(true)
  await expect.poll(async () => (await relay.node.peerStore.all()).map(({ id }) => id.toString())).toEqual([here.peerId.toString()])
})
