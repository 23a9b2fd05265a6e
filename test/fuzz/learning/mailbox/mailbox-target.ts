/** The mailbox server as a target of the stateful fuzzer: a few clients with and without keys, one disk, and time. */
import type { Primitives } from '@sotto/crypto/primitives'
import { grantSendCapability, type MailboxCredentials, mailboxIdOf, signOpen } from '@sotto/mailbox'
import { decode, encode, ladderLength, type MailboxKeys, mailboxRequest, type MailboxRequest, toBase64url, utf8 } from '@sotto/wire'
import { damaged, seededRandom } from '../../invented-encoding.ts'
import { changed, dictionaryOf } from '../machine/grammar.ts'
import { saidBy } from '../machine/material.ts'
import type { Act, ActSequence, Played, StatefulTarget } from '../target.ts'
import { RELAY_PEER, RelayUnderTest } from './relay-under-test.ts'

const VERBS =
  'connect connect disconnect open open open append append append read subscribe subscribe credit acknowledge drop publishKeys fetchKeys close forgedOpen again bent broken work work work pass expire restart full drained'.split(
    ' ',
  )
const CLIENTS = 4
const ADDRESSES = 2
const START_MS = 1_800_000_000_000
const JUMPS_MS = [0, 100, 1_000, 60_000, 6 * 60_000, 8 * 86_400_000, 31 * 86_400_000]
const KINDS = ['group', 'inbox', 'rendezvous', 'blob'] as const
/** What an input may make a relay say at once: a full answer to a read, or pushes to every client. */
const MOST_SENT_BYTES = 64 * 1024
const MOST_CHECKS = 3

export function createMailboxTarget(primitives: Primitives): StatefulTarget {
  let checks = 0
  const counted: Primitives = {
    ...primitives,
    ed25519: {
      ...primitives.ed25519,
      verify: (...given) => {
        checks++
        return primitives.ed25519.verify(...given)
      },
    },
  }
  const mailboxes = KINDS.flatMap((kind) => [0, 1].map((number) => credentialsOf(primitives, kind, number)))
  return {
    name: 'mailbox server',
    starts: 1,
    verbs: VERBS,
    play: (sequence) => {
      checks = 0
      return play(counted, mailboxes, sequence, () => {
        const before = checks
        checks = 0
        return before
      })
    },
  }
}

interface Owned {
  readonly keys: MailboxKeys
  readonly readSeed: Uint8Array
  readonly appendSeed: Uint8Array
}

function credentialsOf(primitives: Primitives, kind: MailboxKeys['kind'], number: number): Owned {
  const seed = (what: string): Uint8Array => primitives.sha256(utf8(`${what} ${kind} ${number}`))
  const { keyPairFromSeed } = primitives.ed25519
  const [readSeed, appendSeed] = [seed('read'), seed('append')]
  return { keys: { kind, readKey: keyPairFromSeed(readSeed).publicKey, appendKey: keyPairFromSeed(appendSeed).publicKey }, readSeed, appendSeed }
}

function play(primitives: Primitives, mailboxes: readonly Owned[], { acts }: ActSequence, checked: () => number): Played {
  const seeded = seededRandom(1)
  const relay = new RelayUnderTest(primitives, (length) => Uint8Array.from({ length }, () => Math.floor(seeded() * 256)))
  const shares = new Map<string, number>()
  const sent: { readonly connection: number; readonly frame: Uint8Array }[] = []
  let [nowMs, request, connections] = [START_MS, 1, 0]

  const actOf = ([verb, amount, seed]: Act): void => {
    const random = seededRandom(seed)
    const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]
    const client = pick([...relay.clients.values()])
    const connection = client?.connection ?? 0
    const handle = pick([...(client?.handles.keys() ?? [1])]) ?? amount
    const send = (said: MailboxRequest, opens?: { readonly mailbox: string; readonly mayRead: boolean }): void => {
      const frame = encode(mailboxRequest, said)
      sent.push({ connection, frame })
      relay.receive(connection, frame, nowMs, opens)
    }
    const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => Math.floor(random() * 256))
    switch (verb) {
      case 'connect': {
        const free = [...Array(CLIENTS).keys()].find((each) => ![...relay.clients.values()].some(({ peer }) => peer === `client ${each}`))
        return free === undefined ? undefined : relay.connect(++connections, `client ${free}`, `address ${free % ADDRESSES}`, nowMs)
      }
      case 'disconnect':
        return relay.disconnect(connection)
      case 'open': {
        const owned = pick(mailboxes)
        if (owned === undefined || client === undefined) return
        const isGranted = owned.keys.kind === 'inbox' && random() < 0.4
        const terms = { capability: 1 + (amount % 3), appendKey: owned.keys.appendKey, records: amount % 5, expiresMs: nowMs + 86_400_000 }
        const credentials: MailboxCredentials = {
          keys: owned.keys,
          readSeed: random() < 0.6 ? owned.readSeed : null,
          appendSeed: random() < 0.7 || isGranted ? owned.appendSeed : null,
          grant: isGranted ? grantSendCapability(primitives, owned, terms) : null,
        }
        const mailbox = mailboxIdOf(primitives, owned.keys)
        const expiresMs = nowMs + 60_000
        const signatures = signOpen(primitives, credentials, { relayPeer: RELAY_PEER, nonce: client.nonce, mailbox, clientPeer: client.peer, expiresMs })
        checked()
        const said = { kind: 'open', request: request++, keys: owned.keys, expiresMs, grant: credentials.grant, ...signatures } as const
        return send(said, { mailbox: toBase64url(mailbox), mayRead: credentials.readSeed !== null })
      }
      case 'forgedOpen': {
        const keys = pick(mailboxes)?.keys
        const signature = bytes(64)
        if (keys === undefined) return
        return send({ kind: 'open', request: request++, keys, expiresMs: nowMs + 60_000, readSignature: signature, appendSignature: signature, grant: null })
      }
      case 'append': {
        const body = new Uint8Array(random() < 0.05 ? 300 + amount : ladderLength(256 + 40 * amount)).fill(random() < 0.2 ? 7 : Math.floor(random() * 256))
        return send({ kind: 'append', request: request++, handle, class: random() < 0.8 ? 'stored' : 'signal', body })
      }
      case 'read':
        return send({ kind: 'read', request: request++, handle, after: amount % 4, most: amount })
      case 'subscribe':
        return send({ kind: 'subscribe', request: request++, handle, after: amount % 3, credit: amount })
      case 'credit':
        return send({ kind: 'credit', handle, more: amount })
      case 'acknowledge':
        return send({ kind: 'acknowledge', request: request++, handle, upTo: amount })
      case 'drop':
        return send({ kind: 'drop', request: request++, handle })
      case 'publishKeys': {
        const keys = Array.from({ length: amount % 7 }, (_, i) => ({ id: i + Math.floor(random() * 9), key: bytes(8) }))
        const publication = { shared: bytes(8), lastResort: bytes(8), oneTime: keys, oneTimeKem: keys.slice(0, 3) }
        return send({ kind: 'publishKeys', request: request++, handle, replace: random() < 0.3, publication })
      }
      case 'fetchKeys':
        return send({ kind: 'fetchKeys', request: request++, handle })
      case 'close':
        return send({ kind: 'close', handle })
      case 'again': {
        const earlier = sent[sent.length - 1 - amount]
        return earlier === undefined ? undefined : relay.receive(random() < 0.5 ? earlier.connection : connection, earlier.frame, nowMs)
      }
      case 'bent':
      case 'broken': {
        const earlier = pick(sent)
        if (earlier === undefined) return
        const frame =
          verb === 'broken'
            ? damaged(earlier.frame, random)
            : saidBy(() => encode(mailboxRequest, changed(decode(mailboxRequest, earlier.frame), dictionaryOf([]), random) as MailboxRequest))
        return frame === undefined ? undefined : relay.receive(connection, frame, nowMs)
      }
      case 'work':
        return relay.work(1 + amount, nowMs)
      case 'pass':
        nowMs += JUMPS_MS[amount % JUMPS_MS.length] ?? 0
        return
      case 'expire':
        return relay.expire(nowMs)
      case 'restart':
        return relay.restart(amount % 4 === 3)
      case 'full':
        return relay.setWritable(connection, false, nowMs)
      case 'drained':
        return relay.setWritable(connection, true, nowMs)
    }
  }

  try {
    for (const act of acts) {
      relay.sentBytes = 0
      checked()
      actOf(act)
      for (const [what, count, most] of [
        ['bytes sent after one input', relay.sentBytes, MOST_SENT_BYTES],
        ['signatures checked for one input', checked(), MOST_CHECKS],
      ] as const) {
        shares.set(what, Math.max(shares.get(what) ?? 0, count / most))
        if (count > most) relay.violations.push(`${count} ${what}`)
      }
    }
    relay.end(nowMs)
  } catch (fault) {
    relay.violations.push(`the server threw ${fault instanceof Error ? fault.message : String(fault)}`)
  }
  return { features: [...relay.features], violations: relay.violations, shares }
}
