/** Invites: made, shown again while they are valid, and revoked (PROTOCOL §5). */
import { formatInvite, hashOfHeads, inviteKeyPair, parseInvite, rendezvousKeys } from '@sotto/crypto'
import { mayAuthor } from '@sotto/membership'
import { type GroupId, LIMITS } from '@sotto/wire'
import type { RejectionCode } from '../contract/pages.ts'
import { author } from '../epochs/author.ts'
import { rosterOf, signOwn } from '../groups/group-log.ts'
import { selfOf } from '../identity/profile.ts'
import { byReach } from '../links/group-relays.ts'
import { addressToPassOn } from '../links/relay-admission.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { GROUP, OWN_INVITE, type OwnInvite } from '../state/tables/groups.ts'

/** Makes an invite, or returns our newest one that is still open: its text, its expiry and its number of uses. */
export function createInvite(
  context: Context,
  group: string,
  uses: number = LIMITS.inviteUses,
  lastsMs: number = LIMITS.inviteMs,
): { readonly text: string; readonly expiresMs: number; readonly uses: number } | { readonly code: RejectionCode } {
  const self = selfOf(context)
  const row = context.transaction.get(GROUP, group)
  if (row === undefined || row.state !== 'member') return { code: 'notMember' }
  const open = rosterOf(context, group).openInvites
  const relays = byReach(context, row.relays).map((relay) => addressToPassOn(context, relay))
  for (const { key, value } of context.transaction.scan(OWN_INVITE, group)) {
    const usable = open.some((each) => textOf(each.id) === key[1] && each.usesLeft > 0)
    if (usable && value.uses === uses && value.expiresMs > context.nowMs + lastsMs / 2) return atTheseRelays(context, key, value, relays)
  }
  const { primitives, random } = context.provider
  const seed = random(32)
  const rendezvousSeed = random(32)
  const expiresMs = context.nowMs + lastsMs
  const invite = inviteKeyPair(primitives, seed)
  const { readKeyPair, sealKeyPair } = rendezvousKeys(primitives, rendezvousSeed)
  const body = { kind: 'invite', inviteKey: invite.publicKey, role: 'member', uses, expiresMs, rendezvousSeed } as const
  if (mayAuthor(primitives, rosterOf(context, group), self, body) !== true) return { code: 'notAllowed' }
  const signed = signOwn(context, group, body)
  const text = formatInvite(primitives, {
    group: bytesOf<GroupId>(group),
    rendezvousReadKey: readKeyPair.publicKey,
    rendezvousSealKey: sealKeyPair.publicKey,
    seed,
    headsHash: hashOfHeads(primitives, signed.operation.unsigned.parents),
    inviter: self.account.slice(0, 16),
    expiresMs,
    relays,
  })
  if (text === undefined) return { code: 'relayAddressInvalid' }
  context.transaction.put(OWN_INVITE, [group, textOf(signed.id)], { text, expiresMs, uses })
  author(context, group, signed)
  return { text, expiresMs, uses }
}

/** An invite of ours with the group's present relays: the group may have moved since it was made. */
function atTheseRelays(context: Context, key: readonly string[], invite: OwnInvite, relays: readonly string[]): OwnInvite {
  const parsed = parseInvite(context.provider.primitives, invite.text)
  const text = 'code' in parsed ? undefined : formatInvite(context.provider.primitives, { ...parsed, relays })
  if (text === undefined || text === invite.text) return invite
  const moved = { ...invite, text }
  context.transaction.put(OWN_INVITE, key, moved)
  return moved
}

/** Revokes every open invite of a group that this device may revoke. */
export function revokeInvites(context: Context, group: string): void {
  for (const invite of rosterOf(context, group).openInvites) {
    const body = { kind: 'revokeInvite', invite: invite.id } as const
    if (mayAuthor(context.provider.primitives, rosterOf(context, group), selfOf(context), body) === true) author(context, group, signOwn(context, group, body))
  }
}
