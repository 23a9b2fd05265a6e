/** A client of a relay's mailboxes without the rules of the real one, which would pace what a benchmark asks. */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import type { Primitives } from '@sotto/crypto/primitives'
import { type MailboxCredentials, mailboxIdOf, signOpen } from '@sotto/mailbox'
import {
  type MailboxAnswer,
  type MailboxRequest,
  createFrameSplitter,
  decode,
  encode,
  fromHex,
  mailboxAnswer,
  mailboxRequest,
  toStreamFrame,
} from '@sotto/wire'
import { MAILBOX_PROTOCOL } from '../../../relay-node/src/mailbox-streams.ts'
import type { GroupSeeds } from './messages.ts'

export interface MailboxLine {
  /** Of the open mailbox. */
  readonly handle: number
  readonly ask: (request: MailboxRequest) => void
  /** Every answer and push from now on. */
  readonly hear: (hears: (answer: MailboxAnswer) => void) => void
}

const EXPIRY_MS = 60_000

export function groupOf(primitives: Primitives, seeds: GroupSeeds): MailboxCredentials {
  const seedOf = (text: string): Uint8Array => {
    const seed = fromHex(text)
    if (seed === undefined) throw new Error('a seed is no hexadecimal')
    return seed
  }
  const [readSeed, appendSeed] = [seedOf(seeds.read), seedOf(seeds.append)]
  const publicKey = (seed: Uint8Array): Uint8Array => primitives.ed25519.keyPairFromSeed(seed).publicKey
  return { keys: { kind: 'group', readKey: publicKey(readSeed), appendKey: publicKey(appendSeed) }, readSeed, appendSeed, grant: null }
}

/** Frames of a stream, each way. */
export function framesOf(stream: Stream, hears: (frame: Uint8Array) => void): (frame: Uint8Array) => void {
  const splitter = createFrameSplitter()
  stream.addEventListener('message', ({ data }) => {
    for (const frame of splitter.push(data.subarray()) ?? []) hears(frame)
  })
  return (frame) => void stream.send(toStreamFrame(frame))
}

/** Opens a mailbox stream on a connection, and the mailbox on it. Rejects if the relay refuses it. */
export async function openMailbox(primitives: Primitives, node: Libp2p, connection: Connection, credentials: MailboxCredentials): Promise<MailboxLine> {
  const stream = await connection.newStream(MAILBOX_PROTOCOL)
  let hears: (answer: MailboxAnswer) => void = () => {}
  const opened = Promise.withResolvers<number>()
  const ask = (request: MailboxRequest): void => send(encode(mailboxRequest, request))
  const begin = (answer: MailboxAnswer): void => {
    if (answer.kind === 'hello') {
      const expiresMs = answer.timeMs + EXPIRY_MS
      const statement = {
        relayPeer: connection.remotePeer.toString(),
        clientPeer: node.peerId.toString(),
        nonce: answer.nonce,
        mailbox: mailboxIdOf(primitives, credentials.keys),
        expiresMs,
      }
      ask({ kind: 'open', request: 0, keys: credentials.keys, grant: null, expiresMs, ...signOpen(primitives, credentials, statement) })
    } else if (answer.kind === 'opened') opened.resolve(answer.handle)
    else if (answer.kind === 'refused') opened.reject(new Error(`the mailbox is refused: ${answer.code}`))
  }
  hears = begin
  const send = framesOf(stream, (frame) => {
    const answer = decode(mailboxAnswer, frame)
    if (answer !== undefined) hears(answer)
  })
  stream.addEventListener('close', () => opened.reject(new Error('the mailbox stream closed')))
  const handle = await opened.promise
  return { handle, ask, hear: (next) => (hears = next) }
}
