/**
 * Beginning a direct chat with a member of a shared group (PROTOCOL §8.40, §13.53). The invite goes through the sessions with
 * the other's devices, and they join by themselves. Where both begin one at the same time, the group with the smaller id is
 * joined by both.
 */
import { formatInvite, parseInvite } from '@sotto/crypto'
import { type AccountId, equalBytes, type GroupId, LIMITS } from '@sotto/wire'
import { cipherOf } from '../cipher/group-cipher.ts'
import type { EngineReply } from '../contract/pages.ts'
import { no, ok } from '../contract/replies.ts'
import { isBlocked } from '../groups/blocked.ts'
import { awaitsOther, directChatsWith, isOpenWith, keepDirectChat, sharedGroupWith } from '../groups/direct-chats.ts'
import { rosterOf } from '../groups/group-log.ts'
import { ownNameOf } from '../groups/names.ts'
import { selfOf } from '../identity/profile.ts'
import { isWanted } from '../links/relay-links.ts'
import { queueControlMessage } from '../sessions/control-queue.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, type Sender, textOf } from '../state/names.ts'
import { CONTACT_REQUEST } from '../state/tables/contact-links.ts'
import { DIRECT_CHAT } from '../state/tables/direct-chats.ts'
import { GROUP, JOIN } from '../state/tables/groups.ts'
import { askAgainByLink } from './ask-by-link.ts'
import { createGroup } from './change-group.ts'
import { directChat, type DirectChatMessage } from './control-messages/direct-chat.ts'
import { createInvite } from './invites.ts'
import { beginJoin } from './join-request.ts'

/** How long an invite waits for an answer before it is sent again: this long, and twice as long each time. */
const SAY_AGAIN_MS = 60_000
const MOST_DOUBLINGS = 10

/** The conversation with a person alone: the one that there is, or a new one. */
export function openDirectChat(context: Context, account: AccountId): EngineReply {
  if (equalBytes(account, selfOf(context).account)) return no('unknownAccount')
  const known = directChatsWith(context, account).filter(({ group }) => isOpenWith(context, group, account))
  // What is here is gone on with, before what is being joined.
  const [first] = known.toSorted((a, b) => Number(isHere(context, b.group)) - Number(isHere(context, a.group)))
  if (first !== undefined) return ok({ group: first.group })
  const shared = sharedGroupWith(context, account)
  if (shared === undefined) return no('unknownAccount')
  // Only both devices' relays of a group that they share are reached by both for sure.
  const relays = context.transaction.get(GROUP, shared)?.relays ?? []
  const title = [ownNameOf(context, textOf(selfOf(context).account)), ownNameOf(context, textOf(account))].filter((name) => name !== '').join(', ')
  const made = createGroup(context, title.slice(0, LONGEST_TITLE), { cipher: 'pairwise', relays })
  if (!made.ok || made.value.group === undefined) return made
  keepDirectChat(context, made.value.group, { account, isOurs: true, nextMs: context.nowMs + SAY_AGAIN_MS, attempts: 0 })
  invite(context, made.value.group, account)
  return made
}

/** In characters: even of four bytes each they fit a title. Nobody is shown it unless a third person is let in. */
const LONGEST_TITLE = 32

const isHere = (context: Context, group: string): boolean => context.transaction.get(GROUP, group)?.state === 'member'

/** Sends the invite to every device of the other, by way of a group that both are in, or by a contact link if there is none. */
function invite(context: Context, group: string, account: AccountId): void {
  const shared = sharedGroupWith(context, account)
  if (shared === undefined) return askAgainByLink(context, group)
  const made = createInvite(context, group, 1)
  if ('code' in made) return
  const devices = rosterOf(context, shared).members.find((each) => equalBytes(each.account, account))?.devices ?? []
  for (const { device } of devices) queueControlMessage(context, device, directChat, { group: bytesOf<GroupId>(shared), invite: made.text })
}

/** Whether the other is not in yet, or was let in and does not know: until it has introduced itself, its welcome may have been lost. */
function isAwaited(context: Context, group: string, account: AccountId): boolean {
  if (awaitsOther(context, group)) return true
  const devices = rosterOf(context, group).members.find((each) => equalBytes(each.account, account))?.devices ?? []
  return devices.length > 0 && !devices.some(({ device }) => cipherOf(context, group).hasSpokenSince(context, group, device, () => true))
}

/** From time to time: what was said in vain may have been lost. */
export function inviteAgain(context: Context): void {
  for (const { key, value } of context.transaction.scan(DIRECT_CHAT)) {
    const [group = ''] = key
    if (!value.isOurs || value.nextMs > context.nowMs || !isHere(context, group) || !isAwaited(context, group, value.account)) continue
    const attempts = Math.min(value.attempts + 1, MOST_DOUBLINGS)
    keepDirectChat(context, group, { ...value, attempts, nextMs: context.nowMs + SAY_AGAIN_MS * 2 ** attempts })
    invite(context, group, value.account)
  }
}

/** A member of a shared group wants to talk alone: this device joins. */
export function receiveDirectChat(context: Context, from: Sender, said: DirectChatMessage): void {
  joinDirectChat(context, from.account, said.invite)
}

/** Asks to be let into the group that an account made for a direct chat. Returns whether it did. */
export function joinDirectChat(context: Context, account: AccountId, invite: string): boolean {
  const { primitives } = context.provider
  const parsed = parseInvite(primitives, invite)
  if ('code' in parsed || !equalBytes(parsed.inviter, account.slice(0, parsed.inviter.length))) return false
  if (isBlocked(context, account)) return false
  const group = textOf(parsed.group)
  const known = directChatsWith(context, account)
  // A request that has ended is made once more.
  if (known.some((each) => each.group === group) && context.transaction.get(JOIN, group)?.step !== 'refused') return false
  // Both began one: of the two the smaller is joined, by the one who did not make it.
  if (known.some((each) => awaitsOther(context, each.group) && each.group < group)) return false
  // One at a time: a person may have many devices, and say it often.
  if (known.filter((each) => !isHere(context, each.group)).length >= LIMITS.directChatsAwaited) return false
  // No relay is dialled on another's word that is not wanted anyway.
  const relays = parsed.relays.filter((relay) => isWanted(context, relay))
  const text = relays.length === 0 ? undefined : formatInvite(primitives, { ...parsed, relays })
  if (text === undefined || 'code' in beginJoin(context, text)) return false
  keepDirectChat(context, group, { account, isOurs: false, nextMs: 0, attempts: 0 })
  // Where it began in another way than by accepting, nobody has to be asked any more.
  context.transaction.delete(CONTACT_REQUEST, textOf(account))
  return true
}
