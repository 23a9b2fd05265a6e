/** People of the stories that the tests tell: real keys, made from names, and a log of one's own. */
import { createCertificate, createDeviceList, hashOfHeads, signJoinStatement } from '@sotto/crypto'
import type { SigningKeyPair } from '@sotto/crypto/primitives'
import { sodiumPrimitives } from '@sotto/crypto/primitives/loaded'
import {
  type AccountId,
  type AnsweredInvite,
  type DeviceId,
  type DeviceList,
  type GroupCipherName,
  type GroupId,
  type InboxAddress,
  type JoinProof,
  type MemberDevice,
  type MemberEntry,
  type Operation,
  type OperationBody,
  type OperationId,
  type Role,
  type UnsignedOperation,
  utf8,
} from '@sotto/wire'
import { nextPlace, operationsInCausalOrder } from '../log/log-queries.ts'
import { addOperation, type AddOutcome, emptyLog, type MembershipLog } from '../log/log.ts'
import { operationIdOf, signOperation } from '../log/sign-operation.ts'
import { resolve } from '../roster/resolve.ts'
import type { Roster } from '../roster/roster.ts'
import { remembering } from './remembering.ts'

export const primitives = remembering(sodiumPrimitives)
export const seedOf = (what: string): Uint8Array => primitives.sha256(utf8(what))
const NO_GROUP = new Uint8Array(32) as GroupId
const NO_SIGNATURE = new Uint8Array(64)

/** An invite's link, as a story passes it on. */
export interface Link {
  readonly invite: OperationId
  readonly keyPair: SigningKeyPair
  readonly answered: AnsweredInvite
  readonly role: Role
}

/** A person with one device at a time. Sentences write operations into this person's log. */
export class Person {
  readonly name: string
  readonly account: AccountId
  readonly #accountKey: SigningKeyPair
  #deviceKey: SigningKeyPair
  #list: DeviceList
  #devices: readonly MemberDevice[]
  log: MembershipLog = emptyLog(NO_GROUP)

  constructor(name: string) {
    this.name = name
    this.#accountKey = primitives.ed25519.keyPairFromSeed(seedOf(`account ${name}`))
    this.account = this.#accountKey.publicKey as AccountId
    this.#deviceKey = deviceKeyOf(`device ${name}`)
    const device = this.#newDevice(this.#deviceKey)
    this.#devices = [device]
    this.#list = createDeviceList(primitives, this.#accountKey, { devices: [device.certificate], revoked: [], signedMs: 1 }, null)
  }

  get device(): DeviceId {
    return this.#deviceKey.publicKey as DeviceId
  }

  get entry(): MemberEntry {
    return { list: this.#list, devices: this.#devices }
  }

  get roster(): Roster {
    return resolve(this.log)
  }

  /** Names of the members, admins with a star, in alphabetical order. */
  get sees(): string {
    return this.roster.members
      .map(({ account, role }) => `${nameOf(account)}${role === 'admin' ? '*' : ''}`)
      .toSorted()
      .join(' ')
  }

  /** The same keys in two hands, each with a log of its own from now on. */
  twin(): Person {
    const twin = new Person(this.name)
    twin.log = this.log
    return twin
  }

  hears(...operations: readonly Operation[]): readonly AddOutcome[] {
    return operations.map((operation) => {
      const { log, outcome } = addOperation(primitives, this.log, operation)
      this.log = log
      return outcome
    })
  }

  /** Hears everything that others know. */
  meets(...others: readonly Person[]): void {
    for (const other of others) this.hears(...operationsInCausalOrder(other.log))
  }

  /** Signs an operation behind everything this person has seen and takes it in. */
  writes(body: OperationBody): Operation {
    const operation = this.signs(body)
    this.hears(operation)
    return operation
  }

  /** Signs without taking in; behind another operation of this device where `after` names one. */
  signs(body: OperationBody, after?: OperationId): Operation {
    const isCreate = body.kind === 'create'
    const place = nextPlace(this.log, this.device)
    const { parents } = place
    const previous = after ?? place.previous
    const unsigned = {
      suite: 1,
      group: isCreate ? NO_GROUP : this.log.group,
      account: this.account,
      device: this.device,
      previous: isCreate ? null : previous,
      parents: isCreate ? [] : parents,
      writtenMs: 1_000,
      body,
    }
    return signOperation(primitives, unsigned, this.#deviceKey)
  }

  /** Signs just this, whatever it says. */
  signsAs(unsigned: UnsignedOperation): Operation {
    return signOperation(primitives, unsigned, this.#deviceKey)
  }

  founds(groupCipher: GroupCipherName = 'sender-keys'): Operation {
    const operation = this.signs({
      kind: 'create',
      random: seedOf(`group of ${this.name}`),
      groupCipher,
      founder: this.entry,
      titleHash: seedOf('title'),
      commitment: seedOf('commitment'),
    })
    this.log = emptyLog(operationIdOf(primitives, operation.unsigned) as Uint8Array as GroupId)
    this.hears(operation)
    return operation
  }

  /** Directly, as admins may. */
  admits(other: Person, role: Role = 'member'): Operation {
    return this.writes({ kind: 'admit', invite: null, member: other.entry, role, request: other.asks(this.log.group, null) })
  }

  invites(options: { readonly uses?: number; readonly role?: Role; readonly name?: string } = {}): Link {
    const keyPair = primitives.ed25519.keyPairFromSeed(seedOf(`invite ${options.name ?? ''} of ${this.name}`))
    const role = options.role ?? 'member'
    const operation = this.writes({
      kind: 'invite',
      inviteKey: keyPair.publicKey,
      role,
      uses: options.uses ?? 1,
      expiresMs: 5_000,
      rendezvousSeed: seedOf('rendezvous'),
    })
    const { account, parents } = operation.unsigned
    const answered = { inviteKey: keyPair.publicKey, inviter: account.slice(0, 16), headsHash: hashOfHeads(primitives, parents) }
    return { invite: idOf(operation), keyPair, answered, role }
  }

  /** What this person signs to be admitted, with a link or without. */
  asks(group: GroupId, link: Link | null, member: MemberEntry = this.entry): JoinProof {
    const statement = { group, invite: link?.answered ?? null, member, nameHash: seedOf(`name ${this.name}`), askedMs: 1_000 }
    return signJoinStatement(primitives, statement, this.#deviceKey, link?.keyPair ?? null)
  }

  admitsBy(link: Link, joiner: Person): Operation {
    const request = joiner.asks(this.log.group, link)
    return this.writes({ kind: 'admit', invite: link.invite, member: joiner.entry, role: link.role, request })
  }

  removes(other: Person): Operation {
    return this.writes({ kind: 'remove', account: other.account, commitment: seedOf('commitment') })
  }

  leaves(successor: Person | null = null): Operation {
    return this.writes({ kind: 'leave', successor: successor?.account ?? null })
  }

  makes(other: Person, role: Role): Operation {
    return this.writes({ kind: 'setRole', account: other.account, role })
  }

  rekeys(): Operation {
    return this.writes({ kind: 'rekey', commitment: seedOf('commitment') })
  }

  acknowledges(): Operation {
    return this.writes({ kind: 'acknowledge' })
  }

  renames(title: string): Operation {
    return this.writes({ kind: 'rename', titleHash: seedOf(title) })
  }

  hidesAddresses(isOn: boolean): Operation {
    return this.writes({ kind: 'setAddressPrivacy', isOn })
  }

  setsLifetime(seconds: number): Operation {
    return this.writes({ kind: 'setLifetime', seconds })
  }

  passesOn(policy: { readonly days: number; readonly messages: number }): Operation {
    return this.writes({ kind: 'setHistory', ...policy })
  }

  /** To relays of these names, in this order. */
  moves(...names: readonly string[]): Operation {
    return this.writes({ kind: 'setRelays', relays: names.map(relayAt) })
  }

  /** Gets a second device of this name, announced by the first. Returns the person at the second. */
  adds(deviceName: string): Person {
    const second = new Person(this.name)
    second.#deviceKey = deviceKeyOf(`device ${deviceName}`)
    this.#devices = [...this.#devices, this.#newDevice(second.#deviceKey)]
    this.#publish([])
    second.#devices = this.#devices
    second.#list = this.#list
    second.log = this.log
    return second
  }

  /** The person with a new device in place of all others, on a list that goes on from this one. Nothing is written. */
  returns(deviceName: string): Person {
    const back = new Person(this.name)
    back.#deviceKey = deviceKeyOf(`device ${deviceName}`)
    back.#devices = [back.#newDevice(back.#deviceKey)]
    const revoked = this.#devices.map(({ certificate }) => certificate.body.device)
    back.#list = createDeviceList(
      primitives,
      this.#accountKey,
      { devices: back.#devices.map(({ certificate }) => certificate), revoked, signedMs: 1 },
      this.#list,
    )
    back.log = this.log
    return back
  }

  /** Revokes another device of this account. */
  revokes(device: DeviceId): Operation {
    this.#leaveOut(device)
    return this.#publish([device])
  }

  /** Leaves another device out of this account's list, without saying that it is revoked. */
  drops(device: DeviceId): Operation {
    this.#leaveOut(device)
    return this.#publish([])
  }

  #leaveOut(device: DeviceId): void {
    this.#devices = this.#devices.filter(({ certificate }) => certificate.body.device.some((byte, i) => byte !== device[i]))
  }

  #publish(revoked: readonly DeviceId[]): Operation {
    const devices = this.#devices.map(({ certificate }) => certificate)
    this.#list = createDeviceList(primitives, this.#accountKey, { devices, revoked, signedMs: 1 }, this.#list)
    return this.writes({ kind: 'devices', member: this.entry })
  }

  #newDevice(key: SigningKeyPair): MemberDevice {
    const body = { account: this.account, device: key.publicKey as DeviceId, deviceDh: seedOf('dh'), createdMs: 1 }
    return { certificate: createCertificate(primitives, body, this.#accountKey, key), inbox: INBOX }
  }
}

/** The address of a relay in the stories. */
export const relayAt = (name: string): string => `/dns4/${name}.example/tcp/443/tls/ws/p2p/${'1'.repeat(52)}`

const deviceKeyOf = (what: string): SigningKeyPair => primitives.ed25519.keyPairFromSeed(seedOf(what))

const INBOX: InboxAddress = {
  relays: ['/dns4/relay.example/tcp/443/wss'],
  readKey: seedOf('read'),
  strangerKey: seedOf('stranger'),
  grant: { capability: 1, appendKey: seedOf('append'), records: 10, expiresMs: 1, signature: NO_SIGNATURE },
  sendCapabilitySeed: seedOf('capability'),
  bundleKey: seedOf('bundle'),
}

export const idOf = (operation: Operation): OperationId => operationIdOf(primitives, operation.unsigned)

const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi']
const nameByAccount = new Map(NAMES.map((name) => [String(primitives.ed25519.keyPairFromSeed(seedOf(`account ${name}`)).publicKey), name]))
const nameOf = (account: AccountId): string => nameByAccount.get(String(account)) ?? 'a stranger'
