/** The rendezvous mailboxes of a group's invites: which of them are read, and when requests are deleted there (PROTOCOL §5). */
import { rendezvousAppendKeyPair, rendezvousKeys } from '@sotto/crypto'
import type { MailboxCredentials } from '@sotto/mailbox'
import { type OpenInvite, operationIdOf, operationsInCausalOrder } from '@sotto/membership'
import { type AccountId, compareBytes, equalBytes, LIMITS, type OperationId, type UnsignedOperation } from '@sotto/wire'
import { logOf, rosterOf } from '../groups/group-log.ts'
import { selfOf } from '../identity/profile.ts'
import { placesOf } from '../links/group-relays.ts'
import { taken } from '../links/inbox.ts'
import { closeMailbox, readMailbox } from '../links/mailboxes.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { ADMISSION, GROUP } from '../state/tables/groups.ts'
import { MAILBOX, SEEN_REQUESTS } from '../state/tables/links.ts'

/** By the seed of each invite, with its key: every operation looks at all invites that are open, and three key pairs are dear. */
const derived = new WeakMap<Uint8Array, { readonly inviteKey: Uint8Array; readonly credentials: MailboxCredentials }>()

function rendezvousCredentials(context: Context, inviteKey: Uint8Array, rendezvousSeed: Uint8Array): MailboxCredentials {
  const known = derived.get(rendezvousSeed)
  if (known !== undefined && equalBytes(known.inviteKey, inviteKey)) return known.credentials
  const { readKeyPair } = rendezvousKeys(context.provider.primitives, rendezvousSeed)
  const append = rendezvousAppendKeyPair(context.provider.primitives, inviteKey)
  const credentials: MailboxCredentials = {
    keys: { kind: 'rendezvous', readKey: readKeyPair.publicKey, appendKey: append.publicKey },
    readSeed: readKeyPair.seed,
    appendSeed: null,
    grant: null,
  }
  derived.set(rendezvousSeed, { inviteKey, credentials })
  return credentials
}

/** Ids of `invite` operations that were hashed before. */
const ids = new WeakMap<UnsignedOperation, OperationId>()

function idOf(context: Context, unsigned: UnsignedOperation): OperationId {
  const id = ids.get(unsigned) ?? operationIdOf(context.provider.primitives, unsigned)
  ids.set(unsigned, id)
  return id
}

type Rendezvous = Pick<OpenInvite, 'id' | 'inviteKey' | 'rendezvousSeed' | 'expiresMs' | 'author'>

/**
 * The invites whose rendezvous we read: the open ones, and also closed ones as long as a joiner may still use them and needs a
 * refusal. The refusal is up to the invite's author, or to the admins if the author is no longer a member.
 */
export function rendezvousOf(context: Context, group: string): readonly Rendezvous[] {
  const roster = rosterOf(context, group)
  const { account } = selfOf(context)
  const open = new Set(roster.openInvites.map((each) => textOf(each.id)))
  const closed = operationsInCausalOrder(logOf(context, group)).flatMap(({ unsigned }): readonly Rendezvous[] => {
    const { body, account: author } = unsigned
    if (body.kind !== 'invite' || body.expiresMs < context.nowMs) return []
    const isOurs = equalBytes(author, account) || (!roster.isMember(author) && roster.isAdmin(account))
    const id = idOf(context, unsigned)
    return isOurs && !open.has(textOf(id)) ? [{ ...body, id, author }] : []
  })
  return readable([...roster.openInvites, ...closed], account)
}

/** Our own invites first, then the newest of each member, in all only as many as leave a relay room for other mailboxes. */
function readable(invites: readonly Rendezvous[], own: AccountId): readonly Rendezvous[] {
  const isOurs = ({ author }: Rendezvous): boolean => equalBytes(author, own)
  const newestFirst = invites.toSorted((a, b) => Number(isOurs(b)) - Number(isOurs(a)) || b.expiresMs - a.expiresMs || compareBytes(a.id, b.id))
  const byAuthor = new Map<string, number>()
  const ofEach = newestFirst.filter((invite) => {
    const author = textOf(invite.author)
    byAuthor.set(author, (byAuthor.get(author) ?? 0) + 1)
    return isOurs(invite) || (byAuthor.get(author) ?? 0) <= LIMITS.invitesReadOfOne
  })
  return ofEach.slice(0, LIMITS.invitesRead)
}

/** Reads the rendezvous of each invite of a group that a joiner may still use. */
export function readRendezvous(context: Context, group: string): void {
  const row = context.transaction.get(GROUP, group)
  const open = row?.state === 'member' ? rendezvousOf(context, group) : []
  const current = new Set(open.map((each) => textOf(each.id)))
  for (const { key, value } of context.transaction.scan(MAILBOX)) {
    if (value.purpose.kind === 'rendezvous' && value.purpose.group === group && !current.has(value.purpose.invite)) closeMailbox(context, key[0] ?? '')
  }
  for (const invite of open) {
    if (invite.expiresMs + LIMITS.inviteMs < context.nowMs) continue
    const credentials = rendezvousCredentials(context, invite.inviteKey, invite.rendezvousSeed)
    for (const relay of placesOf(context, group)) readMailbox(context, relay, credentials, { kind: 'rendezvous', group, invite: textOf(invite.id) })
  }
}

/** The requests at a rendezvous have been read up to this cursor. */
export function requestSeen(context: Context, relay: string, mailbox: string, group: string, cursor: number): void {
  context.transaction.put(SEEN_REQUESTS, [group, relay, mailbox], cursor)
  forgetRequests(context)
}

/** Deletes requests at a rendezvous once all have been answered, so that no other member answers them again. */
export function forgetRequests(context: Context): void {
  for (const { key, value: cursor } of context.transaction.scan(SEEN_REQUESTS)) {
    const [group = '', relay = '', mailbox = ''] = key
    if (context.transaction.first(ADMISSION, group) !== undefined) continue
    context.transaction.delete(SEEN_REQUESTS, ...key)
    taken(context, relay, mailbox, cursor)
  }
}
