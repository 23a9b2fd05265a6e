/** The pages' view, made from the state. */
import { type MembershipLog, resolve, type Roster } from '@sotto/membership'
import { difference, hasNumber, NOTHING, sizeOf } from '@sotto/sync'
import { type AccountId, equalBytes, LIMITS, nameFrom, type Ranges } from '@sotto/wire'
import { cipherNamed, type GroupCipher, type Reading } from '../cipher/group-cipher.ts'
import type { EngineView, GroupView, JoinView, MemberView, RelayView, UnreadableCause } from '../contract/pages.ts'
import { isNewMember } from '../groups/new-member.ts'
import { isForked } from '../groups/device-lists.ts'
import { ownNameOf, personOf } from '../groups/names.ts'
import { markOf, pinOf } from '../groups/pins.ts'
import { sealedBeforeUs } from '../groups/sealed-before.ts'
import { autoLockMinutesOf } from '../identity/settings.ts'
import { clockAheadOfRelaysMs } from '../links/relay-time.ts'
import { conversationOf } from '../messages/conversation-row.ts'
import { draftOf } from '../messages/drafts.ts'
import { composerReplyOf, quoteView } from '../messages/quotes.ts'
import type { Context } from '../state/context.ts'
import { type KeyName, textOf } from '../state/names.ts'
import { type State, Transaction } from '../state/table.ts'
import { GROUP, GROUP_CHANGES, type Group, JOIN, MEMBERSHIP_LOG } from '../state/tables/groups.ts'
import { PEER, RELAY_LINK, RELAY_PLACE, SECOND_READER, WHEREABOUTS } from '../state/tables/links.ts'
import { PENDING_MESSAGE } from '../state/tables/messages.ts'
import { SELF, type Self } from '../state/tables/self.ts'
import { SEALED_BEFORE, UNDECRYPTABLE } from '../state/tables/cipher.ts'

/** The machine's part of the view: everything but the vault's phase. */
export type MachineView = Pick<EngineView, 'relays' | 'groups' | 'clockAheadMs'> & {
  readonly self: Omit<NonNullable<EngineView['profile']>, 'hasPassphrase'> | null
}

type Ciphers = Context['ciphers']

export function viewOf(ciphers: Ciphers, state: State): MachineView {
  const transaction = new Transaction(state)
  const self = transaction.get(SELF, 'self')
  if (self === undefined) return { relays: [], groups: [], clockAheadMs: null, self: null }
  const relays: readonly RelayView[] = transaction.scan(RELAY_LINK).map(({ value }) => ({ address: value.address, state: value.state }))
  const groups = transaction
    .scan(GROUP)
    .map(({ key: [group = ''], value }) => ({ group, value, changes: transaction.get(GROUP_CHANGES, group) ?? { revision: 0, raisedMs: 0 } }))
    .toSorted((a, b) => b.changes.raisedMs - a.changes.raisedMs)
    .map(({ group, value, changes }) => groupView(ciphers, transaction, self, group, value, changes.revision))
  const joining = transaction.scan(JOIN).flatMap(({ key, value }) => {
    if (value.step === 'withdrawn') return []
    const reason = value.reason === 'none' ? null : value.reason
    return [joiningView(key[0] ?? '', { step: value.step, reason })]
  })
  // A removed member may ask to come back. The conversation that it kept is then shown once, with the request.
  const asked = new Set(joining.map((each) => each.id))
  const aheadMs = clockAheadOfRelaysMs(transaction)
  const clockAheadMs = Math.abs(aheadMs) > LIMITS.clockWrongMs ? aheadMs : null
  return {
    relays,
    clockAheadMs,
    groups: [...joining, ...groups.filter((each) => !asked.has(each.id))],
    self: {
      name: nameFrom(self.name),
      account: textOf(self.account),
      secondReaderMs: transaction.get(SECOND_READER, 'self')?.atMs ?? null,
      autoLockMinutes: autoLockMinutesOf({ transaction }),
    },
  }
}

function joiningView(id: string, join: JoinView): GroupView {
  return {
    id,
    // The title is known once the log names the members that sent it.
    title: '',
    isTitleFormer: false,
    state: 'joining',
    join,
    connection: 'offline',
    members: [],
    unread: 0,
    draft: '',
    replyTo: null,
    lastMessage: null,
    revision: 0,
    relays: [],
    looksAt: [],
    may: { send: false, invite: false, removeOthers: false, setRoles: false, setRelays: false },
    security: { groupCipher: 'sender-keys', epoch: '', keyId: 0, rotatedMs: null, devicesHolding: 0, devices: 0 },
    waitsFor: null,
    unreadable: [],
  }
}

type Rows = Reading['transaction']

function groupView(ciphers: Ciphers, transaction: Transaction, self: Self, id: string, row: Group, revision: number): GroupView {
  const log = transaction.get(MEMBERSHIP_LOG, id)
  const roster = log === undefined ? undefined : resolve(log)
  const members = roster === undefined ? [] : membersOf(transaction, self, roster)
  const cipher = roster === undefined ? undefined : cipherNamed({ ciphers }, roster.groupCipher)
  const isMember = row.state === 'member' && roster !== undefined
  const isAdmin = isMember && roster.isAdmin(self.account)
  const hasOthers = members.length > 1
  const { unread, last } = conversationOf({ transaction }, id)
  const replyTo = composerReplyOf({ transaction }, id)
  return {
    id,
    title: nameFrom(row.title),
    isTitleFormer: row.title !== '' && roster !== undefined && !equalBytes(row.titleHash, roster.titleHash),
    state: row.state,
    join: null,
    connection: isMember ? connectionOf(transaction, row, members) : 'offline',
    members,
    unread,
    draft: draftOf({ transaction }, id),
    replyTo: replyTo === undefined ? null : quoteView({ transaction }, textOf(replyTo.message), replyTo),
    lastMessage:
      last === null
        ? null
        : {
            text: last.text.slice(0, 200),
            ...senderOf(transaction, last.account),
            own: equalBytes(last.account, self.account),
            atMs: last.atMs,
          },
    revision,
    relays: isMember ? linesTo(transaction, row.relays) : [],
    looksAt: isMember
      ? linesTo(
          transaction,
          transaction.scan(RELAY_PLACE, id).map(({ value }) => value.address),
        )
      : [],
    may: {
      send: isMember,
      invite: isMember,
      removeOthers: isAdmin && hasOthers,
      setRoles: isAdmin && hasOthers,
      setRelays: isAdmin,
    },
    security: securityOf(cipher, transaction, id, row, roster, self),
    waitsFor: isNewMember(transaction, id) && transaction.first(PENDING_MESSAGE, id) !== undefined ? 'comparison' : null,
    unreadable: log === undefined || cipher === undefined ? [] : unreadableOf(cipher, transaction, log, self, id),
  }
}

/** How relays are reached now. A relay without a link has not been tried yet. */
function linesTo(transaction: Rows, relays: readonly string[]): readonly RelayView[] {
  const states = new Map(transaction.scan(RELAY_LINK).map(({ value }) => [value.address, value.state]))
  return relays.map((address) => ({ address, state: states.get(address) ?? 'connecting' }))
}

function membersOf(transaction: Rows, self: Self, roster: Roster): readonly MemberView[] {
  return roster.members.map((member) => ({
    account: textOf(member.account),
    ...personOf({ transaction: transaction as Transaction }, member.account),
    ...pinnedOf({ transaction: transaction as Transaction }, textOf(member.account)),
    role: member.role,
    own: equalBytes(member.account, self.account),
    connection: bestOf(member.devices.map(({ device }) => reachOf(transaction, textOf(device)))),
    devices: member.devices.length,
  }))
}

function senderOf(transaction: Transaction, account: AccountId) {
  const { name, another } = personOf({ transaction }, account)
  return { senderName: name, senderAnother: another }
}

/** What this device knows of a member besides what its name says. */
function pinnedOf(context: Pick<Context, 'transaction'>, account: string): Pick<MemberView, 'petname' | 'callsItself' | 'mark' | 'isForked'> {
  const { petname } = pinOf(context, account)
  return { petname, callsItself: ownNameOf(context, account), mark: markOf(context, account), isForked: isForked(context, account) }
}

type Reach = 'direct' | 'relay' | 'offline'

/** How a device is reached now, as far as its announcement is true. */
function reachOf(transaction: Rows, device: string): Reach {
  const where = transaction.get(WHEREABOUTS, device)
  const peer = where === undefined ? undefined : transaction.get(PEER, where.peer)
  return peer === undefined ? 'offline' : peer.path === 'direct' ? 'direct' : 'relay'
}

const bestOf = (reaches: readonly Reach[]): Reach => (reaches.includes('direct') ? 'direct' : reaches.includes('relay') ? 'relay' : 'offline')

function connectionOf(transaction: Rows, row: Group, members: readonly MemberView[]): Reach {
  const best = bestOf(members.filter((each) => !each.own).map((each) => each.connection))
  if (best === 'direct') return 'direct'
  const hasRelay = transaction.scan(RELAY_LINK).some(({ value }) => value.state === 'connected' && row.relays.includes(value.address))
  return hasRelay ? 'relay' : best
}

function securityOf(
  cipher: GroupCipher | undefined,
  transaction: Transaction,
  id: string,
  row: Group,
  roster: Roster | undefined,
  self: Self,
): GroupView['security'] {
  const epoch = row.epoch === null ? '' : textOf(row.epoch)
  const others = roster?.members.flatMap(({ devices }) => devices.map(({ device }) => device)).filter((device) => !equalBytes(device, self.device)) ?? []
  const { keyId, rotatedMs, devicesHolding } = cipher?.facts({ transaction }, id, others) ?? { keyId: 0, rotatedMs: null, devicesHolding: 0 }
  return { groupCipher: roster?.groupCipher ?? 'sender-keys', epoch, keyId, rotatedMs, devicesHolding, devices: others.length }
}

function unreadableOf(cipher: GroupCipher, transaction: Rows, log: MembershipLog, self: Self, id: string): GroupView['unreadable'] {
  const counts = new Map<UnreadableCause, { count: number; repairing: boolean }>()
  const isAnySaid = transaction.first(SEALED_BEFORE, id) !== undefined
  const sealedBefore = (name: KeyName): Ranges => (isAnySaid ? sealedBeforeUs(transaction, log, self.device, name) : NOTHING)
  for (const { value } of transaction.scan(UNDECRYPTABLE, id)) {
    const cause: UnreadableCause = value.cause === 'operationsMissing' ? 'keyNotYetReceived' : value.cause
    // What was sent before this device joined was never meant for it, so nothing is missing.
    const name: KeyName = [id, textOf(value.epoch), textOf(value.device), String(value.keyId)]
    if (cause === 'fromBeforeYouJoined' || hasNumber(sealedBefore(name), value.iteration)) continue
    const asked = cipher.isAskedFor({ transaction }, name)
    const before = counts.get(cause) ?? { count: 0, repairing: false }
    counts.set(cause, { count: before.count + 1, repairing: before.repairing || asked || value.cause === 'operationsMissing' })
  }
  for (const { key, iterations, cause } of cipher.givenUp({ transaction }, id)) {
    const count = sizeOf(difference(iterations, sealedBefore(key)))
    if (count === 0) continue
    const before = counts.get(cause) ?? { count: 0, repairing: false }
    counts.set(cause, { ...before, count: before.count + count })
  }
  return [...counts].map(([cause, { count, repairing }]) => ({ cause, count, repairing }))
}
