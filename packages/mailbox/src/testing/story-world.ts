/** A world for stories: one relay in memory, named clients, frames that arrive at once, and a clock set by hand. */
import type { Primitives } from '@sotto/crypto/primitives'
import { sodiumPrimitives } from '@sotto/crypto/primitives/loaded'
import { type AdmissionToken, type SendCapability, type MailboxKind, type RecordClass, fromUtf8, utf8 } from '@sotto/wire'
import { createMailboxClient } from '../client/create-mailbox-client.ts'
import type { ClientEvent, ClientState, ClientStep, Position } from '../client/mailbox-client.ts'
import { type MailboxCredentials, grantSendCapability } from '../credentials.ts'
import { type MemoryRelay, type RelayDelivery, createMemoryRelay } from '../memory-relay.ts'
import type { AdmissionRule } from '../server/admissions.ts'
import type { ServerLimits } from '../server/server-limits.ts'

export const primitives: Primitives = sodiumPrimitives
const client = createMailboxClient(primitives)

/** Up to 32 bytes: different at every call, the same in every run. */
export function countingBytes(): (lengthBytes: number) => Uint8Array {
  let count = 0
  return (lengthBytes) => primitives.sha256(utf8(`random ${count++}`)).slice(0, lengthBytes)
}

const seedOf = (name: string): Uint8Array => primitives.sha256(utf8(name))
const publicKeyOf = (name: string): Uint8Array => primitives.ed25519.keyPairFromSeed(seedOf(name)).publicKey

/** A client that knows a mailbox's name here has its keys. */
export function credentialsOf(kind: MailboxKind, name: string, rights: 'read' | 'append' | 'both' = 'both'): MailboxCredentials {
  const keys = { kind, readKey: publicKeyOf(`${name} read`), appendKey: publicKeyOf(`${name} append`) }
  return {
    keys,
    readSeed: rights === 'append' ? null : seedOf(`${name} read`),
    appendSeed: rights === 'read' ? null : seedOf(`${name} append`),
    grant: null,
  }
}

/** The credentials of a contact that an inbox's owner granted a send capability. */
export function sendCapabilityOf(inbox: string, contact: string, terms: Partial<Omit<SendCapability, 'signature' | 'appendKey'>> = {}): MailboxCredentials {
  const { keys } = credentialsOf('inbox', inbox)
  const defaults = { capability: 1, records: 10, expiresMs: 1e12 }
  const granted = { ...defaults, ...terms, appendKey: publicKeyOf(contact) }
  const grant = grantSendCapability(primitives, { keys, readSeed: seedOf(`${inbox} read`) }, granted)
  return { keys, readSeed: null, appendSeed: seedOf(contact), grant }
}

export const body = (text: string, lengthBytes = 256): Uint8Array => {
  const bytes = new Uint8Array(lengthBytes)
  bytes.set(utf8(text))
  return bytes
}
const textOf = (bytes: Uint8Array): string => fromUtf8(bytes.subarray(0, Math.max(0, bytes.indexOf(0)))) ?? ''

export interface Person {
  readonly name: string
  readonly connection: number | null
  readonly append: (mailbox: MailboxCredentials, text: string, options?: { readonly class?: RecordClass; readonly sizeBytes?: number }) => void
  readonly want: (mailbox: MailboxCredentials, after?: Position | null) => void
  readonly run: (command: (machine: typeof client, state: ClientState) => ClientStep) => void
  /** Sends a frame without the machine. */
  readonly sendRaw: (frame: Uint8Array) => void
  /** Whether this person's socket takes pushes. */
  readonly setWritable: (writable: boolean) => void
  readonly disconnect: () => void
  /** `token`: shown where the relay asks for one. */
  readonly connect: (address?: string, token?: AdmissionToken | null) => void
  readonly events: readonly ClientEvent[]
  /** Texts of the records or signals that arrived. */
  readonly read: (kind?: 'record' | 'signal') => readonly string[]
  /** The result of an append: its cursor, or the refusal's code; undefined while unknown. */
  readonly outcome: (text: string) => number | string | undefined
}

export interface World {
  readonly relay: MemoryRelay
  nowMs: number
  readonly person: (name: string) => Person
}

export function createWorld(limits: Partial<ServerLimits> = {}, mostBytes?: number, admission: AdmissionRule | null = null): World {
  const randomBytes = countingBytes()
  const relay = createMemoryRelay({ primitives, randomBytes, relayPeer: 'relay', limits, admission, ...(mostBytes === undefined ? {} : { mostBytes }) })
  const byConnection = new Map<number, (delivery: RelayDelivery) => void>()
  let lastConnection = 0
  const underway: RelayDelivery[] = []
  let isDelivering = false
  /** In order: frames that an arriving frame triggers come after those in flight. */
  const deliver = (deliveries: readonly RelayDelivery[]): void => {
    underway.push(...deliveries)
    if (isDelivering) return
    isDelivering = true
    for (let next = underway.shift(); next !== undefined; next = underway.shift()) byConnection.get(next.connection)?.(next)
    isDelivering = false
  }

  const world: World = {
    relay,
    nowMs: 1_000_000,
    person: (name) => {
      let state = client.start()
      let connection: number | null = null
      const events: ClientEvent[] = []
      const take = (step: ClientStep): void => {
        state = step.state
        events.push(...step.events)
        for (const frame of step.frames) if (connection !== null) deliver(relay.receive(connection, frame, world.nowMs))
      }
      const person: Person = {
        name,
        get connection() {
          return connection
        },
        run: (command) => take(command(client, state)),
        append: (mailbox, text, { class: recordClass = 'stored', sizeBytes = 256 } = {}) => {
          const append = { token: text, credentials: mailbox, body: body(text, sizeBytes), class: recordClass }
          take(client.append(state, append, world.nowMs))
        },
        want: (mailbox, after = null) => take(client.want(state, mailbox, after, world.nowMs)),
        sendRaw: (frame) => {
          if (connection !== null) deliver(relay.receive(connection, frame, world.nowMs))
        },
        setWritable: (writable) => {
          if (connection !== null) deliver(relay.setWritable(connection, writable, world.nowMs))
        },
        connect: (address = name, token = null) => {
          connection = ++lastConnection
          take(client.onOpened(state, `peer of ${name}`, 'relay', token))
          byConnection.set(connection, (delivery) => {
            if (delivery.kind === 'frame') take(client.onFrame(state, delivery.frame, world.nowMs))
            else person.disconnect()
          })
          deliver(relay.connect(connection, `peer of ${name}`, address, world.nowMs))
        },
        disconnect: () => {
          if (connection === null) return
          relay.disconnect(connection)
          byConnection.delete(connection)
          connection = null
          take(client.onClosed(state))
        },
        events,
        read: (kind = 'record') => events.flatMap((event) => (event.kind === kind ? [textOf(event.body)] : [])),
        outcome: (text) => {
          const last = events.findLast((event) => (event.kind === 'appended' || event.kind === 'refused') && event.token === text)
          if (last?.kind === 'appended') return last.cursor
          return last?.kind === 'refused' ? last.code : undefined
        },
      }
      person.connect()
      return person
    },
  }
  return world
}
