/** What a member's device sends, in letters and in envelopes, neither stops the machine nor takes anything from others. */
import { describe, expect, it, vi } from 'vitest'
import {
  acceptBundle,
  bundleFor,
  commitToSecret,
  createDeviceList,
  createOwnSenderKey,
  createPreKeyStore,
  type CryptoProvider,
  distributionOf,
  type EpochKeys,
  maskHeader,
  MOST_ITERATIONS,
  ownContext,
  type OwnSenderKey,
  parseInvite,
  sealJoinRequest,
  sealMessage,
  sealSignal,
  sealWithSessions,
  senderTag,
  type SessionSet,
  sharedBundleFor,
  signJoinStatement,
  startSession,
} from '@sotto/crypto'
import { loadSodiumPrimitives, type Primitives, type SigningKeyPair } from '@sotto/crypto/primitives'
import { createMailboxClient } from '@sotto/mailbox'
import { heads, type MembershipLog, operationIdOf, signOperation } from '@sotto/membership'
import { FIRST_DEVICE, LAST_DEVICE } from '@sotto/sync'
import {
  type AccountId,
  decode,
  encode,
  equalBytes,
  L,
  encodeGroupEnvelope,
  envelopeHeader,
  type EpochId,
  fromBase64url,
  GROUP_ENVELOPE_OVERHEAD_BYTES,
  groupEnvelopeAd,
  groupEnvelopeSigningInput,
  type GroupId,
  type InboxAddress,
  letterRecord,
  LIMITS,
  type MemberEntry,
  type MessageId,
  type OperationId,
  pad,
  type Range,
  senderKeyContextInput,
  type UnsignedOperation,
  type UnsignedSignal,
  signal,
  signalSigningInput,
} from '@sotto/wire'
import { messageCipher, stepChain } from '../../../crypto/src/sender-key/chain.ts'
import { createDevice, createPerson, memberEntryOf, type Person } from '../../../crypto/src/test-support/people.ts'
import { readyKey } from '../cipher/sender-keys/own-key.ts'
import { author } from '../epochs/author.ts'
import { type LogHeads, logHeads } from '../groups/control-messages/log-heads.ts'
import { signOwn } from '../groups/group-log.ts'
import { preKeyStoreOf } from '../identity/pre-key-rows.ts'
import { createCore, type Effect, type Event, type HistoryQuery, type HistoryRecord, type HistoryWrite, type State } from '../index.ts'
import {
  CONTACT,
  type ControlMessage,
  Transaction,
  EPOCH,
  EPOCH_KEYS,
  GAP,
  GROUP,
  RECEIVED,
  content,
  KEY_RECIPIENT,
  SENT,
  JOIN,
  KEY_REQUEST,
  letter,
  CONTROL_QUEUE,
  MEMBERSHIP_LOG,
  MAILBOX,
  NAME,
  OPERATION,
  OUTBOX,
  OWN_INVITE,
  OWN_KEY,
  UNDECRYPTABLE,
  PEER,
  type PeerFrame,
  peerFrame,
  PENDING_BODY,
  RELAY_LINK,
  SELF,
  THEIR_KEY,
  ATTESTED,
  TYPING,
  WHEREABOUTS,
} from '../inside.ts'
import { receiveRequest } from '../members/admissions.ts'
import { decodeControlMessage } from '../sessions/control-message.ts'
import type { Context } from '../state/context.ts'
import { GROUP_CIPHERS } from './ciphers.ts'
import { applyInternalEvents } from './internal-events.ts'
import { receiveSignal } from './signals.ts'

const START_MS = 1_800_000_000_000
const RELAY = '/ip4/127.0.0.1/tcp/4201/ws/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi'

/** One person's machine, in a group where the devices of all other members are made by hand. */
async function victim({ change = (same) => same, relay = RELAY }: { readonly change?: (primitives: Primitives) => Primitives; readonly relay?: string } = {}) {
  const primitives = change(await loadSodiumPrimitives())
  const provider = { primitives, random: (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length)) }
  const core = createCore(provider)
  const histories: HistoryWrite[] = []
  const performed: Effect[] = []
  /** The records that a read of the history store returns; null: reads are not answered. */
  const disk: { read: (query: HistoryQuery) => readonly HistoryRecord[] | null } = { read: () => [] }
  let nowMs = START_MS
  let state: State = core.createProfile('Victim', [relay], nowMs).state
  const tell = (event: Event): readonly Effect[] => {
    const step = core.step(state, event, nowMs)
    state = step.state
    histories.push(...step.writes.histories)
    performed.push(...step.effects)
    for (const effect of step.effects) {
      const records = effect.kind === 'readHistory' ? disk.read(effect.query) : null
      if (effect.kind === 'readHistory' && records !== null) tell({ kind: 'historyRead', read: effect.read, records })
    }
    return step.effects
  }
  const tamper = (act: (context: Context) => void): void => {
    const transaction = new Transaction(state)
    const context: Context = {
      provider,
      mailbox: createMailboxClient(primitives),
      transaction,
      relayNames: new Map(),
      oneTimePreKeys: LIMITS.oneTimePreKeys,
      ciphers: new Map(GROUP_CIPHERS.map((cipher) => [cipher.name, cipher])),
      newGroupCipher: 'sender-keys',
      nowMs,
      histories: [],
      dropHistories: [],
      eraseKeys: [],
      effects: [],
      internalEvents: [],
      relayEvents: [],
    }
    act(context)
    applyInternalEvents(context)
    transaction.writes()
    state = transaction.state
  }
  tell({ kind: 'started' })
  tell({ kind: 'networkStarted', ownPeer: 'me' })
  tell({ kind: 'peerOpened', peer: 'they', path: 'direct', initiator: false })
  tell({ kind: 'requested', request: 'create', what: { kind: 'createGroup', title: 'Group' } })
  const [group = '', epoch = ''] = new Transaction(state).scan(EPOCH)[0]?.key ?? []
  const place = { group: idOf<GroupId>(group), epoch: idOf<EpochId>(epoch) }

  /** A member whose device sends whatever a test wants. */
  const member = () => {
    const person = createPerson(provider, nowMs)
    tamper((context) => {
      admitByHand(context, group, memberEntryOf(provider, person.list, [person.certificate]), person)
    })
    const meet = (): SessionSet => {
      const transaction = new Transaction(state)
      const [store, self] = [preKeyStoreOf(transaction), transaction.get(SELF, 'self')]
      if (store === undefined || self === undefined) throw new Error('no profile')
      const bundle = acceptBundle(primitives, bundleFor(store, self.certificate).bundle, nowMs)
      if ('code' in bundle) throw new Error(bundle.code)
      return startSession(provider, person, bundle, null, nowMs)
    }
    let sessions: SessionSet | null = null
    return {
      ...person,
      key: (keyId: number, at = epoch): OwnSenderKey =>
        createOwnSenderKey(provider, { group: place.group, epoch: idOf<EpochId>(at), account: person.account, device: person.device, keyId, frontier: [] }),
      write: (...bodies: readonly ControlMessage[]): readonly Effect[] => {
        const sealed = sealWithSessions(provider, sessions ?? meet(), encode(letter, bodies), nowMs, 0)
        sessions = sealed.sessions
        return tell({ kind: 'peerFrameReceived', peer: 'they', frame: encode(peerFrame, { kind: 'letter', record: sealed.record }) })
      },
    }
  }
  return {
    provider,
    group,
    epoch,
    place,
    histories,
    performed,
    disk,
    tell,
    tamper,
    member,
    rows: (): Transaction => new Transaction(state),
    /** Requests to join are answered by a device that has caught up: from now on, with the peer that is connected. */
    catchUp: (): void =>
      tamper(({ transaction }) => {
        const link = transaction.get(PEER, 'they')
        if (link !== undefined) transaction.put(PEER, ['they'], { ...link, reconciled: [epoch] })
      }),
    pass: (ms: number): readonly Effect[] => {
      nowMs += ms
      return tell({ kind: 'woke' })
    },
    /** What a member resends of its own: sealed in this epoch, or in one that is unknown here. */
    resent: (key: OwnSenderKey, iteration: number, plaintext: Uint8Array): ResentMessage => {
      const known = new Transaction(state).get(EPOCH_KEYS, group, textOf(key.context.epoch))
      const keys = known ?? { headerKey: provider.random(32), tagKey: provider.random(32) }
      const { envelope, opening } = sealMessage(primitives, keys, { ...key, iteration }, plaintext)
      return { iteration, envelope, ...opening }
    },
    /** An envelope comes by gossip. */
    gossip: (key: OwnSenderKey, iteration: number, text: string, before: { readonly keyId: number; readonly messages: number } | null = null): void => {
      const keys = new Transaction(state).get(EPOCH_KEYS, group, epoch)
      if (keys === undefined) throw new Error('no epoch')
      const plaintext = encode(content, {
        timeMs: nowMs,
        counter: 0,
        leadMs: null,
        seen: [],
        before,
        again: null,
        heads: null,
        body: { kind: 'text', text, mentions: [] },
      })
      const envelope =
        iteration < MOST_ITERATIONS
          ? sealMessage(primitives, keys, { ...key, iteration }, plaintext).envelope
          : sealBeyond(provider, keys, key, iteration, plaintext)
      const topic = textOf(keys.topic)
      tell({ kind: 'gossipReceived', topic, data: envelope })
    },
  }
}

type Member = ReturnType<Awaited<ReturnType<typeof victim>>['member']>

type ResentMessage = Extract<ControlMessage, { readonly kind: 'resend' }>['messages'][number]

/** A content that is a text. */
const textContent = (text: string, again: EpochId | null = null): Uint8Array =>
  encode(content, {
    timeMs: START_MS,
    counter: 0,
    leadMs: null,
    seen: [],
    before: null,
    again: again === null ? null : { epoch: again, keyId: 1, iteration: 0 },
    heads: null,
    body: { kind: 'text', text, mentions: [] },
  })

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const idOf = <T extends Uint8Array>(text: string): T => fromBase64url(text) as T

/** Admits a person without an invite, by its own request. */
function admitByHand(context: Context, group: string, member: MemberEntry, { deviceKeys }: { readonly deviceKeys: SigningKeyPair }): void {
  const { primitives } = context.provider
  const statement = { group: idOf<GroupId>(group), invite: null, member, nameHash: new Uint8Array(32), askedMs: START_MS }
  const request = signJoinStatement(primitives, statement, deviceKeys, null)
  author(context, group, signOwn(context, group, { kind: 'admit', invite: null, member, role: 'member', request }))
}

/** Seals what `sealMessage` refuses to: an envelope at any place, under the present chain key. */
function sealBeyond({ primitives }: CryptoProvider, keys: EpochKeys, key: OwnSenderKey, iteration: number, plaintext: Uint8Array): Uint8Array {
  const { context, chainKey, signingSeed } = key
  const header = encode(envelopeHeader, { senderTag: senderTag(primitives, keys.tagKey, context.device), keyId: context.keyId, iteration })
  const { commitment, ...cipher } = messageCipher(primitives, stepChain(primitives, chainKey).messageKey)
  const ad = groupEnvelopeAd(primitives.sha256(senderKeyContextInput(context)), header, commitment)
  const ciphertext = primitives.chacha20Poly1305.seal(cipher.key, cipher.nonce, pad(plaintext, GROUP_ENVELOPE_OVERHEAD_BYTES), ad)
  const signature = primitives.ed25519.sign(groupEnvelopeSigningInput(ad, ciphertext), { publicKey: context.signingKey, seed: signingSeed })
  return encodeGroupEnvelope({ maskedHeader: maskHeader(primitives, keys.headerKey, { ciphertext }, header), commitment, ciphertext, signature })
}

/** How many rows `act` scans in the tables whose names begin with `prefix`. */
function rowsScanned(act: () => void, tables = ''): number {
  const scan = vi.spyOn(Transaction.prototype, 'scan')
  act()
  const rows = scan.mock.calls.map(([{ name }], i) =>
    name.startsWith(tables) ? ((scan.mock.results[i]?.value as readonly unknown[] | undefined)?.length ?? 0) : 0,
  )
  scan.mockRestore()
  return rows.reduce((sum, each) => sum + each, 0)
}

/** Every other number from `first` on: each is a range of its own. */
const everyOther = (first: number, count: number): Range[] => Array.from({ length: count }, (_, i) => ({ from: first + 2 * i, to: first + 2 * i }))

describe('sets of iterations that a member chooses', () => {
  it('are not kept from receipts for messages that were never written', async () => {
    const { member, tamper, rows, group, epoch, place } = await victim()
    const mallory = member()
    const name = [group, epoch, '1', textOf(mallory.device)] as const
    tamper(({ transaction }) => transaction.put(KEY_RECIPIENT, [...name], { fromIteration: 0, acknowledged: true, opened: [], resent: [], atMs: START_MS }))
    const made = Array.from({ length: LIMITS.receiptsPerLetter }, (_, i) => Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? i : 1)) as MessageId)
    mallory.write({ kind: 'receipt', group: place.group, messages: made })
    expect(rows().get(KEY_RECIPIENT, ...name)?.opened).toEqual([])
    expect(rows().scan(SENT, group)).toEqual([])
  })

  it('do not stop the machine in key requests', async () => {
    const { member, tamper, rows, group, epoch, place } = await victim()
    const mallory = member()
    const name = [group, epoch, '1', textOf(mallory.device)] as const
    tamper(({ transaction }) => transaction.put(KEY_RECIPIENT, [...name], { fromIteration: 0, acknowledged: true, opened: [], resent: [], atMs: START_MS }))
    for (let i = 0; i < 16; i++)
      mallory.write({ kind: 'keyRequest', ...place, keyId: 1, iterations: everyOther(i * 2 * LIMITS.resendsPerLetter, LIMITS.resendsPerLetter) })
    const resent = rows().get(KEY_RECIPIENT, ...name)?.resent ?? []
    expect(resent.length).toBeGreaterThan(0)
    for (const each of resent) expect(each.length).toBeLessThanOrEqual(LIMITS.rangesPerKey)
  })

  it('do not stop the machine in resent contents', async () => {
    const { member, rows, group, epoch, place, pass, resent } = await victim()
    const mallory = member()
    const key = mallory.key(1)
    for (let i = 0; i < 1_200; i += 100) {
      const messages = everyOther(2 * i, 100).map(({ from }) => resent(key, from, new Uint8Array(1)))
      mallory.write({ kind: 'resend', ...place, keyId: 1, messages, refused: [], gone: [] })
    }
    const received = rows().get(RECEIVED, group, epoch, textOf(mallory.device), '1') ?? []
    expect(received).toHaveLength(LIMITS.rangesPerKey)
    // None of the contents is forgotten.
    expect(received.at(-1)).toEqual({ from: 2_398, to: 2_398 })
    expect(received[0]?.from).toBe(0)
    // Nor is any of their receipts.
    pass(10_000)
  })

  it('do not stop the machine in attestation requests about a removed member', async () => {
    const { member, tamper, rows, group, epoch, place } = await victim()
    const [mallory, other] = [member(), member()]
    const name = [group, epoch, textOf(other.device), '1'] as const
    // The intersection of both sets has more ranges than either of them.
    tamper(({ transaction }) =>
      transaction.put(
        RECEIVED,
        [...name],
        Array.from({ length: LIMITS.rangesPerKey }, (_, i) => ({ from: 4 * i + 2, to: 4 * i + 4 })),
      ),
    )
    const iterations = Array.from({ length: LIMITS.rangesPerKey }, (_, i) => ({ from: 4 * i, to: 4 * i + 2 }))
    mallory.write({ kind: 'attestationRequest', ...place, keyId: 1, device: other.device, iterations })
    expect(rows().get(RECEIVED, ...name)).toHaveLength(LIMITS.rangesPerKey)
  })
})

describe('the last iteration of a sender key', () => {
  it('is reached by no envelope', async () => {
    const { member, rows, group, epoch, place, gossip } = await victim()
    const mallory = member()
    const last = { ...mallory.key(1), iteration: MOST_ITERATIONS }
    mallory.write({ kind: 'distribution', ...place, distribution: distributionOf(last), name: '', nameRevision: 1, title: '' })
    gossip(last, MOST_ITERATIONS, 'one more')
    expect(rows().get(RECEIVED, group, epoch, textOf(mallory.device), '1')).toBeUndefined()
    expect(rows().scan(UNDECRYPTABLE, group)[0]?.value.cause).toBe('damaged')
  })

  it('bounds key requests, also in an epoch that is unknown here', async () => {
    const { provider, member, rows, group, place, pass } = await victim()
    const mallory = member()
    const elsewhere = textOf(provider.random(32))
    const late = { ...mallory.key(1, elsewhere), iteration: 2 ** 16 - 10 }
    mallory.write({ kind: 'distribution', ...place, epoch: idOf<EpochId>(elsewhere), distribution: distributionOf(late), name: '', nameRevision: 1, title: '' })
    expect(rows().get(KEY_REQUEST, group, elsewhere, textOf(mallory.device), '1')?.attempts).toBe(0)
    pass(LIMITS.gapAfterMs + 1)
    expect(rows().get(KEY_REQUEST, group, elsewhere, textOf(mallory.device), '1')?.attempts).toBe(1)
  })
})

describe('contents that a member resends', () => {
  const shown = (histories: readonly HistoryWrite[], text: string) =>
    histories.find(({ history, value }) => history.startsWith('messages/') && value !== null && Buffer.from(value).includes(text))

  it('replace no message of another member, and are not taken for its own', async () => {
    const { member, place, gossip, histories, rows, group, resent } = await victim()
    const [alice, mallory] = [member(), member()]
    const key = alice.key(1)
    alice.write({ kind: 'distribution', ...place, distribution: distributionOf(key), name: '', nameRevision: 1, title: '' })
    gossip(key, 0, 'from Alice')
    const theirs = shown(histories, 'from Alice')
    const resend = (keyId: number, message: ResentMessage): ControlMessage => ({ kind: 'resend', ...place, keyId, messages: [message], refused: [], gone: [] })
    mallory.write(resend(1, resent(mallory.key(1), 0, textContent('from Mallory'))))
    const ours = shown(histories, 'from Mallory')
    expect(ours?.id).toBeDefined()
    expect(ours?.id).not.toBe(theirs?.id)

    // A member that can open what waits for another's key here does not pass it off as its own.
    const late = alice.key(2)
    gossip(late, 0, 'later from Alice')
    const [waiting] = rows().scan(UNDECRYPTABLE, group)
    const ofAlice = resent(late, 0, textContent('later from Alice'))
    mallory.write(resend(2, { ...ofAlice, envelope: waiting?.value.envelope ?? new Uint8Array() }))
    expect(rows().scan(UNDECRYPTABLE, group)).toHaveLength(1)
    expect(shown(histories, 'later from Alice')).toBeUndefined()
  })

  it('are what their envelope holds: no other key opens it, and what it holds has no other place', async () => {
    const { member, place, gossip, histories, rows, group, resent, provider } = await victim()
    const mallory = member()
    const key = mallory.key(1)
    gossip(key, 0, 'one')
    const envelope = rows().scan(UNDECRYPTABLE, group)[0]?.value.envelope ?? new Uint8Array()
    const write = (...messages: readonly ResentMessage[]) => mallory.write({ kind: 'resend', ...place, keyId: 1, messages, refused: [], gone: [] })
    // The envelope that all have, with the key of another text.
    const other = resent(key, 0, textContent('another'))
    write({ ...other, messageKey: provider.random(32), envelope })
    write({ ...resent(mallory.key(1), 0, textContent('another')), envelope })
    // An envelope of another place.
    write({ ...resent(key, 1, textContent('another')), iteration: 2 })
    expect(shown(histories, 'another')).toBeUndefined()
    expect(rows().scan(UNDECRYPTABLE, group)).toHaveLength(1)
    // The one key that opens it.
    write({ ...other, envelope })
    expect(shown(histories, 'one')).toBeDefined()
    expect(rows().scan(UNDECRYPTABLE, group)).toEqual([])
  })

  it('have the signature of the key that is here, if one is', async () => {
    const { member, place, histories, resent } = await victim()
    const mallory = member()
    const key = mallory.key(1)
    mallory.write({ kind: 'distribution', ...place, distribution: distributionOf(key), name: '', nameRevision: 1, title: '' })
    const write = (...messages: readonly ResentMessage[]) => mallory.write({ kind: 'resend', ...place, keyId: 1, messages, refused: [], gone: [] })
    write(resent(mallory.key(1), 0, textContent('under another key')))
    expect(shown(histories, 'under another key')).toBeUndefined()
    write(resent(key, 0, textContent('under this key')))
    expect(shown(histories, 'under this key')).toBeDefined()
    // What came in private is not passed on.
    expect(histories.filter(({ history }) => history.startsWith('envelopes/'))).toEqual([])
  })
})

describe('letters that nobody can read', () => {
  /** A machine with so many contacts, how often it tried a key since, and the junk of a peer that proved nothing. */
  async function flooded(contacts: number) {
    let tries = 0
    const counting = (primitives: Primitives): Primitives => ({
      ...primitives,
      xchacha20Poly1305: {
        ...primitives.xchacha20Poly1305,
        open: (...what) => {
          tries++
          return primitives.xchacha20Poly1305.open(...what)
        },
      },
    })
    const at = await victim({ change: counting })
    const { provider, member, tamper, place } = at
    const alice = member()
    alice.write({ kind: 'logHeads', group: place.group, isAnswer: true, heads: [], earlier: [] })
    tamper(({ transaction }) => {
      const contact = transaction.get(CONTACT, textOf(alice.device))
      if (contact === undefined) throw new Error('no contact')
      for (let i = 0; i < contacts; i++) transaction.put(CONTACT, [textOf(provider.random(32))], contact)
    })
    const junk = (peer: string, letters: number): number => {
      const before = tries
      for (let i = 0; i < letters; i++) {
        const message = { suite: 2, sealedHeader: provider.random(81), sealed: provider.random(168) }
        at.tell({ kind: 'peerFrameReceived', peer, frame: encode(peerFrame, { kind: 'letter', record: encode(letterRecord, { kind: 'ratchet', message }) }) })
      }
      return tries - before
    }
    const connect = (peer: string) => at.tell({ kind: 'peerOpened', peer, path: 'direct', initiator: false })
    return { ...at, alice, junk, connect }
  }

  it('cost as much with two hundred contacts as with ten, once some came from peers that proved nothing', async () => {
    const tried: number[] = []
    for (const contacts of [10, 200]) {
      const { junk, connect } = await flooded(contacts)
      for (const peer of ['m1', 'm2', 'm3']) connect(peer)
      // What such peers may cost together, whichever of them sends it.
      const first = junk('m1', LIMITS.unprovedUnreadableLetters)
      expect(first).toBeGreaterThan(contacts * LIMITS.unprovedUnreadableLetters)
      tried.push(junk('m1', 32) + junk('m2', 32) + junk('m3', 200))
    }
    const [few = 0, many = 0] = tried
    expect(many).toBe(few)
    expect(many).toBeLessThan(100)
  })

  it('come from one connection in a limited number at a time, also if it proved an epoch', async () => {
    const { junk, tamper, epoch, pass, connect } = await flooded(10)
    connect('member')
    tamper(({ transaction }) => {
      const link = transaction.get(PEER, 'member')
      if (link !== undefined) transaction.put(PEER, ['member'], { ...link, epochs: [epoch] })
    })
    expect(junk('member', LIMITS.unreadableLetters)).toBeGreaterThan(10 * LIMITS.unreadableLetters)
    expect(junk('member', 100)).toBe(0)
    pass(LIMITS.unreadableLetterMs)
    expect(junk('member', 1)).toBeGreaterThan(10)
    expect(junk('member', 100)).toBe(0)
  })

  it('keep out no letter of a device that writes over a connection of its own', async () => {
    const { junk, alice, rows, group, place, connect } = await flooded(10)
    for (const peer of ['m1', 'm2']) connect(peer)
    junk('m1', 100)
    junk('m2', 100)
    const key = alice.key(1)
    alice.write({ kind: 'distribution', ...place, distribution: distributionOf(key), name: '', nameRevision: 1, title: '' })
    expect(rows().get(THEIR_KEY, group, textOf(place.epoch), textOf(alice.device), '1')).toBeDefined()
  })
})

describe('a device whose tag is that of another', () => {
  /** Every device has the same tag: to find two that do takes four billion tries. */
  const sameTags = (primitives: Primitives): Primitives => ({
    ...primitives,
    hmacSha256: (key, ...data) =>
      data.some((part) => equalBytes(part.subarray(0, L('sender tag').length), L('sender tag'))) ? new Uint8Array(32) : primitives.hmacSha256(key, ...data),
  })
  const texts = (histories: readonly HistoryWrite[]): readonly string[] =>
    histories.flatMap(({ history, value }) => (history.startsWith('messages/') && value !== null ? (/say \d/.exec(Buffer.from(value).toString()) ?? []) : []))

  it('does not mute it, whichever key came first, and what of both has one number is shown', async () => {
    const { member, place, gossip, histories, rows, group } = await victim({ change: sameTags })
    const devices = [member(), member(), member()]
    const keys = devices.map((each) => each.key(1))
    devices.forEach((each, i) => {
      const key = keys[i]
      if (key === undefined) throw new Error('no key')
      // What comes before its key waits, and is opened when that comes.
      gossip(key, 0, `say ${i}`)
      each.write({ kind: 'distribution', ...place, distribution: distributionOf(key), name: '', nameRevision: 1, title: '' })
      gossip(key, 0, `say ${i}`)
    })
    expect(texts(histories).toSorted()).toEqual(['say 0', 'say 1', 'say 2'])
    expect(rows().scan(UNDECRYPTABLE, group)).toEqual([])
  })

  it('does not take from us what waits for the key of the other', async () => {
    const { member, place, gossip, histories, rows, group } = await victim({ change: sameTags })
    const devices = [member(), member(), member()]
    for (const [i, alice] of devices.entries()) {
      const key = alice.key(i + 1)
      gossip(key, 0, `say ${i}`)
      for (const mallory of devices)
        if (mallory !== alice) mallory.write({ kind: 'resend', ...place, keyId: i + 1, messages: [], refused: [{ from: 0, to: 9 }], gone: [] })
      expect(rows().scan(UNDECRYPTABLE, group)).toHaveLength(1)
      alice.write({ kind: 'distribution', ...place, distribution: distributionOf(key), name: '', nameRevision: 1, title: '' })
    }
    expect(texts(histories).toSorted()).toEqual(['say 0', 'say 1', 'say 2'])
  })
})

describe('operations of the largest size', () => {
  it('are passed on in letters that fit a record', async () => {
    const { provider, member, tamper, rows, group, place } = await victim()
    const mallory = member()
    // A list of many devices, each with an address of the largest size.
    const relays = Array.from({ length: LIMITS.relays }, () => 'x'.repeat(LIMITS.relayAddressBytes))
    for (let i = 0; i < 8; i++) {
      tamper((context) => {
        const accountKeys = provider.primitives.ed25519.keyPairFromSeed(provider.random(32))
        const made = Array.from({ length: 9 }, () => createDevice(provider, accountKeys, START_MS))
        const devices = made.map(({ certificate }) => certificate)
        const list = createDeviceList(provider.primitives, accountKeys, { devices, revoked: [], signedMs: START_MS }, null)
        const entry = memberEntryOf(provider, list, devices)
        const wide = { ...entry, devices: entry.devices.map((each) => ({ ...each, inbox: { ...each.inbox, relays } })) }
        const [asking] = made
        if (asking !== undefined) admitByHand(context, group, wide, asking)
      })
    }
    expect(rows().scan(OPERATION, group)).toHaveLength(10)
    mallory.write({ kind: 'logHeads', group: place.group, isAnswer: false, heads: [], earlier: [] })
    expect(
      rows()
        .scan(OUTBOX)
        .filter(({ value }) => value.about.kind === 'letter').length,
    ).toBeGreaterThan(1)
  })
})

describe('a repeated question', () => {
  it('does not get the whole log each time', async () => {
    const { member, place, rows, pass } = await victim()
    const mallory = member()
    const letters = (): number =>
      rows()
        .scan(OUTBOX)
        .filter(({ value }) => value.about.kind === 'letter')
        .reduce((sum, { value }) => sum + value.body.length, 0)
    const question: ControlMessage = { kind: 'logHeads', group: place.group, isAnswer: false, heads: [], earlier: [] }
    mallory.write(question)
    const once = letters()
    expect(once).toBeGreaterThan(0)
    mallory.write(...Array.from({ length: LIMITS.controlMessagesPerLetter }, () => question))
    mallory.write({ ...question, isAnswer: true })
    expect(letters()).toBe(once)
    // A device that lost the answer gets it again later.
    pass(LIMITS.logAnswerAgainMs + 1)
    mallory.write(question)
    expect(letters()).toBeGreaterThan(once)
  })
})

describe('envelopes under keys that never existed', () => {
  it('lead to requests for a few keys at a time, at a cost that is not the square of their number', async () => {
    const { member, rows, gossip, pass, group } = await victim()
    const mallory = member()
    const many = 1_000
    for (let i = 0; i < many; i++) gossip(mallory.key(i), 0, 'x')
    expect(rows().scan(UNDECRYPTABLE, group)).toHaveLength(many)
    const asked = (): number =>
      rows()
        .scan(KEY_REQUEST, group)
        .filter(({ value }) => value.attempts > 0).length
    // A scan of all rows for each key looked at half a million.
    expect(rowsScanned(() => void pass(LIMITS.keyRequestAfterMs + 1))).toBeLessThan(10 * many)
    expect(asked()).toBe(LIMITS.keysAskedAtOnce)
    expect(rows().scan(CONTROL_QUEUE)).toHaveLength(LIMITS.keysAskedAtOnce)
    // The other keys have their turn later.
    for (let i = 0; i < 3; i++) pass(LIMITS.keyRequestBackoffMs + 1)
    expect(asked()).toBeGreaterThan(2 * LIMITS.keysAskedAtOnce)
  })

  it('are not scanned with every letter of another device', async () => {
    const { member, rows, gossip, group, place, tell } = await victim()
    const [alice, mallory] = [member(), member()]
    const many = 500
    for (let i = 0; i < many; i++) gossip(mallory.key(i), 0, 'x')
    const lookedAt = (): number =>
      rowsScanned(
        () =>
          void alice.write(
            { kind: 'attestation', ...place, keyId: 1, device: alice.device, iterations: [] },
            { kind: 'resend', ...place, keyId: 1, messages: [], refused: [{ from: 0, to: 9 }], gone: [] },
          ),
        'undecryptable',
      )
    expect(lookedAt()).toBe(0)
    // Nor after a start.
    tell({ kind: 'started' })
    expect(lookedAt()).toBe(0)
    expect(rows().scan(UNDECRYPTABLE, group)).toHaveLength(many)
  })

  it('take neither all places nor all bytes: other devices keep their share', async () => {
    const { member, rows, gossip, group, tell } = await victim()
    const [alice, mallory] = [member(), member()]
    const large = 'x'.repeat(LIMITS.textBytes)
    const undecryptableOf = (device: Uint8Array) =>
      rows()
        .scan(UNDECRYPTABLE, group)
        .filter(({ value }) => textOf(value.device) === textOf(device))
    const bytes = (): number =>
      rows()
        .scan(UNDECRYPTABLE, group)
        .reduce((sum, { value }) => sum + value.envelope.length, 0)
    for (let i = 0; i < 1.1 * (LIMITS.undecryptableBytes / LIMITS.textBytes); i++) gossip(mallory.key(i), 0, large)
    expect(bytes()).toBeLessThanOrEqual(LIMITS.undecryptableBytes)
    expect(bytes()).toBeGreaterThan(LIMITS.undecryptableBytes - 2 * LIMITS.textBytes)
    tell({ kind: 'started' })
    for (let i = 0; i < 20; i++) gossip(alice.key(i), 0, large)
    expect(undecryptableOf(alice.device)).toHaveLength(20)
    expect(bytes()).toBeLessThanOrEqual(LIMITS.undecryptableBytes)
    // The device with the most gets no more room.
    const before = undecryptableOf(mallory.device).length
    gossip(mallory.key(60_000), 0, large)
    expect(undecryptableOf(mallory.device)).toHaveLength(before)
    expect(undecryptableOf(alice.device)).toHaveLength(20)
  })
})

describe('the count of an earlier key in a message', () => {
  it('counts only from the first message of a key, for the key before, and as far as it can be true', async () => {
    const { provider, member, place, rows, group, epoch, gossip, pass } = await victim()
    const mallory = member()
    const say = (keyId: number, iteration: number, before: { readonly keyId: number; readonly messages: number }): void => {
      const key = mallory.key(keyId)
      mallory.write({ kind: 'distribution', ...place, distribution: distributionOf(key), name: '', nameRevision: 1, title: '' })
      gossip(key, iteration, 'x', before)
    }
    const counted = () =>
      rows()
        .scan(GAP, group, epoch, textOf(mallory.device))
        .map(({ key, value }) => [key[3], value.messages])
    say(1, 0, { keyId: 0, messages: 2 ** 16 - 1 })
    say(2, 0, { keyId: 40_000, messages: 1 })
    say(3, 0, { keyId: 3, messages: 1 })
    // The key's second message: its first one is missing and was never counted.
    const second = mallory.key(4)
    mallory.write({ kind: 'distribution', ...place, distribution: distributionOf(second), name: '', nameRevision: 1, title: '' })
    gossip({ ...second, chainKey: stepChain(provider.primitives, second.chainKey).chainKey }, 1, 'x', { keyId: 3, messages: 9 })
    expect(counted()).toEqual([])
    say(6, 0, { keyId: 5, messages: LIMITS.rotateAfterMessages })
    expect(counted()).toEqual([['5', LIMITS.rotateAfterMessages]])
    pass(LIMITS.gapAfterMs + 1)
    expect(rows().get(KEY_REQUEST, group, epoch, textOf(mallory.device), '5')?.attempts).toBe(1)
  })
})

describe('relays that a member names in its address', () => {
  const elsewhere = (i: number): string => RELAY.replace('4201', String(5_000 + i))
  const naming = async () => {
    const { provider, member, rows, group, place, pass, tell } = await victim()
    const self = rows().get(SELF, 'self')
    if (self === undefined) throw new Error('no profile')
    /** A member moves to a relay that never answers, and asks for something there. */
    const move = (who: ReturnType<typeof member>, relay: string): void => {
      const address = { ...memberEntryOf(provider, who.list, [who.certificate]).devices[0]?.inbox, relays: [relay] } as InboxAddress
      who.write({ kind: 'address', address })
      pass(LIMITS.logAnswerAgainMs + 1)
      who.write({ kind: 'logHeads', group: place.group, isAnswer: false, heads: [], earlier: [] })
    }
    const linked = (): readonly string[] =>
      rows()
        .scan(RELAY_LINK)
        .map(({ value }) => value.address)
        .filter((each) => each !== RELAY)
    const letters = (device: Uint8Array) =>
      rows()
        .scan(OUTBOX)
        .filter(({ value: { about } }) => about.kind === 'letter' && textOf(about.device) === textOf(device))
    return { member, rows, group, pass, tell, move, linked, letters }
  }

  it('are linked a few at a time, each in its turn, also after a start', async () => {
    const { member, pass, tell, move, linked } = await naming()
    const many = LIMITS.relaysOfOthers + 20
    for (let i = 0; i < many; i++) move(member(), elsewhere(i))
    const seen = new Set(linked())
    expect(linked().length).toBeLessThanOrEqual(LIMITS.relaysOfOthers)
    expect(linked().length).toBeGreaterThan(LIMITS.relaysOfOthers - 4)
    for (let i = 0; i < 60; i++) {
      pass(LIMITS.relayTurnMs)
      for (const each of linked()) seen.add(each)
      expect(linked().length).toBeLessThanOrEqual(LIMITS.relaysOfOthers)
    }
    expect(seen.size).toBe(many)
    tell({ kind: 'started' })
    pass(1)
    expect(linked().length).toBeLessThanOrEqual(LIMITS.relaysOfOthers)
  })

  it('hold letters only at the last few relays of one device, and not for ever', async () => {
    const { member, pass, move, letters } = await naming()
    const mallory = member()
    for (let i = 0; i < LIMITS.relaysOfOne; i++) move(mallory, elsewhere(i))
    const relays = () => [...new Set(letters(mallory.device).map(({ value }) => value.relay))]
    // Letters that waited long enough left by the group's relay.
    expect(relays().length).toBeLessThanOrEqual(LIMITS.relays)
    expect(relays()).toContain(elsewhere(LIMITS.relaysOfOne - 1))
    const before = letters(mallory.device).map(({ key }) => key[0])
    const step = LIMITS.retentionMs / 100
    for (let i = 0; i < 103; i++) pass(step)
    expect(
      letters(mallory.device)
        .map(({ key }) => key[0])
        .filter((each) => before.includes(each)),
    ).toEqual([])
  })
})

describe('requests for a key', () => {
  const amounts = async (ask: (place: { readonly group: GroupId; readonly epoch: EpochId }, keyId: number, i: number) => ControlMessage) => {
    const { member, tamper, rows, group, epoch, place } = await victim()
    const mallory = member()
    tamper((context) => void readyKey(context, group, epoch))
    const own = rows().get(OWN_KEY, group)
    const keyId = own === undefined ? 0 : ownContext(own.key).keyId
    const bytes = (): number =>
      rows()
        .scan(OUTBOX)
        .filter(({ value }) => value.about.kind === 'letter')
        .reduce((sum, { value }) => sum + value.body.length, 0)
    const before = bytes()
    for (let i = 0; i < 8; i++)
      mallory.write(...Array.from({ length: LIMITS.controlMessagesPerLetter }, (_, j) => ask(place, keyId, 2 * (LIMITS.controlMessagesPerLetter * i + j))))
    return bytes() - before
  }

  it('that name no iteration do not get the key each time', async () => {
    expect(await amounts((place, keyId) => ({ kind: 'keyRequest', ...place, keyId, iterations: [] }))).toBeLessThan(100_000)
  })

  it('that name iterations which were never sealed do not get it either', async () => {
    expect(await amounts((place, keyId, i) => ({ kind: 'keyRequest', ...place, keyId, iterations: [{ from: i, to: i }] }))).toBeLessThan(100_000)
  })
})

describe('a joiner with an invite that is no longer valid', () => {
  it('is told so, and counts as one of the few strangers that are kept', async () => {
    const { provider, rows, tamper, group, tell, pass, catchUp } = await victim()
    catchUp()
    tell({ kind: 'requested', request: 'invite', what: { kind: 'createInvite', group } })
    const [made] = rows().scan(OWN_INVITE, group)
    const invite = parseInvite(provider.primitives, made?.value.text ?? '')
    if ('code' in invite) throw new Error(invite.code)
    tell({ kind: 'requested', request: 'revoke', what: { kind: 'revokeInvites', group } })
    const more = 20
    for (let i = 0; i < LIMITS.strangers + more; i++) {
      const person = createPerson(provider, START_MS)
      const bundle = sharedBundleFor(createPreKeyStore(provider, person.deviceKeys, START_MS), person.certificate)
      const [device] = memberEntryOf(provider, person.list, [person.certificate]).devices
      // It is reached at the relay of the link: no other is dialled for a stranger.
      const entry = { list: person.list, devices: device === undefined ? [] : [{ ...device, inbox: { ...device.inbox, relays: [RELAY] } }] }
      const record = sealJoinRequest(provider, invite, { member: entry, name: 'Stranger', bundle, askedMs: START_MS }, person.deviceKeys)
      tamper((context) => receiveRequest(context, group, made?.key[1] ?? '', record ?? new Uint8Array()))
    }
    pass(60_000)
    // And our own device.
    expect(rows().scan(CONTACT)).toHaveLength(LIMITS.strangers + 1)
    expect(
      rows()
        .scan(OUTBOX)
        .filter(({ value }) => value.about.kind === 'letter'),
    ).toHaveLength(LIMITS.strangers)
  })
})

describe('a connected peer', () => {
  const connection = async () => {
    const { tell, tamper, epoch, performed, pass, provider } = await victim()
    const say = (frame: PeerFrame): void => void tell({ kind: 'peerFrameReceived', peer: 'they', frame: encode(peerFrame, frame) })
    const prove = (): void =>
      tamper(({ transaction }) => {
        const link = transaction.get(PEER, 'they')
        if (link !== undefined) transaction.put(PEER, ['they'], { ...link, epochs: [epoch] })
      })
    const heard = (kind: PeerFrame['kind']): number =>
      performed.filter((effect) => effect.kind === 'sendPeerFrame' && decode(peerFrame, effect.frame)?.kind === kind).length
    return { provider, tell, say, prove, heard, pass }
  }

  it('gets our proofs once, however often it says hello', async () => {
    const { provider, say, heard } = await connection()
    for (let i = 0; i < 10; i++) say({ kind: 'hello', nonce: provider.random(32) })
    expect(heard('proofs')).toBe(1)
  })

  it('gets prekeys only from time to time, however often it connects', async () => {
    const { tell, say, prove, heard, pass } = await connection()
    for (let i = 0; i < 10; i++) {
      prove()
      say({ kind: 'preKeysWanted' })
      tell({ kind: 'peerClosed', peer: 'they' })
      tell({ kind: 'peerOpened', peer: 'they', path: 'direct', initiator: false })
    }
    expect(heard('preKeys')).toBe(1)
    pass(LIMITS.unansweredSessionMs)
    prove()
    say({ kind: 'preKeysWanted' })
    expect(heard('preKeys')).toBe(2)
  })
})

describe('a connected member that repeats that it lacks everything', () => {
  const asking = async () => {
    const { provider, tell, tamper, disk, performed, group, epoch, place, pass } = await victim()
    tamper(({ transaction }) => {
      const link = transaction.get(PEER, 'they')
      if (link !== undefined) transaction.put(PEER, ['they'], { ...link, epochs: [epoch] })
      // More than its share for one period.
      for (let keyId = 0; keyId < 20; keyId++) transaction.put(RECEIVED, [group, epoch, textOf(provider.random(32)), String(keyId)], [{ from: 0, to: 99 }])
    })
    performed.splice(0)
    const frame = encode(peerFrame, {
      kind: 'have',
      epoch: place.epoch,
      isAnswer: false,
      heads: [],
      earlier: [],
      from: FIRST_DEVICE,
      to: LAST_DEVICE,
      received: [],
    })
    return { disk, performed, pass, ask: (): void => void tell({ kind: 'peerFrameReceived', peer: 'they', frame }) }
  }
  const large = new Uint8Array(60_000)
  const sent = (performed: readonly Effect[]): number => performed.reduce((sum, effect) => sum + (effect.kind === 'sendPeerFrame' ? effect.frame.length : 0), 0)

  it('is sent its share, and more only later', async () => {
    const { disk, performed, pass, ask } = await asking()
    disk.read = (query) => (query.kind === 'byId' ? query.ids.map((id) => ({ id, order: '', value: large })) : [])
    for (let i = 0; i < 5; i++) ask()
    expect(sent(performed)).toBeLessThanOrEqual(LIMITS.servedBytes)
    expect(sent(performed)).toBeGreaterThan(LIMITS.servedBytes - 2 * LIMITS.recordBytes)
    pass(LIMITS.servedMs)
    performed.splice(0)
    ask()
    expect(sent(performed)).toBeGreaterThan(LIMITS.servedBytes - 2 * LIMITS.recordBytes)
  })

  it('is not served a second time while it is being served', async () => {
    const { disk, performed, ask } = await asking()
    disk.read = () => null
    for (let i = 0; i < 5; i++) ask()
    expect(performed.filter(({ kind }) => kind === 'readHistory')).toHaveLength(1)
  })
})

/** A joiner with an invite of the group's founder, to whom a stranger can write meanwhile. */
async function joiner() {
  const founder = await victim()
  const { provider, group, place, rows: ofFounder, tell: tellFounder, tamper, pass, catchUp } = founder
  catchUp()
  tellFounder({ kind: 'requested', request: 'invite', what: { kind: 'createInvite', group } })
  const [invite] = ofFounder().scan(OWN_INVITE, group)
  const core = createCore(provider)
  let state: State = core.createProfile('Joiner', [RELAY], START_MS).state
  const tell = (event: Event): void => {
    state = core.step(state, event, START_MS).state
  }
  tell({ kind: 'started' })
  tell({ kind: 'networkStarted', ownPeer: 'me' })
  tell({ kind: 'peerOpened', peer: 'they', path: 'direct', initiator: false })
  tell({ kind: 'requested', request: 'join', what: { kind: 'join', invite: invite?.value.text ?? '' } })
  const rows = (): Transaction => new Transaction(state)
  const read = (record: Uint8Array): void => tell({ kind: 'peerFrameReceived', peer: 'they', frame: encode(peerFrame, { kind: 'letter', record }) })
  const self = rows().get(SELF, 'self')
  if (self === undefined) throw new Error('no profile')
  return {
    provider,
    group,
    place,
    rows,
    tell,
    /** A device that the group does not know. */
    stranger: () => {
      const person = createPerson(provider, START_MS)
      const store = preKeyStoreOf(rows())
      if (store === undefined) throw new Error('no prekeys')
      const bundle = acceptBundle(provider.primitives, bundleFor(store, self.certificate).bundle, START_MS)
      if ('code' in bundle) throw new Error(bundle.code)
      let sessions: SessionSet = startSession(provider, person, bundle, null, START_MS)
      return {
        ...person,
        write: (...bodies: readonly ControlMessage[]): void => {
          const sealed = sealWithSessions(provider, sessions, encode(letter, bodies), START_MS, 0)
          sessions = sealed.sessions
          read(sealed.record)
        },
      }
    },
    /** The founder admits the joiner, and the founder's letters come. */
    admit: (): void => {
      const request = rows()
        .scan(OUTBOX)
        .find(({ value }) => value.about.kind === 'joinRequest')?.value.body
      tamper((context) => {
        // A device admits only when it has caught up: here with the member that it is connected to.
        for (const { key, value } of context.transaction.scan(PEER)) context.transaction.put(PEER, key, { ...value, reconciled: [textOf(place.epoch)] })
        receiveRequest(context, group, invite?.key[1] ?? '', request ?? new Uint8Array())
      })
      pass(1)
      for (const { value } of ofFounder().scan(OUTBOX))
        if (value.about.kind === 'letter' && textOf(value.about.device) === textOf(self.device)) read(value.body)
    },
  }
}

describe('a stranger’s welcome to a joiner', () => {
  it('sets no display name and no title, and does not replace the true one', async () => {
    const { provider, rows, group, place, stranger, admit } = await joiner()
    const mallory = stranger()
    const id = () => provider.random(32) as OperationId
    const before = rows().scan(NAME).length
    const names = Array.from({ length: 100 }, () => ({ account: provider.random(32) as AccountId, name: 'Alice' }))
    const secrets = Array.from({ length: LIMITS.operationParents }, () => ({ operation: id(), secret: provider.random(32) }))
    for (let i = 0; i < 3; i++) mallory.write({ kind: 'welcome', group: place.group, heads: [id()], secrets, title: 'Mallory’s', names, relays: [] })
    expect(rows().scan(NAME)).toHaveLength(before)
    expect(rows().scan(PENDING_BODY, group)).toHaveLength(1)
    expect(rows().get(JOIN, group)?.step).toBe('connecting')
    admit()
    expect(rows().get(GROUP, group)).toMatchObject({ state: 'member', title: 'Group' })
    expect(rows().get(GROUP, group)?.epoch).not.toBeNull()
    expect(
      rows()
        .scan(NAME)
        .map(({ value }) => value.name),
    ).not.toContain('Alice')
    expect(rows().scan(PENDING_BODY)).toEqual([])
  })
})

describe('what strangers say of a group that this device asks to join', () => {
  const LETTERS = 8

  it('is kept up to a limit of bytes, in which each has a share, and goes with the request', async () => {
    const { rows, group, place, stranger, tell } = await joiner()
    const sizeOf = (...key: readonly string[]): number =>
      rows()
        .scan(PENDING_BODY, ...key)
        .reduce((sum, { value }) => sum + value.body.length, 0)
    const large = (keyId: number): ControlMessage => ({
      kind: 'resend',
      ...place,
      keyId,
      messages: [
        { iteration: 0, messageKey: new Uint8Array(32), contextHash: new Uint8Array(32), senderTag: new Uint8Array(4), envelope: new Uint8Array(40_000) },
      ],
      refused: [],
      gone: [],
    })
    for (let i = 0; i < 1.2 * (LIMITS.pendingBytes / LIMITS.pendingBytesPerDevice); i++) {
      const mallory = stranger()
      for (let j = 0; j < LETTERS; j++) mallory.write(large(j))
      expect(sizeOf(group, textOf(mallory.device))).toBeLessThanOrEqual(LIMITS.pendingBytesPerDevice)
    }
    expect(sizeOf()).toBeLessThanOrEqual(LIMITS.pendingBytes)
    expect(sizeOf()).toBeGreaterThan(LIMITS.pendingBytes / 2)
    const alice = stranger()
    alice.write(large(1))
    expect(sizeOf(group, textOf(alice.device))).toBeGreaterThan(40_000)
    expect(sizeOf()).toBeLessThanOrEqual(LIMITS.pendingBytes)
    tell({ kind: 'requested', request: 'cancel', what: { kind: 'cancelJoin', group } })
    expect(rows().scan(PENDING_BODY)).toEqual([])
  })
})

describe('what a member says of keys that nothing was asked about', () => {
  const epochs = (provider: CryptoProvider, count: number) => Array.from({ length: count }, () => provider.random(32) as EpochId)

  it('is not kept as an attestation', async () => {
    const { provider, member, rows, place } = await victim()
    const mallory = member()
    mallory.write(
      ...epochs(provider, 64).map((epoch): ControlMessage => ({
        kind: 'attestation',
        group: place.group,
        epoch,
        keyId: 1,
        device: mallory.device,
        iterations: [{ from: 0, to: 99 }],
      })),
    )
    expect(rows().scan(ATTESTED)).toEqual([])
  })

  it('is not kept as a refusal', async () => {
    const { provider, member, rows, place } = await victim()
    const mallory = member()
    mallory.write(
      ...epochs(provider, 64).map((epoch): ControlMessage => ({
        kind: 'resend',
        group: place.group,
        epoch,
        keyId: 1,
        messages: [],
        refused: [{ from: 0, to: 99 }],
        gone: [],
      })),
    )
    expect(rows().scan(GAP)).toEqual([])
  })

  it('is shown if it is a content, and remembered for only a few places of unknown epochs', async () => {
    const { provider, member, rows, place, histories, resent } = await victim()
    const mallory = member()
    const resend = (epoch: EpochId, iteration: number, again: EpochId | null): ControlMessage => ({
      kind: 'resend',
      group: place.group,
      epoch,
      keyId: 1,
      messages: [resent(mallory.key(1, textOf(epoch)), iteration, textContent('again', again))],
      refused: [],
      gone: [],
    })
    mallory.write(...epochs(provider, 64).map((epoch) => resend(epoch, 0, null)))
    mallory.write(...epochs(provider, 64).map((epoch, i) => resend(place.epoch, i, epoch)))
    expect(rows().scan(RECEIVED).length).toBe(LIMITS.placesOfUnknownEpochs + 1)
    expect(histories.filter(({ history }) => history.startsWith('messages/')).length).toBeGreaterThanOrEqual(128)
  })
})

describe('many rekeying operations in a row', () => {
  it('do not make members read mailboxes without end, and never close the current one', async () => {
    const { provider, member, rows, group, place, tell } = await victim()
    const { primitives } = provider
    const mallory = member()
    let previous: UnsignedOperation['previous'] = null
    for (let i = 0; i < 2 * LIMITS.endedEpochsRead; i++) {
      const secret = provider.random(32)
      const unsigned: UnsignedOperation = {
        suite: 1,
        group: place.group,
        account: mallory.account,
        device: mallory.device,
        previous,
        parents: heads(rows().get(MEMBERSHIP_LOG, group) as MembershipLog),
        writtenMs: START_MS,
        body: { kind: 'rekey', commitment: commitToSecret(primitives, secret) },
      }
      previous = operationIdOf(primitives, unsigned)
      mallory.write(
        { kind: 'operations', group: place.group, operations: [signOperation(primitives, unsigned, mallory.deviceKeys)] },
        { kind: 'secret', group: place.group, operation: previous, secret },
      )
    }
    const read = (): readonly string[] =>
      rows()
        .scan(MAILBOX)
        .flatMap(({ value: { purpose } }) => (purpose.kind === 'group' ? [purpose.epoch] : []))
    const wanted = (): number =>
      Math.max(
        ...rows()
          .scan(RELAY_LINK)
          .map(({ value }) => value.client.wanted.size),
      )
    const current = textOf(rows().get(GROUP, group)?.epoch ?? new Uint8Array())
    expect(rows().scan(EPOCH, group).length).toBeGreaterThan(2 * LIMITS.endedEpochsRead)
    const isBounded = (): void => {
      expect(read()).toHaveLength(LIMITS.endedEpochsRead + 1)
      expect(read()).toContain(current)
      // And our inbox.
      expect(wanted()).toBe(LIMITS.endedEpochsRead + 2)
    }
    isBounded()
    tell({ kind: 'started' })
    isBounded()
  })
})

describe('concurrent rekeying operations', () => {
  it('of more devices than an operation has parents are joined in the end, and stop nothing', async () => {
    const { provider, member, rows, group, place, pass } = await victim()
    const { primitives } = provider
    const people = Array.from({ length: LIMITS.operationParents + 1 }, member)
    const [mallory] = people
    const parents = heads(rows().get(MEMBERSHIP_LOG, group) as MembershipLog)
    const made = people.map(({ account, device, deviceKeys }) => {
      const secret = provider.random(32)
      const unsigned: UnsignedOperation = {
        suite: 1,
        group: place.group,
        account,
        device,
        previous: null,
        parents,
        writtenMs: START_MS,
        body: { kind: 'rekey', commitment: commitToSecret(primitives, secret) },
      }
      return { secret, operation: signOperation(primitives, unsigned, deviceKeys), id: operationIdOf(primitives, unsigned) }
    })
    for (const { operation, id, secret } of made) {
      mallory?.write({ kind: 'operations', group: place.group, operations: [operation] }, { kind: 'secret', group: place.group, operation: id, secret })
    }
    for (let i = 0; i < 10; i++) pass(LIMITS.secretMissingMs)
    const open = rows()
      .scan(EPOCH, group)
      .filter(({ value }) => value.endedMs === null)
    expect(open).toHaveLength(1)
    expect(rows().get(GROUP, group)?.epoch).not.toBeNull()
  })
})

describe('invites without end', () => {
  it('do not make every member read a rendezvous for each', async () => {
    const { provider, member, rows, group, place } = await victim()
    const { primitives } = provider
    const mallory = member()
    let previous: UnsignedOperation['previous'] = null
    for (let i = 0; i < 2 * LIMITS.invitesReadOfOne; i++) {
      const unsigned: UnsignedOperation = {
        suite: 1,
        group: place.group,
        account: mallory.account,
        device: mallory.device,
        previous,
        parents: heads(rows().get(MEMBERSHIP_LOG, group) as MembershipLog),
        writtenMs: START_MS,
        body: {
          kind: 'invite',
          inviteKey: primitives.ed25519.keyPairFromSeed(provider.random(32)).publicKey,
          role: 'member',
          uses: 1,
          expiresMs: START_MS + i,
          rendezvousSeed: provider.random(32),
        },
      }
      previous = operationIdOf(primitives, unsigned)
      mallory.write({ kind: 'operations', group: place.group, operations: [signOperation(primitives, unsigned, mallory.deviceKeys)] })
    }
    const read = rows()
      .scan(MAILBOX)
      .flatMap(({ value: { purpose } }) => (purpose.kind === 'rendezvous' ? [purpose.invite] : []))
    expect(read).toHaveLength(LIMITS.invitesReadOfOne)
    expect(read).toContain(textOf(previous ?? new Uint8Array()))
  })
})

describe('announcements', () => {
  const CIRCUIT = `${RELAY}/p2p-circuit/webrtc/p2p/`
  const announcing = async () => {
    const world = await victim()
    const { provider, rows, group, epoch, tamper } = world
    const announce = (
      who: Person,
      by: Person,
      {
        peer = 'a peer',
        addresses = [`${CIRCUIT}a peer`],
        ...what
      }: Partial<UnsignedSignal> & { readonly peer?: string; readonly addresses?: readonly string[] } = {},
      at = epoch,
    ): void => {
      const keys = rows().get(EPOCH_KEYS, group, at)
      if (keys === undefined) throw new Error('no epoch')
      const said: UnsignedSignal = {
        epoch: idOf<EpochId>(at),
        device: who.device,
        atMs: START_MS,
        body: { kind: 'announcement', peer, addresses: [...addresses] },
        ...what,
      }
      const signature = provider.primitives.ed25519.sign(signalSigningInput(said), by.deviceKeys)
      tamper((context) => receiveSignal(context, group, at, sealSignal(provider, keys.signalsKey, encode(signal, { said, signature }))))
    }
    const peerOf = ({ device }: Person) => rows().get(WHEREABOUTS, textOf(device))?.peer
    return { ...world, announce, peerOf }
  }

  it('of devices that are no members are not kept', async () => {
    const { provider, member, rows, announce } = await announcing()
    const alice = member()
    announce(alice, alice)
    for (let i = 0; i < 10; i++) {
      const stranger = createPerson(provider, START_MS)
      announce(stranger, stranger)
    }
    expect(
      rows()
        .scan(WHEREABOUTS)
        .map(({ key }) => key[0]),
    ).toEqual([textOf(alice.device)])
  })

  it('are a device’s own word, and an earlier one displaces no later one', async () => {
    const { member, announce, peerOf } = await announcing()
    const [alice, mallory] = [member(), member()]
    announce(alice, mallory)
    expect(peerOf(alice)).toBeUndefined()
    announce(alice, alice, { peer: 'now', atMs: START_MS + 10 })
    announce(alice, mallory, { peer: 'forged', atMs: START_MS + 20 })
    announce(alice, alice, { peer: 'before', atMs: START_MS + 5 })
    // Nor is a word that was said in another epoch of use in this one.
    announce(alice, alice, { peer: 'elsewhere', atMs: START_MS + 30, epoch: new Uint8Array(32) as EpochId })
    expect(peerOf(alice)).toBe('now')
    announce(alice, alice, { peer: 'later', atMs: START_MS + 40 })
    expect(peerOf(alice)).toBe('later')
  })

  it('in an ended epoch, or of a removed member, make this device dial nothing', async () => {
    const { member, announce, peerOf, tell, group, epoch, pass, performed, place } = await announcing()
    const [alice, mallory] = [member(), member()]
    announce(mallory, mallory, { peer: 'mallory', addresses: [`${CIRCUIT}mallory`] })
    tell({ kind: 'requested', request: 'remove', what: { kind: 'removeMember', group, account: textOf(mallory.account) } })
    expect(peerOf(mallory)).toBeUndefined()
    performed.splice(0)
    announce(mallory, mallory, { peer: 'again', atMs: START_MS + 10 }, epoch)
    announce(alice, alice, { peer: 'old', atMs: START_MS + 10 }, epoch)
    pass(LIMITS.reconcileMs)
    expect([peerOf(mallory), peerOf(alice)]).toEqual([undefined, undefined])
    expect(performed.filter(({ kind }) => kind === 'dialPeer')).toEqual([])
    expect(place.group).toEqual(idOf(group))
  })

  it('alone count in an ended epoch: that a member types there is nothing', async () => {
    const { member, announce, rows, tell, group, epoch } = await announcing()
    const [alice, mallory] = [member(), member()]
    const typists = () =>
      rows()
        .scan(TYPING, group)
        .map(({ key }) => key[1])
    const types = { kind: 'typing', isTyping: true } as const
    announce(alice, alice, { body: types })
    expect(typists()).toEqual([textOf(alice.account)])
    announce(alice, alice, { atMs: START_MS + 1, body: { ...types, isTyping: false } })
    tell({ kind: 'requested', request: 'remove', what: { kind: 'removeMember', group, account: textOf(mallory.account) } })
    // The mailbox of the ended epoch is still read.
    announce(alice, alice, { atMs: START_MS + 2, body: types }, epoch)
    expect(typists()).toEqual([])
  })

  it('of a removed member in an ended epoch are answered with what ended it, and with nothing later', async () => {
    const { member, announce, rows, tell, group, epoch, pass } = await announcing()
    const [alice, mallory] = [member(), member()]
    const asked = (): readonly LogHeads[] =>
      rows()
        .scan(CONTROL_QUEUE, textOf(mallory.device))
        .flatMap(({ value }) => decodeControlMessage(logHeads, value.body) ?? [])
    tell({ kind: 'requested', request: 'remove', what: { kind: 'removeMember', group, account: textOf(mallory.account) } })
    const log = rows().get(MEMBERSHIP_LOG, group)
    const removal = log === undefined ? [] : heads(log)
    expect(removal).toHaveLength(1)
    for (const role of ['admin', 'member'] as const)
      tell({ kind: 'requested', request: role, what: { kind: 'setRole', group, account: textOf(alice.account), role } })
    // It may still be on its way to the next epoch.
    announce(mallory, mallory, { atMs: START_MS + 10 }, epoch)
    expect(asked()).toEqual([])
    pass(31_000)
    announce(mallory, mallory, { atMs: START_MS + 31_000 }, epoch)
    expect(asked()).toMatchObject([{ isAnswer: false, heads: removal, earlier: [] }])
  })
})

describe('relays that others name', () => {
  const elsewhere = (host: string, port = 443): string => `/${host}/tcp/${port}/ws/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi`
  const PUBLIC = elsewhere('dns4/relay.mallory.example')
  /** Whom a person with a public relay is made to link. */
  const linking = async () => {
    const world = await victim({ relay: elsewhere('dns4/relay.example.org') })
    const { rows, pass, place, performed } = world
    const name = (who: Member, relays: readonly string[]): void => {
      const inbox = memberEntryOf(world.provider, who.list, [who.certificate]).devices[0]?.inbox
      if (inbox === undefined) throw new TypeError('no inbox')
      who.write({ kind: 'address', address: { ...inbox, relays } })
      pass(LIMITS.logAnswerAgainMs + 1)
      who.write({ kind: 'logHeads', group: place.group, isAnswer: false, heads: [], earlier: [] })
    }
    const dialled = (): readonly string[] => performed.flatMap((effect) => (effect.kind === 'connectRelay' ? [effect.relay] : [])).slice(1)
    const linked = (): readonly string[] =>
      rows()
        .scan(RELAY_LINK)
        .map(({ value }) => value.address)
        .slice()
    return { ...world, name, dialled, linked }
  }

  it('are not dialled where they are machines of the house, even if a member names them', async () => {
    const { member, name, dialled } = await linking()
    const mallory = member()
    for (const host of ['ip4/127.0.0.1', 'ip4/192.168.1.1', 'ip4/10.0.0.1', 'ip4/169.254.169.254', 'ip6/::1', 'ip6/fe80::1', 'dns4/router', 'dns4/nas.local'])
      name(mallory, [elsewhere(host)])
    expect(dialled()).toEqual([])
    name(mallory, [PUBLIC])
    expect(dialled()).toEqual([PUBLIC])
  })

  it('are so many of one account, however often it names others', async () => {
    const { member, name, dialled, pass } = await linking()
    const mallory = member()
    for (let i = 0; i < 3 * LIMITS.relaysOfOne; i++) name(mallory, [elsewhere(`dns4/relay${i}.mallory.example`)])
    expect(dialled()).toHaveLength(LIMITS.relaysOfOne)
    pass(LIMITS.relaysOfOneMs)
    name(mallory, [PUBLIC])
    expect(dialled()).toContain(PUBLIC)
  })

  it('are left when the member that named them is removed, and not dialled again', async () => {
    const { member, name, linked, tell, group, performed, pass } = await linking()
    const mallory = member()
    name(mallory, [PUBLIC])
    expect(linked()).toContain(PUBLIC)
    performed.splice(0)
    tell({ kind: 'requested', request: 'remove', what: { kind: 'removeMember', group, account: textOf(mallory.account) } })
    expect(linked()).not.toContain(PUBLIC)
    name(mallory, [elsewhere('dns4/other.mallory.example')])
    pass(LIMITS.relayTurnMs)
    expect(performed.filter(({ kind }) => kind === 'connectRelay')).toEqual([])
  })

  it('are not dialled for a stranger with a revoked link', async () => {
    const { provider, rows, tamper, group, tell, pass, dialled } = await linking()
    tell({ kind: 'requested', request: 'invite', what: { kind: 'createInvite', group } })
    const [made] = rows().scan(OWN_INVITE, group)
    const invite = parseInvite(provider.primitives, made?.value.text ?? '')
    if ('code' in invite) throw new Error(invite.code)
    tell({ kind: 'requested', request: 'revoke', what: { kind: 'revokeInvites', group } })
    const person = createPerson(provider, START_MS)
    const bundle = sharedBundleFor(createPreKeyStore(provider, person.deviceKeys, START_MS), person.certificate)
    const [device] = memberEntryOf(provider, person.list, [person.certificate]).devices
    if (device === undefined) throw new TypeError('no device')
    const entry = { list: person.list, devices: [{ ...device, inbox: { ...device.inbox, relays: [PUBLIC] } }] }
    const record = sealJoinRequest(provider, invite, { member: entry, name: 'Stranger', bundle, askedMs: START_MS }, person.deviceKeys)
    tamper((context) => receiveRequest(context, group, made?.key[1] ?? '', record ?? new Uint8Array()))
    pass(60_000)
    expect(dialled()).toEqual([])
  })
})
