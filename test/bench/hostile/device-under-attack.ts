/**
 * A device with so many contacts, members and void operations, whose every other member is played by hand: their keys are
 * here, and so is what each of them could send. All primitives are the real ones.
 */
import { createCore, type Effect, type Event, type State } from '@sotto/core'
import {
  type Context,
  CONTROL_QUEUE,
  type ControlMessage,
  durableTables,
  EPOCH,
  EPOCH_KEYS,
  LETTERS_DUE,
  letter,
  MEMBERSHIP_LOG,
  OUTBOX,
  OWN_INVITE,
  peerFrame,
  preKeyStoreOf,
  SELF,
  Transaction,
} from '@sotto/core/inside'
import { acceptBundle, bundleFor, type EpochKeys, sealWithSessions, type SessionSet, signJoinStatement, startSession } from '@sotto/crypto'
import { loadSodiumPrimitives, type Primitives } from '@sotto/crypto/primitives'
import { createMailboxClient, createMemoryRelay } from '@sotto/mailbox'
import { addOperation, nextPlace, operationIdOf, signOperation } from '@sotto/membership'
import {
  type Codec,
  encode,
  type EpochId,
  fromBase64url,
  type GroupId,
  LIMITS,
  type Operation,
  type OperationBody,
  type OperationId,
  toBase64url,
} from '@sotto/wire'
import { author } from '../../../packages/core/src/epochs/author.ts'
import { signOwn } from '../../../packages/core/src/groups/group-log.ts'
import type { Table } from '../../../packages/core/src/state/table.ts'
import { GROUP_CIPHERS } from '../../../packages/core/src/machine/ciphers.ts'
import { applyInternalEvents } from '../../../packages/core/src/machine/internal-events.ts'
import { createPerson, memberEntryOf, type Person } from '../../../packages/crypto/src/test-support/people.ts'
import { seededProvider } from '../../../packages/crypto/src/test-support/seeded-provider.ts'
import { withoutSignatures } from '../../../packages/membership/src/oracle/fixtures.ts'
import { countPrimitives } from '../../fuzz/learning/machine/counted-primitives.ts'
import type { Handled } from './measure.ts'

const START_MS = 1_800_000_000_000
const RELAY = '/ip4/127.0.0.1/tcp/4201/ws/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi'
const CONNECTION = 1

export interface World {
  readonly contacts: number
  readonly members: number
  /** Operations of a removed member, written beside its removal, that stand nowhere. */
  readonly voidOperations: number
  /** Invites of one member that are open. */
  readonly invites?: number
}

/** Where an operation stands: behind which others. */
export interface Place {
  readonly previous: OperationId | null
  readonly parents: readonly OperationId[]
}

/** A member by hand, with a session. */
export interface Member extends Person {
  readonly letter: (messages: readonly ControlMessage[]) => Uint8Array
  readonly letterOf: (plaintext: Uint8Array) => Uint8Array
}

export interface DeviceUnderAttack {
  readonly primitives: Primitives
  readonly random: (length: number) => Uint8Array
  readonly group: GroupId
  readonly groupText: string
  readonly epoch: EpochId
  readonly keys: EpochKeys
  readonly invite: string
  /** The first is an admin, the last was removed. */
  readonly members: readonly Member[]
  readonly nowMs: number
  readonly state: () => State
  /** Remembers this moment; the answer goes back to it. */
  readonly begin: () => () => void
  /** The void operations that the log took. */
  readonly voidKept: number
  /** Where the removed member's branch goes on, beside its removal. */
  readonly placeOfRemoved: Place
  readonly hear: (event: Event) => Handled
  /** An operation of a member as it would write it now, or with another past. */
  readonly sign: (by: Person, body: OperationBody, place?: Place) => Operation
}

export async function deviceUnderAttack({ contacts, members: memberCount, voidOperations, invites = 0 }: World): Promise<DeviceUnderAttack> {
  const primitives = await loadSodiumPrimitives()
  // Seeded: a world is the same in every run.
  const provider = seededProvider(primitives, 'device under attack')
  const { random } = provider
  const counted = countPrimitives(primitives)
  const core = createCore({ primitives: counted.primitives, random })
  const relay = createMemoryRelay({ primitives, randomBytes: random, relayPeer: 'relay' })
  const nowMs = START_MS
  let state: State = core.createProfile('Attacked', [RELAY], nowMs).state

  /** One event, and the relay's answers to it. */
  const play = (event: Event): readonly Effect[] => {
    const waiting: Event[] = [event]
    const effects: Effect[] = []
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const step = core.step(state, next, nowMs)
      state = step.state
      effects.push(...step.effects)
      for (const effect of step.effects) {
        if (effect.kind === 'readHistory') waiting.push({ kind: 'historyRead', read: effect.read, records: [] })
        if (effect.kind !== 'sendRelayFrame') continue
        for (const delivery of relay.receive(CONNECTION, effect.frame, nowMs))
          if (delivery.kind === 'frame') waiting.push({ kind: 'relayFrameReceived', relay: RELAY, frame: delivery.frame })
      }
    }
    return effects
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

  play({ kind: 'started' })
  play({ kind: 'networkStarted', ownPeer: 'me' })
  play({ kind: 'relayOpened', relay: RELAY, relayPeer: 'relay', ownAddresses: [] })
  for (const delivery of relay.connect(CONNECTION, 'me', 'here', nowMs))
    if (delivery.kind === 'frame') play({ kind: 'relayFrameReceived', relay: RELAY, frame: delivery.frame })
  play({ kind: 'peerOpened', peer: 'they', path: 'direct', initiator: false })
  play({ kind: 'requested', request: 'create', what: { kind: 'createGroup', title: 'Group' } })
  const group = new Transaction(state).scan(EPOCH)[0]?.key[0] ?? ''
  play({ kind: 'requested', request: 'invite', what: { kind: 'createInvite', group } })
  play({ kind: 'requested', request: 'create', what: { kind: 'createGroup', title: 'Another' } })
  const another = new Transaction(state).scan(EPOCH).find(({ key }) => key[0] !== group)?.key[0] ?? ''

  const join = (of: string, role: 'admin' | 'member'): Member => {
    const person = createPerson(provider, nowMs)
    const entry = memberEntryOf(provider, person.list, [person.certificate])
    const statement = { group: idOf<GroupId>(of), invite: null, member: entry, nameHash: new Uint8Array(32), askedMs: nowMs }
    const request = signJoinStatement(primitives, statement, person.deviceKeys, null)
    tamper((context) => author(context, of, signOwn(context, of, { kind: 'admit', invite: null, member: entry, role, request })))
    let sessions: SessionSet | null = null
    const meet = (): SessionSet => {
      const rows = new Transaction(state)
      const [store, self] = [preKeyStoreOf(rows), rows.get(SELF, 'self')]
      if (store === undefined || self === undefined) throw new Error('no profile')
      const bundle = acceptBundle(primitives, bundleFor(store, self.certificate).bundle, nowMs)
      if ('code' in bundle) throw new Error(bundle.code)
      return startSession(provider, person, bundle, null, nowMs)
    }
    const letterOf = (plaintext: Uint8Array): Uint8Array => {
      const sealed = sealWithSessions(provider, sessions ?? meet(), plaintext, nowMs, 0)
      sessions = sealed.sessions
      return sealed.record
    }
    return { ...person, letterOf, letter: (messages) => letterOf(encode(letter, messages)) }
  }
  const members = Array.from({ length: memberCount }, (_, i) => join(group, i === 0 ? 'admin' : 'member'))
  const others = Array.from({ length: Math.max(0, contacts - memberCount) }, () => join(another, 'member'))
  // What each says first is nothing: there is a session then.
  for (const each of [...members, ...others]) play(letterFrom(each.letter([])))
  const removed = members.at(-1)
  const sign: DeviceUnderAttack['sign'] = (by, body, place) => {
    const log = new Transaction(state).get(MEMBERSHIP_LOG, group)
    if (log === undefined) throw new Error('no log')
    const unsigned = {
      suite: 1,
      group: idOf<GroupId>(group),
      account: by.account,
      device: by.device,
      ...(place ?? nextPlace(log, by.device)),
      writtenMs: nowMs,
      body,
    }
    return signOperation(primitives, unsigned, by.deviceKeys)
  }
  const before = new Transaction(state).get(MEMBERSHIP_LOG, group)
  const [, inviter] = members
  if (removed === undefined || inviter === undefined || before === undefined) throw new RangeError('a group of nobody')
  let placeOfRemoved: Place = nextPlace(before, removed.device)
  play({ kind: 'requested', request: 'remove', what: { kind: 'removeMember', group, account: toBase64url(removed.account) } })
  for (let i = 0; i < invites; i++)
    play(letterFrom(inviter.letter([{ kind: 'operations', group: idOf<GroupId>(group), operations: [sign(inviter, inviteBody(random))] }])))
  const branched = new Transaction(state)
  const quick = withoutSignatures(primitives)
  const countBefore = branched.get(MEMBERSHIP_LOG, group)?.count ?? 0
  for (let i = 0; i < voidOperations; i++) {
    const log = branched.get(MEMBERSHIP_LOG, group)
    if (log === undefined) break
    const operation = sign(removed, { kind: 'setRole', account: removed.account, role: i % 2 === 0 ? 'admin' : 'member' }, placeOfRemoved)
    const id = operationIdOf(primitives, operation.unsigned)
    placeOfRemoved = { previous: id, parents: [id] }
    branched.put(MEMBERSHIP_LOG, [group], addOperation(quick, log, operation).log)
  }
  const voidKept = (branched.get(MEMBERSHIP_LOG, group)?.count ?? 0) - countBefore
  state = branched.state

  tamper(({ transaction }) => {
    for (const { key } of transaction.scan(OUTBOX)) transaction.delete(OUTBOX, ...key)
    for (const { key } of transaction.scan(CONTROL_QUEUE)) transaction.delete(CONTROL_QUEUE, ...key)
    for (const { key } of transaction.scan(LETTERS_DUE)) transaction.delete(LETTERS_DUE, ...key)
  })
  const rows = new Transaction(state)
  const epoch = rows.scan(EPOCH, group).find(({ value }) => value.endedMs === null)?.key[1] ?? ''
  const keys = rows.get(EPOCH_KEYS, group, epoch)
  if (keys === undefined) throw new Error('no epoch')
  let sizes = new Map<string, number>()
  for (const table of durableTables() as readonly Table<unknown>[])
    for (const { key, value } of rows.scan(table)) sizes.set(`${table.name}/${key.join('/')}`, encode(table.codec as Codec<unknown>, value).length)

  const device: DeviceUnderAttack = {
    primitives,
    random,
    group: idOf<GroupId>(group),
    groupText: group,
    epoch: idOf<EpochId>(epoch),
    keys,
    invite: rows.scan(OWN_INVITE, group)[0]?.value.text ?? '',
    members,
    nowMs,
    voidKept,
    placeOfRemoved,
    sign,
    begin: () => {
      const [begun, sizesThen] = [state, new Map(sizes)]
      return () => {
        state = begun
        sizes = new Map(sizesThen)
      }
    },
    state: () => state,
    hear: (event) => {
      counted.counted()
      const step = core.step(state, event, nowMs)
      state = step.state
      let [keptBytes, sentBytes] = [0, 0]
      for (const { key, value } of step.writes.rows) {
        const size = value === null ? 0 : key.length + value.length
        keptBytes += size - (sizes.get(key) ?? 0)
        sizes.set(key, size)
      }
      for (const { value } of step.writes.histories) keptBytes += value?.length ?? 0
      for (const effect of step.effects)
        if (effect.kind === 'sendPeerFrame' || effect.kind === 'sendRelayFrame') sentBytes += effect.frame.length
        else if (effect.kind === 'publish') sentBytes += effect.data.length
      return { keptBytes, sentBytes, ...counted.counted() }
    },
  }
  return device
}

export const inviteBody = (random: (length: number) => Uint8Array): OperationBody => ({
  kind: 'invite',
  inviteKey: random(32),
  role: 'member',
  uses: 1,
  expiresMs: START_MS + 86_400_000,
  rendezvousSeed: random(32),
})

export const letterFrom = (record: Uint8Array): Event => ({ kind: 'peerFrameReceived', peer: 'they', frame: encode(peerFrame, { kind: 'letter', record }) })

const idOf = <T extends Uint8Array>(text: string): T => fromBase64url(text) as T
