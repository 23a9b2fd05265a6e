/** A client of a relay that keeps to no pace: it opens another device's inbox by the address that the log has, takes its prekeys and leaves letters. */
import { type AcceptedBundle, acceptBundle, openPublication } from '@sotto/crypto'
import { mailboxIdOf, signOpen } from '@sotto/mailbox'
import { decode, encode, type InboxAddress, LIMITS, type MailboxAnswer, mailboxAnswer, mailboxRequest, type MailboxRequest } from '@sotto/wire'
import type { RawStream } from '../simulated-network.ts'
import type { Adversary } from './adversary.ts'

const MOST_ANSWERS = 8

export class InboxClient {
  readonly #by: Adversary
  readonly #inbox: InboxAddress
  readonly #stream: RawStream
  readonly #handle: number
  #request = 2

  /** null: the relay is away, or refuses. */
  static open(by: Adversary, inbox: InboxAddress): InboxClient | null {
    const stream = inbox.relays.flatMap((relay) => by.network.openRaw(by.peer, relay) ?? [])[0]
    const handle = stream === undefined ? null : openInbox(by, inbox, stream)
    return stream === undefined || handle === null ? null : new InboxClient(by, inbox, stream, handle)
  }

  private constructor(by: Adversary, inbox: InboxAddress, stream: RawStream, handle: number) {
    this.#by = by
    this.#inbox = inbox
    this.#stream = stream
    this.#handle = handle
  }

  /** Prekeys of the device, for one session. null: it has none there, or the relay hands out no more now. */
  takeBundle(): AcceptedBundle | null {
    const answer = this.#ask({ kind: 'fetchKeys', request: this.#request++, handle: this.#handle })
    const bundle = answer?.kind !== 'keys' || answer.keys === null ? undefined : openPublication(this.#by.primitives, this.#inbox.bundleKey, answer.keys)
    if (bundle === undefined) return null
    this.#by.taken.preKeys++
    const accepted = acceptBundle(this.#by.primitives, bundle, this.#by.nowMs())
    return 'code' in accepted ? null : accepted
  }

  /** Whether the relay took it. */
  leave(record: Uint8Array): boolean {
    return this.#ask({ kind: 'append', request: this.#request++, handle: this.#handle, class: 'stored', body: record })?.kind === 'appended'
  }

  close(): void {
    this.#stream.close()
  }

  #ask(request: Extract<MailboxRequest, { readonly request: number }>): MailboxAnswer | undefined {
    const answer = answersIn(this.#stream.say(encode(mailboxRequest, request))).find((each) => 'request' in each && each.request === request.request)
    if (answer?.kind === 'refused') this.#by.taken.refusals++
    return answer
  }
}

/** The number by which the relay knows the inbox on this stream. */
function openInbox(by: Adversary, inbox: InboxAddress, stream: RawStream): number | null {
  const hello = answersIn(stream.greeting).find((each) => each.kind === 'hello')
  if (hello === undefined) return null
  const keys = { kind: 'inbox', readKey: inbox.readKey, appendKey: inbox.strangerKey } as const
  const expiresMs = hello.timeMs + LIMITS.openExpiryMs
  const signed = signOpen(
    by.primitives,
    { keys, readSeed: null, appendSeed: inbox.sendCapabilitySeed, grant: inbox.grant },
    { relayPeer: stream.relayPeer, nonce: hello.nonce, mailbox: mailboxIdOf(by.primitives, keys), clientPeer: stream.clientPeer, expiresMs },
  )
  const answer = answersIn(stream.say(encode(mailboxRequest, { kind: 'open', request: 1, keys, expiresMs, ...signed, grant: inbox.grant })))
  return answer.find((each) => each.kind === 'opened')?.handle ?? null
}

const answersIn = (frames: readonly Uint8Array[]): readonly MailboxAnswer[] =>
  frames.slice(0, MOST_ANSWERS).flatMap((frame) => decode(mailboxAnswer, frame) ?? [])
