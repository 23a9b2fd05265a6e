/**
 * Asking to write by a contact link (PROTOCOL §5.57): what was written first goes to the link's rendezvous with an invite for its
 * person alone, and again once a day, since a relay keeps it for a week. Nothing comes back before it is accepted.
 */
import { contactAppendKeyPair, findContactLink, formatContactLink, sealContactRequest } from '@sotto/crypto'
import { type AccountId, type ContactLink, equalBytes, LIMITS } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import { leave, withdraw } from '../links/outbox.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { USED_CONTACT_LINK } from '../state/tables/contact-links.ts'
import { OUTBOX } from '../state/tables/links.ts'
import { createInvite } from './invites.ts'

type Reading = Pick<Context, 'transaction'>

/**
 * A group is for the person of this link. What waits by an earlier link of theirs is not left any more. `isSpare`: for now they are
 * reached by a group that both are in.
 */
export function keepUsedLink(context: Context, group: string, link: ContactLink, isSpare = false): void {
  const text = formatContactLink(context.provider.primitives, link)
  if (text === undefined || context.transaction.get(USED_CONTACT_LINK, group)?.link === text) return
  for (const token of waiting(context, group)) withdraw(context, token)
  context.transaction.put(USED_CONTACT_LINK, [group], { link: text, isSpare, sinceMs: context.nowMs, record: new Uint8Array(), nextMs: 0 })
}

const waiting = ({ transaction }: Reading, group: string): readonly string[] =>
  transaction
    .scan(OUTBOX)
    .flatMap(({ key: [token = ''], value: { about } }) => (about.kind === 'contactRequest' && textOf(about.group) === group ? [token] : []))

/** Groups that were made by a link, and whether its person was asked yet. */
export const usedLinks = ({ transaction }: Reading): readonly { readonly group: string; readonly isAsked: boolean; readonly isSpare: boolean }[] =>
  transaction.scan(USED_CONTACT_LINK).map(({ key: [group = ''], value }) => ({ group, isAsked: value.record.length > 0, isSpare: value.isSpare }))

/** Asks, with the beginning of what was written. */
export function askByLink(context: Context, group: string, words: string): void {
  const used = context.transaction.get(USED_CONTACT_LINK, group)
  const link = used === undefined ? undefined : findContactLink(context.provider.primitives, used.link)
  if (used === undefined || link === undefined || 'code' in link) return
  const made = createInvite(context, group, 1, LIMITS.contactRequestMs)
  if ('code' in made) return
  const self = selfOf(context)
  const device = context.provider.primitives.ed25519.keyPairFromSeed(self.deviceSeed)
  const said = { list: self.deviceList, name: self.name, invite: made.text, askedMs: context.nowMs, words }
  const record = sealContactRequest(context.provider, link, said, device)
  if (record === undefined) return
  context.transaction.put(USED_CONTACT_LINK, [group], { ...used, isSpare: false, sinceMs: context.nowMs, record })
  leaveRecord(context, group)
}

/** Leaves the same once more, if it is time: a relay that has it keeps one of it. */
export function askAgainByLink(context: Context, group: string): void {
  const used = context.transaction.get(USED_CONTACT_LINK, group)
  if (used === undefined || used.record.length === 0 || used.nextMs > context.nowMs) return
  if (used.sinceMs + LIMITS.contactRequestMs > context.nowMs && waiting(context, group).length === 0) leaveRecord(context, group)
}

function leaveRecord(context: Context, group: string): void {
  const { primitives } = context.provider
  const used = context.transaction.get(USED_CONTACT_LINK, group)
  const link = used === undefined ? undefined : findContactLink(primitives, used.link)
  if (used === undefined || link === undefined || 'code' in link) return
  const append = contactAppendKeyPair(primitives, link)
  const keys = { kind: 'rendezvous', readKey: link.readKey, appendKey: append.publicKey } as const
  for (const relay of link.relays)
    leave(context, { relay, keys, appendSeed: append.seed, grant: null, body: used.record, about: { kind: 'contactRequest', group: bytesOf(group) } })
  context.transaction.put(USED_CONTACT_LINK, [group], { ...used, nextMs: context.nowMs + LIMITS.contactRequestAgainMs })
}

/** Whether an account may come into a group: into one that was made by a link its person alone, also where another could read the request. */
export function mayComeIn(context: Context, group: string, account: AccountId): boolean {
  const used = context.transaction.get(USED_CONTACT_LINK, group)
  const link = used === undefined ? undefined : findContactLink(context.provider.primitives, used.link)
  return link === undefined || (!('code' in link) && equalBytes(link.account, account))
}
