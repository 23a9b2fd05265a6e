/**
 * A mailbox server under test: its store answers when an act lets it, as a disk does, and a model of what it may say is kept
 * beside it: one answer to each request, records only of the mailbox that a handle names, rights only by signature.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { createMailboxServer, createMemoryMailboxStore, type MailboxServer, type ServerOutput, type StoreCommand } from '@sotto/mailbox'
import { decode, type MailboxAnswer, mailboxAnswer, type MailboxRequest, mailboxRequest, toBase64url } from '@sotto/wire'

/** So small that a sequence of some dozen acts reaches them. */
const RELAY_LIMITS = {
  groupMailboxRecords: 8,
  groupMailboxBytes: 6_000,
  inboxRecords: 6,
  capabilityRecords: 3,
  strangerRecords: 2,
  strangerRecordBytes: 512,
  rendezvousRecords: 2,
  recordBytes: 2_048,
  readRecords: 3,
  appendBurst: 12,
  mailboxesPerConnection: 6,
  requestsInFlight: 6,
  pushCredit: 4,
  readsPerConnection: 2,
  oneTimePreKeys: 4,
  oneTimePreKeysLow: 2,
  preKeyFetchesPerMinute: 6,
  opensPerSecond: 5,
}
const DISK_BYTES = 8_000
export const RELAY_PEER = 'relay'

interface Client {
  readonly connection: number
  readonly peer: string
  readonly nonce: Uint8Array
  /** Unanswered requests, each with how often it was made. */
  readonly asked: Map<number, number>
  /** The mailbox that each handle names, and whether it was opened with the read key. */
  readonly handles: Map<number, { readonly mailbox: string; readonly mayRead: boolean }>
  readonly opening: Map<number, { readonly mailbox: string; readonly mayRead: boolean }>
  /** What each pair of signatures opens on this connection, also if it is said again under another number. */
  readonly signed: Map<string, { readonly mailbox: string; readonly mayRead: boolean }>
}

export class RelayUnderTest {
  readonly clients = new Map<number, Client>()
  readonly violations: string[] = []
  readonly features = new Set<string>()
  /** Outputs of the last input. */
  sentBytes = 0
  readonly #primitives: Primitives
  readonly #random: (length: number) => Uint8Array
  readonly #store
  #server: MailboxServer
  #waiting: { readonly ticket: number; readonly command: StoreCommand }[] = []
  /** Bodies that were left in each mailbox. */
  readonly #left = new Map<string, Set<string>>()

  constructor(primitives: Primitives, random: (length: number) => Uint8Array) {
    this.#primitives = primitives
    this.#random = random
    this.#store = createMemoryMailboxStore({ randomBytes: random, mostBytes: DISK_BYTES })
    this.#server = this.#start()
  }

  #start(): MailboxServer {
    const options = { primitives: this.#primitives, randomBytes: this.#random, relayPeer: RELAY_PEER }
    return createMailboxServer({ ...options, incarnation: this.#store.incarnation(), limits: RELAY_LIMITS })
  }

  connect(connection: number, peer: string, address: string, nowMs: number): void {
    if (this.clients.has(connection)) return
    const outputs = this.#server.connect({ connection, clientPeer: peer, address }, nowMs)
    const [hello] = outputs.flatMap((output) => (output.kind === 'send' ? (decode(mailboxAnswer, output.frame) ?? []) : []))
    if (hello?.kind !== 'hello') return void this.violations.push('a connection was not greeted')
    this.clients.set(connection, { connection, peer, nonce: hello.nonce, asked: new Map(), handles: new Map(), opening: new Map(), signed: new Map() })
    this.#hear(outputs.filter(({ kind }) => kind !== 'send'))
  }

  /** `mailbox`: what the frame opens, if it is right. */
  receive(connection: number, frame: Uint8Array, nowMs: number, opens: { readonly mailbox: string; readonly mayRead: boolean } | null = null): void {
    const client = this.clients.get(connection)
    if (client === undefined) return
    const request = decode(mailboxRequest, frame)
    if (request !== undefined && 'request' in request) client.asked.set(request.request, (client.asked.get(request.request) ?? 0) + 1)
    if (request?.kind === 'open') {
      const signatures = [request.readSignature, request.appendSignature].map((each) => (each === null ? '' : toBase64url(each))).join(' ')
      if (opens !== null) client.signed.set(signatures, opens)
      const opened = client.signed.get(signatures)
      if (opened !== undefined) client.opening.set(request.request, opened)
    }
    if (request?.kind === 'append' && request.class === 'stored') this.#note(client, request)
    if (request?.kind === 'close') client.handles.delete(request.handle)
    this.#hear(this.#server.receive(connection, frame, nowMs))
    if (request === undefined && this.clients.has(connection)) this.violations.push('a frame that is none did not end its connection')
  }

  #note(client: Client, { handle, body }: Extract<MailboxRequest, { readonly kind: 'append' }>): void {
    const mailbox = client.handles.get(handle)?.mailbox
    if (mailbox === undefined) return
    const left = this.#left.get(mailbox) ?? new Set()
    this.#left.set(mailbox, left.add(toBase64url(body)))
  }

  /** Lets the disk answer some of what waits for it. */
  work(most: number, nowMs: number): void {
    for (let i = 0; i < most; i++) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      const [result] = this.#store.execute([next.command], nowMs)
      if (result === undefined) return
      this.features.add(`store ${next.command.kind} ${result.kind}`)
      this.#hear(this.#server.stored(next.ticket, result, nowMs))
    }
  }

  setWritable(connection: number, isWritable: boolean, nowMs: number): void {
    this.#hear(this.#server.setWritable(connection, isWritable, nowMs))
  }

  disconnect(connection: number): void {
    this.#server.disconnect(connection)
    this.clients.delete(connection)
  }

  restart(isWiped: boolean): void {
    if (isWiped) this.#store.wipe()
    if (isWiped) this.#left.clear()
    this.clients.clear()
    this.#waiting = []
    this.#server = this.#start()
  }

  expire(nowMs: number): void {
    this.#store.expire(nowMs, 1_000)
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Whatever is asked is answered once the disk and the sockets are done. */
  end(nowMs: number): void {
    for (const connection of this.clients.keys()) this.setWritable(connection, true, nowMs)
    this.work(10_000, nowMs)
    if (this.#waiting.length > 0) this.violations.push('the server asks its disk without end')
    for (const { asked } of this.clients.values())
      for (const [request, times] of asked) if (times > 0) this.violations.push(`request ${request} was answered ${times} times too seldom`)
  }

  #hear(outputs: readonly ServerOutput[]): void {
    for (const output of outputs) {
      if (output.kind === 'store') this.#waiting.push({ ticket: output.ticket, command: output.command })
      if (output.kind === 'count') this.features.add(output.what)
      if (output.kind === 'hangUp') this.disconnect(output.connection)
      if (output.kind === 'send') {
        this.sentBytes += output.frame.length
        const answer = decode(mailboxAnswer, output.frame)
        const client = this.clients.get(output.connection)
        if (answer === undefined) this.violations.push('the server sent a frame that is none')
        else if (client === undefined) this.violations.push(`${answer.kind} was sent to a connection that has ended`)
        else this.#check(client, answer)
      }
    }
  }

  #check(client: Client, answer: MailboxAnswer): void {
    this.features.add(answer.kind === 'refused' ? `refused ${answer.code}` : answer.kind)
    if ('request' in answer) {
      const times = client.asked.get(answer.request) ?? 0
      if (times <= 0) this.violations.push(`${answer.kind} answers what was not asked`)
      client.asked.set(answer.request, times - 1)
    }
    if (answer.kind === 'opened') {
      const opened = client.opening.get(answer.request)
      if (opened === undefined) this.violations.push('a mailbox was opened without its signatures')
      else client.handles.set(answer.handle, opened)
    }
    if (answer.kind === 'pushed' || answer.kind === 'signalled') {
      const handle = client.handles.get(answer.handle)
      if (handle === undefined) this.violations.push(`${answer.kind} under a handle that is closed`)
      else if (!handle.mayRead) this.violations.push(`${answer.kind} to a client without the read key`)
      else if (answer.kind === 'pushed' && this.#left.get(handle.mailbox)?.has(toBase64url(answer.body)) !== true)
        this.violations.push('a record was pushed that nobody left in this mailbox')
    }
  }
}
