/** The attacks of SECURITY.md's table, over real sockets. Each begins and goes on until its thread is ended. */
import { writeFileSync } from 'node:fs'
import { multiaddr } from '@multiformats/multiaddr'
import type { Stream } from '@libp2p/interface'
import type { Primitives } from '@sotto/crypto/primitives'
import { type MailboxCredentials, mailboxIdOf, signOpen } from '@sotto/mailbox'
import { createFrameSplitter, decode, encode, mailboxAnswer, mailboxRequest, type MailboxRequest, toStreamFrame } from '@sotto/wire'
import { MAILBOX_PROTOCOL } from '../../../relay-node/src/mailbox-streams.ts'
import { someMember } from '../../../relay-node/src/testing/honest-client.ts'
import { startPlainNode } from '../../../relay-node/src/testing/plain-node.ts'
import { FIN, OPCODE, openRawSocket, openRawWebSocket, portOf, webSocketFrame } from '../../../relay-node/src/testing/raw-socket.ts'
import { openLine } from './client-line.ts'

export interface Target {
  readonly relay: string
  /** A group of honest people that an attacker is in too. */
  readonly group: MailboxCredentials
  /** By how much the relay's clock is moved is written here. */
  readonly clockFile: string
  readonly primitives: Primitives
}
type Attack = (target: Target) => Promise<void>

const KIB = 1024
const PAUSE_MS = 5
let acts = 0
/** How much this process has done: every attack pauses between its acts. */
export const actsSoFar = (): number => acts
const pause = (ms = PAUSE_MS): Promise<void> => {
  acts++
  return new Promise((resolve) => setTimeout(resolve, ms))
}
const forever = async (act: () => Promise<unknown>): Promise<void> => {
  for (;;) {
    await act().catch(() => pause(50))
    await pause()
  }
}
/** Several at a time, each from an address of its own, or all from one. */
const together = async (count: number, act: (i: number) => Promise<void>): Promise<void> => {
  await Promise.all(Array.from({ length: count }, (_, i) => act(i)))
}

/** A stream to the mailboxes that says what it likes. */
async function speak({ relay, primitives }: Target, client: string) {
  const line = await openLine(relay, client)
  const node = await startPlainNode({ connectionMonitor: { enabled: false } })
  const connection = await node.dial(multiaddr(line.address))
  const openStream = async () => {
    const stream = await connection.newStream(MAILBOX_PROTOCOL)
    const greeted = Promise.withResolvers<{ readonly nonce: Uint8Array; readonly timeMs: number }>()
    const splitter = createFrameSplitter()
    stream.addEventListener('message', ({ data }) => {
      for (const frame of splitter.push(data.subarray()) ?? []) {
        const answer = decode(mailboxAnswer, frame)
        if (answer?.kind === 'hello') greeted.resolve(answer)
      }
    })
    const { nonce, timeMs } = await greeted.promise
    let request = 0
    const ask = (what: MailboxRequest): boolean => stream.status === 'open' && stream.send(toStreamFrame(encode(mailboxRequest, what)))
    const open = (credentials: MailboxCredentials, isForged = false): boolean => {
      const { keys, grant } = credentials
      const expiresMs = timeMs + 60_000
      const statement = {
        relayPeer: isForged ? 'another' : connection.remotePeer.toString(),
        clientPeer: node.peerId.toString(),
        nonce,
        mailbox: mailboxIdOf(primitives, keys),
        expiresMs,
      }
      return ask({ kind: 'open', request: ++request, keys, grant, expiresMs, ...signOpen(primitives, credentials, statement) })
    }
    return { stream, ask, open, next: () => ++request }
  }
  return { line, node, connection, openStream, ...(await openStream()) }
}
type Speaker = Awaited<ReturnType<typeof speak>>

const randomBody = (sizeBytes: number): Uint8Array => {
  const body = new Uint8Array(sizeBytes)
  crypto.getRandomValues(body.subarray(0, 32))
  return body
}
const appendTo = (to: Pick<Speaker, 'ask' | 'next'>, handle: number, sizeBytes: number): boolean =>
  to.ask({ kind: 'append', request: to.next(), handle, class: 'stored', body: randomBody(sizeBytes) })

const badFrames: Attack = ({ relay }) =>
  together(4, () =>
    forever(async () => {
      const raw = await openRawWebSocket(portOf(relay))
      raw.write(webSocketFrame({ first: FIN | 3, payload: 'x' }))
      await raw.closed
    }),
  )

const uncollectedReads: Attack = async (target) => {
  await together(20, async (i) => {
    const speaker = await speak(target, `203.0.113.${i % 2}`)
    speaker.open(target.group)
    await pause(500)
    speaker.line.hold()
    for (let n = 0; n < 1_000; n++) speaker.ask({ kind: 'read', request: speaker.next(), handle: 1, after: 0, most: 128 })
  })
}

const fullDisk: Attack = (target) =>
  together(8, async () => {
    const speaker = await speak(target, '203.0.113.7')
    for (let n = 1; ; n++) {
      speaker.open(someMember(target.primitives))
      await pause(2)
      for (let m = 0; m < 4; m++) appendTo(speaker, n, 64 * KIB)
      await pause()
    }
  })

const badOpens: Attack = (target) =>
  together(8, () =>
    forever(async () => {
      const speaker = await speak(target, '203.0.113.8')
      for (let n = 0; n < 50; n++) speaker.open(target.group, true)
      await pause(100)
      await speaker.node.stop()
      speaker.line.end()
    }),
  )

/** Half of them wait in the middle of a line; the others say lengths that do not end, and dial again when their connection is ended for it. */
const halfFrames: Attack = (target) =>
  together(20, (i) =>
    forever(async () => {
      const { connection, node, line } = await speak(target, '203.0.113.9')
      const { muxer } = connection as unknown as { readonly muxer: { readonly createStream: () => Promise<Stream> } }
      const said = i % 2 === 0 ? Uint8Array.of(19, 0x2f, 0x6d) : new Uint8Array(50 * KIB).fill(0xff)
      while (connection.status === 'open') {
        await muxer
          .createStream()
          .then((stream) => stream.send(said))
          .catch(() => pause(50))
        await pause()
      }
      await node.stop()
      line.end()
    }),
  )

const largeFrames: Attack = ({ relay }) =>
  together(10, () =>
    forever(async () => {
      const raw = await openRawWebSocket(portOf(relay))
      raw.write(webSocketFrame({ first: FIN | OPCODE.binary, claimed: { bits: 64, lengthBytes: 95n * 2n ** 20n } }))
      for (let n = 0; n < 100 && raw.socket.writable; n++) raw.write(new Uint8Array(64 * KIB))
      await raw.closed
    }),
  )

const subscriptions: Attack = async (target) => {
  const speaker = await speak(target, '203.0.113.10')
  for (let n = 1; n <= 1_700; n++) {
    speaker.open(target.group)
    speaker.ask({ kind: 'subscribe', request: speaker.next(), handle: n, after: 0, credit: 256 })
    if (n % 20 === 0) await pause()
  }
}

const manyStreams: Attack = (target) =>
  together(37, async (i) => {
    const speaker = await speak(target, '203.0.113.11')
    speaker.open(someMember(target.primitives))
    for (;;) {
      appendTo(speaker, 1, 256)
      await pause(2 + (i % 3))
    }
  })

const preKeys: Attack = (target) =>
  together(8, async (i) => {
    const inbox: MailboxCredentials = { ...target.group, keys: { ...target.group.keys, kind: 'inbox' } }
    const speaker = await speak(target, `203.0.113.${20 + i}`)
    speaker.open(inbox)
    for (;;) {
      speaker.ask({ kind: 'fetchKeys', request: speaker.next(), handle: 1 })
      await pause(2)
    }
  })

/** Members: two addresses, and as many connections as they like. */
const hostileMembers: Attack = (target) =>
  together(16, async (i) => {
    const speaker = await speak(target, `203.0.113.${30 + (i % 2)}`)
    speaker.open(target.group)
    for (;;) {
      appendTo(speaker, 1, 256)
      await pause(2)
    }
  })

const manyReads: Attack = async (target) => {
  const own = someMember(target.primitives)
  const writer = await speak(target, '203.0.113.40')
  writer.open(own)
  for (let n = 0; n < 400; n++) {
    appendTo(writer, 1, 1 * KIB)
    if (n % 20 === 19) await pause(1_000 / 20)
  }
  await together(8, async () => {
    const reader = await speak(target, '203.0.113.40')
    reader.open(own)
    for (;;) {
      for (let n = 0; n < 8; n++) reader.ask({ kind: 'read', request: reader.next(), handle: 1, after: 0, most: 128 })
      await pause(20)
    }
  })
}

const idleSockets: Attack = async ({ relay }) => {
  for (;;) {
    await together(100, async (i) => void (i % 2 === 0 ? await openRawSocket(portOf(relay)) : await openRawWebSocket(portOf(relay))))
    await pause(200)
  }
}

const HOP = '/libp2p/circuit/relay/0.2.0/hop'
const circuits: Attack = (target) =>
  together(4, async (i) => {
    const [far, near] = [await speak(target, `203.0.113.${50 + i}`), await speak(target, `203.0.113.${50 + i}`)]
    await far.node.handle('/libp2p/circuit/relay/0.2.0/stop', (stream) =>
      stream.addEventListener('message', () => void stream.send(Uint8Array.of(4, 0x08, 1, 0x20, 100)), { once: true }),
    )
    const reserving = await far.connection.newStream(HOP)
    reserving.send(Uint8Array.of(2, 0x08, 0))
    await pause(200)
    const stream = await near.connection.newStream(HOP)
    const peer = far.node.peerId.toMultihash().bytes
    stream.send(Uint8Array.of(peer.length + 6, 0x08, 1, 0x12, peer.length + 2, 0x0a, peer.length, ...peer))
    await pause(200)
    const chunk = new Uint8Array(32 * KIB)
    while (stream.status === 'open') {
      acts++
      if (!stream.send(chunk)) await new Promise((resolve) => stream.addEventListener('drain', resolve, { once: true }))
    }
  })

/** Sockets that are reset in the middle of a request, of a handshake and of a message. */
const resets: Attack = ({ relay }) =>
  together(10, (i) =>
    forever(async () => {
      const raw = i % 2 === 0 ? await openRawSocket(portOf(relay)) : await openRawWebSocket(portOf(relay))
      raw.write(i % 2 === 0 ? 'GET / HTTP/1.1\r\n' : webSocketFrame({ first: FIN | OPCODE.binary, payload: 'x'.repeat(1 + i) }).subarray(0, 3 + i))
      await pause()
      raw.reset()
    }),
  )

const DAY_MS = 86_400_000
/** The machine's clock is put forward by 40 days, and back, again and again. */
const movedClock: Attack = async ({ clockFile }) => {
  for (let isAhead = true; ; isAhead = !isAhead) {
    writeFileSync(clockFile, String(isAhead ? 40 * DAY_MS : 0))
    await pause(100)
  }
}

/** One household takes all the connections that an address has, and asks for more: by IPv6 from a new address each time. */
const oneHousehold: Attack = (target) =>
  together(10, (i) =>
    forever(async () => {
      const raw = await openLine(target.relay, `2001:db8:0:1::${(i * 1_000 + (acts % 1_000)).toString(16)}`)
      const node = await startPlainNode({ connectionMonitor: { enabled: false } })
      await node.dial(multiaddr(raw.address)).catch(async () => {
        await node.stop()
        raw.end()
      })
    }),
  )

export const ATTACKS = {
  'R0 bad WebSocket frames': badFrames,
  'R1 reads that are not collected': uncollectedReads,
  'R2 a disk filled by one address': fullDisk,
  'R3 OPENs that prove nothing': badOpens,
  'R4 half-open streams': halfFrames,
  'R5 frames of 95 MiB': largeFrames,
  'R6 subscriptions of one mailbox': subscriptions,
  'R7 many streams and peers': manyStreams,
  'R8 prekeys of one inbox': preKeys,
  'R9 a group’s mailbox filled by members': hostileMembers,
  'R10 reads without end': manyReads,
  'R11 sockets that say nothing': idleSockets,
  'R12 circuits': circuits,
  'R13 sockets that are reset': resets,
  'R14 a clock that jumps': movedClock,
  'R15 one household behind the proxy': oneHousehold,
} as const satisfies Readonly<Record<string, Attack>>
export type AttackName = keyof typeof ATTACKS
