/**
 * Requests of people who share no group with this person (PROTOCOL §5.58, §13.56): they wait in a place of their own, and nothing of
 * that leaves this device, until the person accepts or blocks. What is kept of them is bounded.
 */
import { isContactRequestProven, openContactRequest, parseInvite } from '@sotto/crypto'
import { type AccountId, equalBytes, LIMITS } from '@sotto/wire'
import type { EngineReply } from '../contract/pages.ts'
import { no, ok } from '../contract/replies.ts'
import { isBlocked, setBlocked } from '../groups/blocked.ts'
import { awaitsOther, directChatsWith, isOpenWith, sharedGroupWith } from '../groups/direct-chats.ts'
import { noteHearsay } from '../groups/names.ts'
import { isWanted } from '../links/relay-links.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { CONTACT_REQUEST } from '../state/tables/contact-links.ts'
import { JOIN } from '../state/tables/groups.ts'
import { contactSecrets } from './contact-link.ts'
import { joinDirectChat, openDirectChat } from './direct-chats.ts'

/** A record is at the link's rendezvous. Where the place is full, the signatures of others are not even looked at: they are left again. */
export function receiveContactRequest(context: Context, record: Uint8Array): void {
  const own = contactSecrets(context)
  const { primitives } = context.provider
  const request = own === undefined ? undefined : openContactRequest(primitives, own, record)
  if (own === undefined || request === undefined) return
  const { account } = request.list.body
  const known = context.transaction.get(CONTACT_REQUEST, textOf(account))
  if (equalBytes(account, own.account) || isBlocked(context, account)) return
  if (known === undefined ? isFull(context) : known.askedMs >= request.askedMs) return
  const invite = parseInvite(primitives, request.invite)
  if ('code' in invite || !equalBytes(invite.inviter, account.slice(0, invite.inviter.length)) || invite.expiresMs <= context.nowMs) return
  // Nothing is dialled on a stranger's word.
  if (!invite.relays.some((relay) => isWanted(context, relay)) || !isContactRequestProven(primitives, own, request)) return
  if (isAwaited(context, account)) return void joinDirectChat(context, account, request.invite)
  context.transaction.put(CONTACT_REQUEST, [textOf(account)], {
    account,
    name: request.name,
    words: request.words,
    invite: request.invite,
    askedMs: request.askedMs,
    sinceMs: known?.sinceMs ?? context.nowMs,
    untilMs: Math.min(invite.expiresMs, context.nowMs + LIMITS.contactRequestMs),
  })
}

const isFull = (context: Context): boolean =>
  context.transaction.scan(CONTACT_REQUEST).filter(({ value }) => !isBlocked(context, value.account)).length >= LIMITS.contactRequests

/** Whether this person shares a group with an account, accepted it before, or wrote to it itself: then nobody is asked. */
const isAwaited = (context: Context, account: Parameters<typeof sharedGroupWith>[1]): boolean =>
  sharedGroupWith(context, account) !== undefined ||
  directChatsWith(context, account).some(({ group }) => awaitsOther(context, group) || context.transaction.get(JOIN, group) !== undefined)

/** What the person decides. */
export function answerContactRequest(context: Context, account: string, what: 'accept' | 'block' | 'unblock'): EngineReply {
  const request = context.transaction.get(CONTACT_REQUEST, account)
  if (request === undefined) return no('requestGone')
  switch (what) {
    case 'accept':
      if (isBlocked(context, request.account)) return no('requestGone')
      if (!joinDirectChat(context, request.account, request.invite)) return no('requestGone')
      noteHearsay(context, request.account, request.name)
      context.transaction.delete(CONTACT_REQUEST, account)
      return ok({ group: directChatsWith(context, request.account).find(({ group }) => context.transaction.get(JOIN, group) !== undefined)?.group ?? '' })
    case 'block':
      setBlocked(context, account, true)
      // Who it was stays, so that it can be taken back. What it wrote does not.
      context.transaction.put(CONTACT_REQUEST, [account], { ...request, words: '', invite: '' })
      return ok()
    case 'unblock':
      setBlocked(context, account, false)
      context.transaction.delete(CONTACT_REQUEST, account)
      return ok()
  }
}

/** The person writes to an account alone, by a group that they share: who asked to write to this person is accepted by that. */
export function talkAlone(context: Context, account: AccountId): EngineReply {
  const isTalking = directChatsWith(context, account).some(({ group }) => isOpenWith(context, group, account))
  const accepted = isTalking ? no('requestGone') : answerContactRequest(context, textOf(account), 'accept')
  if (accepted.ok) return accepted
  const opened = openDirectChat(context, account)
  // It could not be accepted any more, and is answered all the same.
  if (opened.ok && !isBlocked(context, account)) context.transaction.delete(CONTACT_REQUEST, textOf(account))
  return opened
}

/** Removes everything that waits, such as after a flood. Whom the person blocked stays blocked. */
export function clearContactRequests(context: Context): void {
  for (const { key, value } of context.transaction.scan(CONTACT_REQUEST))
    if (!isBlocked(context, value.account)) context.transaction.delete(CONTACT_REQUEST, ...key)
}

/** Forgets requests that cannot be accepted any more. Runs from time to time. */
export function expireContactRequests(context: Context): void {
  for (const { key, value } of context.transaction.scan(CONTACT_REQUEST))
    if (value.untilMs < context.nowMs && !isBlocked(context, value.account)) context.transaction.delete(CONTACT_REQUEST, ...key)
}

/** A conversation with a person began in another way: a request of theirs is answered. */
export function endContactRequest(context: Context, group: string): void {
  for (const { key, value } of context.transaction.scan(CONTACT_REQUEST))
    if (directChatsWith(context, value.account).some((each) => each.group === group)) context.transaction.delete(CONTACT_REQUEST, ...key)
}
