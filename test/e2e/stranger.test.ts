/**
 * A stranger that knows where all members are and the names of the group's topic and mailbox, and lacks only the keys: it
 * learns no topic, no mailbox and no envelope, from a browser or from the relay. The control: the same node with the
 * epoch's keys learns all three, on the same connections.
 */
import { FIRST_DEVICE, LAST_DEVICE } from '@sotto/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deriveEpochKeys, type EpochKeys, epochProof } from '@sotto/crypto'
import { loadSodiumPrimitives, type Primitives } from '@sotto/crypto/primitives'
import { type PeerFrame, peerFrame } from '@sotto/core/inside'
import type { NetworkPort, VaultPort } from '@sotto/engine'
import { type MailboxCredentials, mailboxIdOf, signOpen } from '@sotto/mailbox'
import { createLibp2pNetwork } from '@sotto/transport'
import { decode, encode, type MailboxRequest, mailboxAnswer, mailboxRequest, toBase64url, utf8 } from '@sotto/wire'
import { EPOCH } from '../../packages/core/src/state/tables/groups.ts'
import { FRAME, framed } from '../../packages/transport/src/peer-session.ts'
import { MAILBOX_PROTOCOL, MAILBOX_STREAM, PEER_PROTOCOL, PEER_STREAM } from '../../packages/transport/src/protocols.ts'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { isIn } from '../observers/search.ts'
import { type Stranger, startStranger, type Talk } from '../observers/stranger.ts'
import { type Member, startMember } from './support/group-of-browsers.ts'

describe('a stranger', () => {
  /** Peer ids that the member has met: Alice's browser. */
  const met = new Set<string>()
  let primitives: Primitives
  let relay: RelayProcess
  let address: string
  let member: HeadlessProfile
  let alice: Member
  let stranger: Stranger
  let group: string
  let epochKeys: EpochKeys
  let secret: Uint8Array | undefined

  const wrapVault = (vault: VaultPort): VaultPort => ({
    ...vault,
    openStorage: async (cipher) => {
      const storage = await vault.openStorage(cipher)
      return {
        ...storage,
        commit: async (writes) => {
          for (const { key, value } of writes.rows) {
            if (key.startsWith('epoch/') && value !== null && EPOCH.codec !== null) secret = decode(EPOCH.codec, value)?.secret
          }
          await storage.commit(writes)
        },
      }
    },
  })
  const createNetwork = (): NetworkPort => {
    const { start, perform, stop } = createLibp2pNetwork()
    const begin: NetworkPort['start'] = (deliver) =>
      start((event) => {
        if (event.kind === 'peerOpened') met.add(event.peer)
        deliver(event)
      })
    return { start: begin, perform, stop }
  }

  beforeAll(async () => {
    primitives = await loadSodiumPrimitives()
    relay = await startRelay()
    address = relay.addresses()[0] ?? ''
    member = await startHeadlessProfile('Member', { relays: [address] }, { wrapVault, createNetwork })
    alice = await startMember('chromium', 'Alice')
    group = (await member.ask({ kind: 'createGroup', title: 'Desk' })).group ?? ''
    const { invite = '' } = await member.ask({ kind: 'createInvite', group })
    await alice.ask({ kind: 'join', invite })
    await waitUntil('Alice is in', async () => (await alice.group(group))?.state === 'member')
    await alice.ask({ kind: 'send', group, text: 'before the stranger' })
    await member.untilTexts(group, ['before the stranger'])
    await waitUntil('the member has met Alice', () => met.size === 1)
    if (secret === undefined) throw new Error('the member has stored no epoch')
    epochKeys = deriveEpochKeys(primitives, secret)
    stranger = await startStranger()
  })
  afterAll(async () => {
    await stranger?.stop()
    await alice?.profile.remove()
    await member?.remove()
    await relay?.remove()
  })

  const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
  const bytesOfRpcs = (): Uint8Array => utf8(JSON.stringify(stranger.rpcs, (_, value: unknown) => (value instanceof Uint8Array ? toBase64url(value) : value)))
  const topicsTold = (): readonly string[] =>
    stranger.rpcs.flatMap(({ subscriptions = [], messages = [], control }) => [
      ...subscriptions.map(({ topic }) => topic ?? ''),
      ...messages.map(({ topic }) => topic),
      ...[...(control?.ihave ?? []), ...(control?.graft ?? []), ...(control?.prune ?? [])].map(({ topicID }) => topicID ?? ''),
    ])
  const mailbox = (): MailboxCredentials => {
    const { readSeed, appendSeed } = epochKeys.mailbox(address)
    const keyOf = (seed: Uint8Array): Uint8Array => primitives.ed25519.keyPairFromSeed(seed).publicKey
    return { keys: { kind: 'group', readKey: keyOf(readSeed), appendKey: keyOf(appendSeed) }, readSeed, appendSeed, grant: null }
  }

  describe('at a browser', () => {
    const ownNonce = random(32)
    /** On the circuit, and directly once the epoch is proved. */
    const sessions: Talk[] = []
    let session: Talk

    const heard = (): readonly Uint8Array[] => sessions.flatMap((each) => each.heard)
    const say = (frame: PeerFrame): void => session.say(framed(FRAME.data, encode(peerFrame, frame)))
    const frames = (): readonly PeerFrame[] =>
      session.heard.flatMap((frame) => (frame[0] === FRAME.data ? [decode(peerFrame, frame.slice(1))] : [])).filter((frame) => frame !== undefined)
    const kinds = (): ReadonlySet<string> =>
      new Set(heard().flatMap((frame) => (frame[0] === FRAME.data ? [decode(peerFrame, frame.slice(1))?.kind ?? 'unreadable'] : [])))
    /**
     * Opens a session in place of the last one, and greets. A connection's data is processed in order: once the greeting is
     * answered, so is everything before it.
     */
    const greet = async (connection: Parameters<Stranger['talk']>[0]): Promise<void> => {
      session = await stranger.talk(connection, PEER_PROTOCOL, PEER_STREAM)
      sessions.push(session)
      session.say(framed(FRAME.open, random(16)))
      await waitUntil('the browser to accept', () => session.heard.some((frame) => frame[0] === FRAME.accept))
      say({ kind: 'hello', nonce: ownNonce })
      await waitUntil('the browser to have answered', () => frames().some(({ kind }) => kind === 'proofs'))
    }

    const dialCircuit = () => stranger.dial(`${address}/p2p-circuit/p2p/${[...met][0] ?? ''}`)
    const dialDirectly = () => stranger.dial(`${address}/p2p-circuit/webrtc/p2p/${[...met][0] ?? ''}`)
    const prove = (): void => {
      const hello = frames().find((frame) => frame.kind === 'hello')
      if (hello?.kind !== 'hello') throw new Error('the browser did not greet')
      const between = { initiator: stranger.peer, responder: [...met][0] ?? '', initiatorNonce: ownNonce, responderNonce: hello.nonce }
      say({ kind: 'proofs', proofs: [epochProof(primitives, epochKeys.syncKey, 'initiator', between)] })
    }

    it('speaks every protocol and is told no address, no topic, no mailbox and no envelope', async () => {
      const circuit = await dialCircuit()
      expect(circuit.direct).toBe(false)
      await expect(stranger.identify(circuit)).rejects.toThrow()
      await expect(stranger.talk(circuit, MAILBOX_PROTOCOL, MAILBOX_STREAM)).rejects.toThrow()
      await expect(dialDirectly()).rejects.toThrow()
      await greet(circuit)
      say({ kind: 'proofs', proofs: Array.from({ length: 8 }, () => random(32)) })
      say({ kind: 'have', epoch: epochKeys.epochId, isAnswer: false, heads: [], earlier: [], from: FIRST_DEVICE, to: LAST_DEVICE, received: [] })
      say({ kind: 'envelopes', epoch: epochKeys.epochId, envelopes: [random(256)] })
      say({ kind: 'operations', epoch: epochKeys.epochId, records: [random(256)] })
      say({ kind: 'received', epoch: epochKeys.epochId, envelopes: [] })
      say({ kind: 'letter', record: random(256) })
      await greet(circuit)
      await expect(dialDirectly()).rejects.toThrow()
      stranger.gossip(circuit, [toBase64url(epochKeys.topic), 'a topic of its own'])
      await stranger.heartbeat()
      await alice.ask({ kind: 'send', group, text: 'while the stranger listens' })
      await member.untilTexts(group, ['while the stranger listens'])
      await stranger.heartbeat()
      await greet(circuit)

      expect([...kinds()].toSorted()).toEqual(['hello', 'proofs'])
      expect(topicsTold()).toEqual([])
      const told = [...heard(), bytesOfRpcs()]
      const names = [epochKeys.topic, epochKeys.epochId, mailboxIdOf(primitives, mailbox().keys), mailbox().keys.readKey, mailbox().keys.appendKey]
      for (const name of names) for (const bytes of told) expect(isIn(bytes, name)).toBe(false)
    })

    it('is told the addresses, the topic and what there is to compare once it proves the epoch', async () => {
      prove()
      await waitUntil('the browser to compare', () => kinds().has('have'))
      const direct = await dialDirectly()
      expect(direct.direct).toBe(true)
      await greet(direct)
      prove()
      stranger.gossip(direct, [toBase64url(epochKeys.topic)])
      await waitUntil('the topic', () => topicsTold().includes(toBase64url(epochKeys.topic)))
      expect(isIn(bytesOfRpcs(), epochKeys.topic)).toBe(true)
      expect(heard().some((frame) => isIn(frame, epochKeys.epochId))).toBe(true)
    })
  })

  describe('at the relay', () => {
    let connection: Awaited<ReturnType<Stranger['dial']>>
    let talk: Talk
    let requests = 0

    const answers = () => talk.heard.map((frame) => decode(mailboxAnswer, frame)).filter((answer) => answer !== undefined)
    const answerTo = (request: number) => answers().find((answer) => 'request' in answer && answer.request === request)
    const ask = async (make: (request: number) => MailboxRequest) => {
      const request = ++requests
      talk.say(encode(mailboxRequest, make(request)))
      return waitUntil('the relay to answer', () => answerTo(request))
    }
    const greet = async (): Promise<void> => {
      talk = await stranger.talk(connection, MAILBOX_PROTOCOL, MAILBOX_STREAM)
      await waitUntil('the relay to greet', () => answers().some(({ kind }) => kind === 'hello'))
    }
    /** An OPEN of a mailbox by name, signed with these seeds. */
    const openWith = (keys: MailboxCredentials['keys'], seeds: { readonly readSeed: Uint8Array; readonly appendSeed: Uint8Array }) => {
      const hello = answers().find((answer) => answer.kind === 'hello')
      if (hello?.kind !== 'hello') throw new Error('the relay did not greet')
      const expiresMs = hello.timeMs + 30_000
      const statement = { relayPeer: relay.peerId(), nonce: hello.nonce, mailbox: mailboxIdOf(primitives, keys), clientPeer: stranger.peer, expiresMs }
      const signatures = signOpen(primitives, { keys, ...seeds, grant: null }, statement)
      return (request: number) => ({ kind: 'open', request, keys, expiresMs, ...signatures, grant: null }) as const
    }

    it('speaks every protocol and is told no topic, no mailbox and no envelope', async () => {
      connection = await stranger.dial(address)
      const said = await stranger.identify(connection)
      expect(said.protocols.filter((protocol) => /meshsub|floodsub/.test(protocol))).toEqual([])
      stranger.gossip(connection, [])
      await greet()

      const own = { readSeed: random(32), appendSeed: random(32) }
      for (const handle of [0, 1, 2, 3]) {
        const tries: readonly ((request: number) => MailboxRequest)[] = [
          (request) => ({ kind: 'read', request, handle, after: 0, most: 10 }),
          (request) => ({ kind: 'subscribe', request, handle, after: 0, credit: 10 }),
          (request) => ({ kind: 'append', request, handle, class: 'stored', body: random(256) }),
          (request) => ({ kind: 'append', request, handle, class: 'signal', body: random(256) }),
          (request) => ({ kind: 'acknowledge', request, handle, upTo: 1 }),
          (request) => ({ kind: 'drop', request, handle }),
          (request) => ({ kind: 'fetchKeys', request, handle }),
        ]
        for (const each of tries) expect(await ask(each)).toMatchObject({ kind: 'refused', code: 'unknownHandle' })
      }
      await alice.ask({ kind: 'send', group, text: 'while it asks the relay' })
      await member.untilTexts(group, ['while it asks the relay'])
      await ask((request) => ({ kind: 'fetchKeys', request, handle: 9 }))
      // Who proves nothing is told so at most, and is heard no more on this stream.
      talk.say(encode(mailboxRequest, openWith(mailbox().keys, own)(++requests)))
      await waitUntil('the relay to hang up', talk.isOver)
      expect([undefined, 'badSignature']).toContain(
        answers().flatMap((answer) => (answer.kind === 'refused' && answer.request === requests ? [answer.code] : []))[0],
      )
      expect(new Set(answers().map(({ kind }) => kind))).toEqual(new Set(['hello', 'refused']))
      const names = [epochKeys.topic, epochKeys.epochId, mailboxIdOf(primitives, mailbox().keys)]
      for (const name of names) for (const bytes of talk.heard) expect(isIn(bytes, name)).toBe(false)
      expect(said.everything).not.toContain(toBase64url(epochKeys.topic))
    })

    it('opens the mailbox and reads the envelopes once it has the keys of the epoch', async () => {
      const { keys, readSeed, appendSeed } = mailbox()
      if (readSeed === null || appendSeed === null) throw new Error('no seeds')
      await greet()
      const opened = await ask(openWith(keys, { readSeed, appendSeed }))
      if (opened.kind !== 'opened') throw new Error('the relay did not open it')
      const read = await ask((request) => ({ kind: 'read', request, handle: opened.handle, after: 0, most: 10 }))
      expect(read.kind === 'records' ? read.records.length : 0).toBeGreaterThanOrEqual(3)
    })
  })
})
