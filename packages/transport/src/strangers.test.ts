/**
 * What a peer learns that knows where a device is and has proved nothing. With real nodes over a real relay: the stranger
 * speaks what stock libp2p speaks, and the device answers with real WebRTC where it answers.
 */
import type { Stream } from '@libp2p/interface'
import { afterEach, describe, expect, test } from 'vitest'
import { FRAME, framed } from './peer-session.ts'
import { PEER_PROTOCOL } from './protocols.ts'
import { introduce, offer, onCircuit, openSession, say, SIGNALLING_PROTOCOL, stranger } from './testing/stranger.ts'
import { allowDirect, peer, relayed, stopAll } from './testing/test-network.ts'
import { atRelay } from './testing/test-peer.ts'

afterEach(stopAll)

/** A device at a relay, and a stranger that is connected to it there. */
const met = async () => {
  const relay = await relayed()
  const alice = await peer()
  const node = await stranger()
  const connection = await onCircuit(node, await atRelay(alice, relay.address))
  return { relay, alice, node, me: node.peerId.toString(), connection }
}

describe('a stranger on a circuit', () => {
  test('gets no answer to an offer of WebRTC, with a session or without', async () => {
    const { alice, connection } = await met()
    expect(await offer(connection)).toBe('')
    await openSession(connection)
    await alice.until('peerOpened')
    expect(await offer(connection)).toBe('')
  })

  test('gets an answer from the moment that it is allowed one until it is forbidden', async () => {
    const { alice, me, connection } = await met()
    await openSession(connection)
    await alice.until('peerOpened')
    alice.perform({ kind: 'allowDirect', peer: me })
    expect(await offer(connection)).toContain('v=0')
    alice.perform({ kind: 'forbidDirect', peer: me })
    expect(await offer(connection)).toBe('')
  })

  test('is allowed nothing any more when the session ended in which it was', async () => {
    const { alice, me, connection } = await met()
    const session = await openSession(connection)
    await alice.until('peerOpened')
    alice.perform({ kind: 'allowDirect', peer: me })
    session.abort(new Error('gone'))
    await alice.until('peerClosed')
    expect(await offer(connection)).toBe('')
    await openSession(connection)
    expect(await offer(connection)).toBe('')
  })

  test('is not told who we are and how we reach the relay', async () => {
    const { connection } = await met()
    await expect(connection.newStream('/ipfs/id/1.0.0', { runOnLimitedConnection: true })).rejects.toThrow(/protocol/i)
  })

  test('loses its connection for a stream whose first length does not end', async () => {
    const { alice, connection } = await met()
    await openSession(connection)
    await alice.until('peerOpened')
    const { muxer } = connection as unknown as { readonly muxer: { readonly createStream: () => Promise<Stream> } }
    const stream = await muxer.createStream()
    stream.send(Uint8Array.of(0x80, 0x80))
    await alice.until('peerClosed')
  })

  test('introduces nobody, as a relay does', async () => {
    const { connection } = await met()
    const another = await stranger()
    expect(await introduce(connection, another.peerId)).toBe('')
  })

  test('is made no offer, whatever it says itself; a member is, at the same time', async () => {
    const { relay, alice } = await met()
    const node = await stranger(relay.address)
    const offers: string[] = []
    await node.handle(SIGNALLING_PROTOCOL, () => void offers.push('an offer'), { runOnLimitedConnection: true })
    await node.handle(
      PEER_PROTOCOL,
      (stream) => {
        const answer = (): void => {
          say(stream, Uint8Array.of(FRAME.accept))
          say(stream, framed(FRAME.direct, Uint8Array.of(1)))
        }
        stream.addEventListener('message', answer, { once: true })
      },
      { runOnLimitedConnection: true },
    )
    const peerOfNode = node.peerId.toString()
    alice.perform({ kind: 'dialPeer', peer: peerOfNode, addresses: [`${relay.address}/p2p-circuit/p2p/${peerOfNode}`] })
    await alice.until('peerOpened', (event) => event.peer === peerOfNode)
    const bob = await peer()
    alice.perform({ kind: 'dialPeer', peer: bob.peer, addresses: await atRelay(bob, relay.address) })
    await bob.until('peerOpened')
    await alice.until('peerOpened', (event) => event.peer === bob.peer)
    allowDirect(alice, bob)
    await alice.until('peerPathChanged')
    expect(offers).toEqual([])
    alice.perform({ kind: 'allowDirect', peer: peerOfNode })
    await expect.poll(() => offers.length).toBeGreaterThan(0)
  })
})

test('a relay gets no answer to an offer of WebRTC either', async () => {
  const { relay, alice } = await met()
  const [connection] = relay.connectionsTo(alice.peer)
  if (connection === undefined) throw new Error('the relay has no such client')
  expect(await offer(connection)).toBe('')
})
