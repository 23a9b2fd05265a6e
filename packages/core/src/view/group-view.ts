/** A group in the view. */
import { resolve, type Roster } from '@sotto/membership'
import { equalBytes, nameFrom, NO_HISTORY } from '@sotto/wire'
import { cipherNamed, type GroupCipher, type Reading } from '../cipher/group-cipher.ts'
import type { GroupView, MemberView } from '../contract/pages.ts'
import { epochBeganMs } from '../epochs/epoch-keys.ts'
import { attachmentViews, comingViews, passingOnViews } from '../files/file-view.ts'
import { isBlocked } from '../groups/blocked.ts'
import { groupProfile } from '../groups/group-profile.ts'
import { personOf } from '../groups/names.ts'
import { isNewMember } from '../groups/new-member.ts'
import { editingOf } from '../messages/change-message.ts'
import { chosenView } from '../messages/conversation-choices.ts'
import { conversationOf } from '../messages/conversation-row.ts'
import { draftLifetime, draftOf } from '../messages/drafts.ts'
import { lifeOf } from '../messages/lives.ts'
import { asWritten } from '../messages/mentions.ts'
import { placeView } from '../messages/page-places.ts'
import { composerReplyOf, quoteView } from '../messages/quotes.ts'
import { typingIn } from '../messages/signals/typing.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import type { Transaction } from '../state/table.ts'
import { USED_CONTACT_LINK } from '../state/tables/contact-links.ts'
import { DIRECT_CHAT } from '../state/tables/direct-chats.ts'
import { type Group, MEMBERSHIP_LOG } from '../state/tables/groups.ts'
import { RELAY_LINK, RELAY_PLACE } from '../state/tables/links.ts'
import { PENDING_MESSAGE } from '../state/tables/messages.ts'
import type { Self } from '../state/tables/self.ts'
import { bestOf, membersOf, type Reach, reachOf, senderOf } from './members-view.ts'
import { linesTo } from './relays-view.ts'
import { unreadableOf } from './unreadable-view.ts'

type Rows = Reading['transaction']
type Ciphers = Context['ciphers']

export function groupView(ciphers: Ciphers, transaction: Transaction, self: Self, id: string, row: Group, revision: number): GroupView {
  const log = transaction.get(MEMBERSHIP_LOG, id)
  const roster = log === undefined ? undefined : resolve(log)
  const members = roster === undefined ? [] : membersOf(transaction, self, id, roster)
  const cipher = roster === undefined ? undefined : cipherNamed({ ciphers }, roster.groupCipher)
  const isMember = row.state === 'member' && roster !== undefined
  const direct = directOf(transaction, self, id, roster)
  const isAdmin = isMember && roster.isAdmin(self.account)
  const hasOthers = members.length > 1
  const { unread, mentions, read, last } = conversationOf({ transaction }, id)
  const about = groupProfile({ transaction }, id)
  const draft = draftOf({ transaction }, id)
  const replyTo = composerReplyOf({ transaction }, id)
  const editing = editingOf({ transaction }, id)
  return {
    id,
    title: nameFrom(row.title),
    direct,
    description: about.description,
    picture: about.name === '' ? null : about.name,
    isTitleFormer: row.title !== '' && roster !== undefined && !equalBytes(row.titleHash, roster.titleHash),
    state: row.state,
    join: null,
    connection: isMember ? connectionOf(transaction, row, roster, members) : 'offline',
    members,
    typing: isMember ? typistsOf(transaction, id, members) : [],
    unread,
    readUpTo: unread > 0 ? read : null,
    ...chosenView({ transaction }, id),
    ...placeView({ transaction }, id),
    mentions,
    draft: draft.text,
    draftMentions: asWritten(draft.mentions),
    draftLifetimeSeconds: isMember ? draftLifetime({ transaction }, id, roster.lifetimeSeconds) : null,
    replyTo: replyTo === undefined ? null : quoteView({ transaction }, textOf(replyTo.message), replyTo),
    editing: editing === undefined ? null : { message: textOf(editing.message), text: editing.text, mentions: asWritten(editing.mentions) },
    attachments: attachmentViews({ transaction }, id),
    passingOn: passingOnViews({ transaction }, id),
    coming: comingViews({ transaction }, id),
    lastMessage:
      last === null
        ? null
        : {
            text: last.text.slice(0, 200),
            deleted: last.deleted,
            ...senderOf(transaction, last.account),
            own: equalBytes(last.account, self.account),
            atMs: last.atMs,
            vanishes: lifeOf({ transaction }, id, last.message) !== undefined,
          },
    revision,
    isAddressPrivate: isMember && roster.isAddressPrivate,
    lifetimeSeconds: isMember ? roster.lifetimeSeconds : 0,
    history: isMember ? roster.history : NO_HISTORY,
    relays: isMember ? linesTo(transaction, row.relays) : [],
    looksAt: isMember
      ? linesTo(
          transaction,
          transaction.scan(RELAY_PLACE, id).map(({ value }) => value.address),
        )
      : [],
    may: {
      send: isMember && direct?.isBlocked !== true,
      invite: isMember && direct === null,
      removeOthers: isAdmin && hasOthers,
      setRoles: isAdmin && hasOthers,
      setRelays: isAdmin,
      setAddressPrivacy: isAdmin,
      setHistory: isAdmin,
      setTitle: isAdmin && direct === null,
    },
    security: securityOf(cipher, transaction, id, row, roster, self),
    waitsFor: isMember ? waitsFor(transaction, id, members) : null,
    unreadable: log === undefined || cipher === undefined ? [] : unreadableOf(cipher, transaction, log, self, id),
  }
}

const waitsFor = (transaction: Transaction, id: string, members: readonly MemberView[]): GroupView['waitsFor'] =>
  isNewMember(transaction, id) && transaction.first(PENDING_MESSAGE, id) !== undefined
    ? 'comparison'
    : members.length === 1 && transaction.get(USED_CONTACT_LINK, id)?.isSpare === false
      ? 'answer'
      : null

/** The other person, if nobody else was ever in it. */
export function directOf(transaction: Transaction, self: Self, id: string, roster: Roster | undefined): GroupView['direct'] {
  const chat = transaction.get(DIRECT_CHAT, id)
  if (chat === undefined) return null
  const isOneOfTwo = (account: Uint8Array): boolean => equalBytes(account, self.account) || equalBytes(account, chat.account)
  if (roster !== undefined && ![...roster.members, ...roster.departed].every(({ account }) => isOneOfTwo(account))) return null
  return { ...personOf({ transaction }, chat.account), account: textOf(chat.account), isBlocked: isBlocked({ transaction }, chat.account) }
}

/** Our own way to the group. Where a relay is connected, only who lets us know that it is there is seen to be connected to us. */
function connectionOf(transaction: Rows, row: Group, roster: Roster, members: readonly MemberView[]): Reach {
  for (const path of ['direct', 'turn'] as const) if (members.some(({ connection }) => connection === path)) return path
  const hasRelay = transaction.scan(RELAY_LINK).some(({ value }) => value.state === 'connected' && row.relays.includes(value.address))
  return hasRelay ? 'relay' : bestOf(roster.members.map((member) => reachOf(transaction, member)))
}

/** Those who type, as far as they are members. */
const typistsOf = (transaction: Transaction, id: string, members: readonly MemberView[]): GroupView['typing'] =>
  typingIn({ transaction }, id).flatMap((account) => {
    const member = members.find((each) => each.account === account)
    return member === undefined ? [] : [{ account, name: member.name, another: member.another }]
  })

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
  const epochSinceMs = epochBeganMs({ transaction }, id, epoch)
  return { groupCipher: roster?.groupCipher ?? 'sender-keys', epoch, epochSinceMs, keyId, rotatedMs, devicesHolding, devices: others.length }
}
