/** What a relay can be sent, honest and hostile. Its store is the one in memory: what a disk adds is the same for both. */
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import {
  createMailboxServer,
  createMemoryMailboxStore,
  type MailboxCredentials,
  mailboxIdOf,
  type ServerOutput,
  signOpen,
  type StoreCommand,
} from '@sotto/mailbox'
import { decode, encode, ladderLength, mailboxAnswer, type MailboxId, type MailboxKeys, mailboxRequest, type MailboxRequest } from '@sotto/wire'
import { countPrimitives } from '../../fuzz/learning/machine/counted-primitives.ts'
import type { Attack, Handled } from './measure.ts'

const ROW = 60
const NOW_MS = 1_800_000_000_000
/** A row is heard at once, faster than a relay allows: what is refused as too fast is a row of its own. */
const PACE = 10_000

/** `mailboxes`: how many others have something waiting. */
export async function relayAttacks(mailboxes: number): Promise<readonly (() => Attack)[]> {
  const primitives = await loadSodiumPrimitives()
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
  const waiting = Array.from({ length: mailboxes }, () => leftIn(random))
  const limits = { appendBurst: PACE, opensPerSecond: PACE, mailboxesPerConnection: PACE, preKeyFetchesPerMinute: 60 * PACE }
  const start = () => {
    const store = createMemoryMailboxStore({ randomBytes: random })
    const counted = countPrimitives(primitives)
    const server = createMailboxServer({ primitives: counted.primitives, randomBytes: random, relayPeer: 'relay', incarnation: store.incarnation(), limits })
    store.execute(waiting, NOW_MS)
    let [keptBytes, sentBytes] = [0, 0]
    const drain = (outputs: readonly ServerOutput[]): readonly Uint8Array[] => {
      const frames: Uint8Array[] = []
      const queue = [...outputs]
      for (let output = queue.shift(); output !== undefined; output = queue.shift()) {
        if (output.kind === 'send') {
          frames.push(output.frame)
          sentBytes += output.frame.length
        }
        if (output.kind !== 'store') continue
        const { command } = output
        const [result] = store.execute([command], NOW_MS)
        if (command.kind === 'append' && result?.kind === 'appended' && !result.duplicate) keptBytes += command.body.length
        if (command.kind === 'publishKeys')
          keptBytes +=
            command.publication.shared.length +
            command.publication.lastResort.length +
            sizeOf(command.publication.oneTime) +
            sizeOf(command.publication.oneTimeKem)
        if (result !== undefined) queue.push(...server.stored(output.ticket, result, NOW_MS))
      }
      return frames
    }
    let connections = 0
    const connect = () => {
      const connection = ++connections
      const clientPeer = `client ${connection}`
      const [hello] = drain(server.connect({ connection, clientPeer, address: `address ${connection}` }, NOW_MS))
      const greeting = hello === undefined ? undefined : decode(mailboxAnswer, hello)
      if (greeting?.kind !== 'hello') throw new Error('the relay does not greet')
      const hear = (frame: Uint8Array): Handled => {
        ;[keptBytes, sentBytes] = [0, 0]
        counted.counted()
        drain(server.receive(connection, frame, NOW_MS))
        return { keptBytes, sentBytes, ...counted.counted() }
      }
      let request = 1
      const open = (owned: Owned, isForged = false): MailboxRequest => {
        const credentials: MailboxCredentials = { ...owned, grant: null }
        const expiresMs = NOW_MS + 60_000
        const signed = signOpen(primitives, credentials, {
          relayPeer: 'relay',
          nonce: greeting.nonce,
          mailbox: mailboxIdOf(primitives, owned.keys),
          clientPeer,
          expiresMs,
        })
        const forged = { readSignature: random(64), appendSignature: random(64) }
        return { kind: 'open', request: request++, keys: owned.keys, expiresMs, grant: null, ...(isForged ? forged : signed) }
      }
      const openNow = (owned: Owned): number => {
        const [answer] = drain(server.receive(connection, encode(mailboxRequest, open(owned)), NOW_MS))
        const opened = answer === undefined ? undefined : decode(mailboxAnswer, answer)
        if (opened?.kind !== 'opened') throw new Error('the relay does not open a mailbox')
        return opened.handle
      }
      return { hear, open, openNow, next: () => request++ }
    }
    return { connect }
  }
  const own = (kind: MailboxKeys['kind']): Owned => {
    const [readSeed, appendSeed] = [random(32), random(32)]
    const { keyPairFromSeed } = primitives.ed25519
    return { keys: { kind, readKey: keyPairFromSeed(readSeed).publicKey, appendKey: keyPairFromSeed(appendSeed).publicKey }, readSeed, appendSeed }
  }

  type Client = ReturnType<ReturnType<typeof start>['connect']>
  /** A fresh relay for each repeat, with what others have waiting there. */
  const row =
    (kind: string, insteadOf: string | null, prepare: (client: Client) => (i: number) => MailboxRequest | Uint8Array): (() => Attack) =>
    () => {
      let frames: readonly Uint8Array[] = []
      let client: Client | null = null
      const again = (): void => {
        client = start().connect()
        const make = prepare(client)
        frames = Array.from({ length: ROW }, (_, i) => make(i)).map((said) => (said instanceof Uint8Array ? said : encode(mailboxRequest, said)))
      }
      const hearNow = (frame: Uint8Array): Handled => {
        if (client === null) throw new Error('there is no relay')
        return client.hear(frame)
      }
      again()
      return { kind, insteadOf, again, messages: frames.map((each, i) => ({ bytes: each.length, hear: () => hearNow(frames[i] ?? each) })) }
    }
  const append = (client: Client, handle: number, body: Uint8Array): MailboxRequest => ({
    kind: 'append',
    request: client.next(),
    handle,
    class: 'stored',
    body,
  })
  const publication = (i: number) => ({
    shared: random(600),
    lastResort: random(1_300),
    oneTime: Array.from({ length: 20 }, (_, each) => ({ id: 20 * i + each, key: random(140) })),
    oneTimeKem: Array.from({ length: 5 }, (_, each) => ({ id: 5 * i + each, key: random(1_300) })),
  })

  const [AN_OPEN, AN_APPEND, A_PUBLICATION, A_FETCH, A_READ] = ['open', 'append', 'publish prekeys', 'fetch prekeys', 'read']
  return [
    row(AN_OPEN, null, (client) => () => client.open(own('group'))),
    row('open: forged', AN_OPEN, (client) => () => client.open(own('group'), true)),
    row(AN_APPEND, null, (client) => {
      const handle = client.openNow(own('group'))
      return () => append(client, handle, random(512))
    }),
    row('append: a record that is there', AN_APPEND, (client) => {
      const [handle, body] = [client.openNow(own('group')), random(512)]
      return () => append(client, handle, body)
    }),
    row('append: under no handle', AN_APPEND, (client) => () => append(client, 99, random(512))),
    row('append: off the ladder', AN_APPEND, (client) => {
      const handle = client.openNow(own('group'))
      return () => append(client, handle, random(ladderLength(512) + 1))
    }),
    row('append: into a mailbox that is full', AN_APPEND, (client) => {
      const handle = client.openNow(own('rendezvous'))
      for (let i = 0; i < 64; i++) client.hear(encode(mailboxRequest, append(client, handle, random(256))))
      return () => append(client, handle, random(512))
    }),
    row(A_PUBLICATION, null, (client) => {
      const handle = client.openNow(own('inbox'))
      return (i) => ({ kind: 'publishKeys', request: client.next(), handle, replace: false, publication: publication(i) })
    }),
    row('publish prekeys: all of them again', A_PUBLICATION, (client) => {
      const handle = client.openNow(own('inbox'))
      return (i) => ({ kind: 'publishKeys', request: client.next(), handle, replace: true, publication: publication(i) })
    }),
    row(A_FETCH, null, (client) => {
      const handle = client.openNow(own('inbox'))
      client.hear(encode(mailboxRequest, { kind: 'publishKeys', request: client.next(), handle, replace: false, publication: publication(1) }))
      return () => ({ kind: 'fetchKeys', request: client.next(), handle })
    }),
    row('fetch prekeys: where there are none', A_FETCH, (client) => {
      const handle = client.openNow(own('inbox'))
      return () => ({ kind: 'fetchKeys', request: client.next(), handle })
    }),
    row(A_READ, null, (client) => {
      const handle = client.openNow(own('group'))
      client.hear(encode(mailboxRequest, append(client, handle, random(512))))
      return () => ({ kind: 'read', request: client.next(), handle, after: 0, most: 128 })
    }),
    row('read: a full answer, again and again', A_READ, (client) => {
      const handle = client.openNow(own('group'))
      for (let i = 0; i < 120; i++) client.hear(encode(mailboxRequest, append(client, handle, random(512))))
      return () => ({ kind: 'read', request: client.next(), handle, after: 0, most: 128 })
    }),
    row('a frame that is none', AN_APPEND, () => () => random(512).with(0, 0)),
  ]
}

/** A record in a mailbox of its own. */
const leftIn = (random: (length: number) => Uint8Array): StoreCommand => ({
  kind: 'append',
  mailbox: random(32) as MailboxId,
  capability: 0,
  claim: 'group',
  body: random(256),
  dedupe: random(32),
  expiresMs: NOW_MS + 86_400_000,
  most: { records: 10, bytes: 10_000, capabilityRecords: 10 },
  longestWaitMs: 1,
})

interface Owned {
  readonly keys: MailboxKeys
  readonly readSeed: Uint8Array
  readonly appendSeed: Uint8Array
}

const sizeOf = (keys: readonly { readonly key: Uint8Array }[]): number => keys.reduce((sum, { key }) => sum + key.length, 0)
