/**
 * Letting people in (PROTOCOL §5): any member that is online may, and everyone can check. The inviter acts at once;
 * others wait a moment, so that one newcomer is admitted once and not by everybody.
 */
import { acceptBundle, contextOf, hashOfHeads, inviteKeyPair, openJoinRequest, rendezvousAppendKeyPair, rendezvousKeys, formatInvite, parseInvite } from '@sotto/crypto'
import { drawBelow, spreadMs } from '@sotto/crypto/primitives'
import { checkJoin, heads, isAncestor, mayAuthor, type OpenInvite, operationIdOf, operationOf, operationsInCausalOrder } from '@sotto/membership'
import type { MailboxCredentials } from '@sotto/mailbox'
import { type AccountId, compareBytes, decode, type DeviceId, equalBytes, type GroupId, joinRequest, type JoinRequest, encode, LIMITS, type OperationId } from '@sotto/wire'
import { bytesOf, type Context, setTimer, textOf } from './context.ts'
import { currentEpoch } from './epochs.ts'
import { author, logOf, rosterOf, selfOf, signOwn } from './group-log.ts'
import { byReach, placesOf } from './group-relays.ts'
import { openSession, queueLetter } from './letters.ts'
import { queueOperations } from './log-repair.ts'
import { nameOf, noteName } from './messages.ts'
import { taken } from './inbox.ts'
import { closeMailbox, readMailbox } from './relay-link.ts'
import { isRendezvousRead, takeBackRequests } from './requests-taken-back.ts'
import { sealedSoFar } from './sealed-before.ts'
import { noteStranger } from './strangers.ts'
import type { RejectionCode } from './api.ts'
import { ADMISSION, CONTACT, GROUP, MAILBOX, OWN_INVITE, type OwnInvite, SECRET, SEEN_REQUESTS, THEIR_KEY } from './tables.ts'

/** Makes an invite, or gives back our newest one that is still open: its text, when it ends and how often it serves. */
export function createInvite(
  context: Context,
  group: string,
  uses: number = LIMITS.inviteUses,
): { readonly text: string; readonly expiresMs: number; readonly uses: number } | { readonly code: RejectionCode } {
  const self = selfOf(context)
  const row = context.draft.get(GROUP, group)
  if (row === undefined || row.state !== 'member') return { code: 'notMember' }
  const open = rosterOf(context, group).openInvites
  const relays = byReach(context, row.relays)
  for (const { key, value } of context.draft.scan(OWN_INVITE, group)) {
    const usable = open.some((each) => textOf(each.id) === key[1] && each.usesLeft > 0)
    if (usable && value.uses === uses && value.expiresMs > context.nowMs + LIMITS.inviteMs / 2) return atTheseRelays(context, key, value, relays)
  }
  const { primitives, random } = context.suite
  const seed = random(32)
  const rendezvousSeed = random(32)
  const expiresMs = context.nowMs + LIMITS.inviteMs
  const invite = inviteKeyPair(primitives, seed)
  const { readKeyPair, sealKeyPair } = rendezvousKeys(primitives, rendezvousSeed)
  const text = formatInvite(primitives, {
    group: bytesOf<GroupId>(group),
    rendezvousReadKey: readKeyPair.publicKey,
    rendezvousSealKey: sealKeyPair.publicKey,
    seed,
    headsHash: hashOfHeads(primitives, heads(logOf(context, group))),
    inviter: self.account.slice(0, 16),
    expiresMs,
    relays,
  })
  if (text === undefined) return { code: 'relayAddressInvalid' }
  const body = { kind: 'invite', inviteKey: invite.publicKey, role: 'member', uses, expiresMs, rendezvousSeed } as const
  if (mayAuthor(primitives, rosterOf(context, group), self, body) !== true) return { code: 'notAllowed' }
  const signed = signOwn(context, group, body)
  context.draft.put(OWN_INVITE, [group, textOf(signed.id)], { text, expiresMs, uses })
  author(context, group, signed)
  return { text, expiresMs, uses }
}

/** An invite of ours as it is to be shown now: the group may have moved since it was made. */
function atTheseRelays(context: Context, key: readonly string[], invite: OwnInvite, relays: readonly string[]): OwnInvite {
  const parsed = parseInvite(context.suite.primitives, invite.text)
  if ('code' in parsed || parsed.relays.every((relay, i) => relay === relays[i])) return invite
  const text = formatInvite(context.suite.primitives, { ...parsed, relays })
  if (text === undefined) return invite
  const moved = { ...invite, text }
  context.draft.put(OWN_INVITE, key, moved)
  return moved
}

/** Closes every open invite of a group that we may close. */
export function revokeInvites(context: Context, group: string): void {
  for (const invite of rosterOf(context, group).openInvites) {
    const body = { kind: 'revokeInvite', invite: invite.id } as const
    if (mayAuthor(context.suite.primitives, rosterOf(context, group), selfOf(context), body) === true) author(context, group, signOwn(context, group, body))
  }
}

function rendezvousCredentials(context: Context, inviteKey: Uint8Array, rendezvousSeed: Uint8Array): MailboxCredentials {
  const { readKeyPair } = rendezvousKeys(context.suite.primitives, rendezvousSeed)
  const append = rendezvousAppendKeyPair(context.suite.primitives, inviteKey)
  return {
    keys: { kind: 'rendezvous', readKey: readKeyPair.publicKey, appendKey: append.publicKey },
    readSeed: readKeyPair.seed,
    appendSeed: null,
    grant: null,
  }
}

type Rendezvous = Pick<OpenInvite, 'id' | 'inviteKey' | 'rendezvousSeed' | 'expiresMs' | 'author'>

/**
 * The invites whose rendezvous we read: the open ones, and those that no longer serve as long as somebody may still come
 * by them and is to be told. That is their author's part, or the admins' where the author is gone.
 */
function rendezvousOf(context: Context, group: string): readonly Rendezvous[] {
  const roster = rosterOf(context, group)
  const { account } = selfOf(context)
  const open = new Set(roster.openInvites.map((each) => textOf(each.id)))
  const closed = operationsInCausalOrder(logOf(context, group)).flatMap(({ unsigned }): readonly Rendezvous[] => {
    const { body, account: author } = unsigned
    if (body.kind !== 'invite' || body.expiresMs < context.nowMs) return []
    const isOurs = equalBytes(author, account) || (!roster.isMember(author) && roster.isAdmin(account))
    const id = operationIdOf(context.suite.primitives, unsigned)
    return isOurs && !open.has(textOf(id)) ? [{ ...body, id, author }] : []
  })
  return readable([...roster.openInvites, ...closed], account)
}

/** Of what one member invites the newest are read, of everybody's as many as leave a relay room for the rest; our own first. */
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

/** Reads the rendezvous of every invite of a group that somebody may come by. */
export function settleRendezvous(context: Context, group: string): void {
  const row = context.draft.get(GROUP, group)
  const open = row?.state === 'member' ? rendezvousOf(context, group) : []
  const current = new Set(open.map((each) => textOf(each.id)))
  for (const { key, value } of context.draft.scan(MAILBOX)) {
    if (value.purpose.kind === 'rendezvous' && value.purpose.group === group && !current.has(value.purpose.invite)) closeMailbox(context, key[0] ?? '')
  }
  for (const invite of open) {
    if (invite.expiresMs + LIMITS.inviteMs < context.nowMs) continue
    const credentials = rendezvousCredentials(context, invite.inviteKey, invite.rendezvousSeed)
    for (const relay of placesOf(context, group)) readMailbox(context, relay, credentials, { kind: 'rendezvous', group, invite: textOf(invite.id) })
  }
}

/** Others than the inviter wait this long, and as much again at random, before they admit. */
const ADMIT_AFTER_MS = 1_500

/** Others than whoever let somebody in answer it after this, and as much again at random, if it asks again; so many of them. */
const HELP_AFTER_MS = 10_000
const HELPERS = 3

/** A request lies at a rendezvous. Anything that is not one for this invite is dropped. */
export function receiveRequest(context: Context, group: string, invite: string, record: Uint8Array): void {
  const open = rendezvousOf(context, group).find((each) => textOf(each.id) === invite)
  if (open === undefined) return
  const { primitives, random } = context.suite
  const request = openJoinRequest(
    primitives,
    { group: bytesOf<GroupId>(group), inviteKey: open.inviteKey, rendezvousSeed: open.rendezvousSeed },
    record,
  )
  if ('code' in request && request.code === 'damaged') return takeBackRequests(context, group, open, record)
  if ('code' in request) return request.code === 'foreignInvite' ? refuse(context, group, request.request, 'foreign') : undefined
  const roster = rosterOf(context, group)
  const known = roster.deviceOf(request.bundle.certificate.body.device)
  let waitMs = equalBytes(open.author, selfOf(context).account) ? 0 : ADMIT_AFTER_MS + spreadMs(random, ADMIT_AFTER_MS)
  if (known !== undefined) {
    // It is in, and asks again: whoever let it in answers; of the others a few, later, and only if it is still silent.
    const admitter = operationOf(logOf(context, group), known.admittedBy)?.unsigned.device
    const isOurs = admitter !== undefined && equalBytes(admitter, selfOf(context).device)
    if (!isOurs && drawBelow(random, roster.members.length) >= HELPERS) return
    waitMs = isOurs ? 0 : HELP_AFTER_MS + spreadMs(random, HELP_AFTER_MS)
  }
  const atMs = context.nowMs + waitMs
  context.draft.put(ADMISSION, [group, textOf(primitives.sha256(record))], {
    request: encode(joinRequest, request),
    invite: open.id,
    // It was in when this came: whoever admitted it has been heard by us and not by it.
    again: known !== undefined,
    atMs,
  })
  setTimer(context, 'admissions', atMs, 'earliest')
}

/** Admits, or refuses, whoever's turn has come. */
export function admitDue(context: Context): void {
  for (const { key, value } of context.draft.scan(ADMISSION)) {
    if (value.atMs > context.nowMs) {
      setTimer(context, 'admissions', value.atMs, 'earliest')
      continue
    }
    const group = key[0] ?? ''
    if (value.atMs + LIMITS.admitWaitsMs > context.nowMs && !isRendezvousRead(context, group, value.invite)) {
      setTimer(context, 'admissions', value.atMs + LIMITS.admitWaitsMs, 'earliest')
      continue
    }
    context.draft.delete(ADMISSION, ...key)
    const request = decode(joinRequest, value.request)
    if (request !== undefined && context.draft.get(GROUP, group)?.state === 'member') admit(context, group, value.invite, request, value.again)
  }
  forgetRequests(context)
}

/** What lies at a rendezvous up to here has been read. */
export function requestSeen(context: Context, relay: string, mailbox: string, group: string, cursor: number): void {
  context.draft.put(SEEN_REQUESTS, [group, relay, mailbox], cursor)
  forgetRequests(context)
}

/** Requests that have all been answered are taken off the rendezvous: nobody else is to answer them once more. */
function forgetRequests(context: Context): void {
  for (const { key, value: cursor } of context.draft.scan(SEEN_REQUESTS)) {
    const [group = '', relay = '', mailbox = ''] = key
    if (context.draft.first(ADMISSION, group) !== undefined) continue
    context.draft.delete(SEEN_REQUESTS, ...key)
    taken(context, relay, mailbox, cursor)
  }
}

const REFUSAL = { inviteExpired: 'expired', inviteSpent: 'spent', inviteClosed: 'closed' } as const

function admit(context: Context, group: string, invite: OperationId, request: JoinRequest, again: boolean): void {
  const { primitives } = context.suite
  const roster = rosterOf(context, group)
  const device = request.bundle.certificate.body.device
  const checked = checkJoin(primitives, roster, request.inviteKey, request.member, request.signature, context.nowMs)
  if ('code' in checked) {
    if (checked.code === 'alreadyMember') {
      // It asks again: our answer was lost. Only a device that the log names gets one.
      if (!again || roster.deviceOf(device) === undefined || textOf(device) === textOf(selfOf(context).device)) return
      if (hasSpoken(context, group, device)) return
      meet(context, request)
      if (openSession(context, textOf(device), request.bundle)) welcome(context, group, device)
      return
    }
    if (checked.code !== 'badSignature' && checked.code !== 'badMemberEntry') refuse(context, group, request, REFUSAL[checked.code])
    return
  }
  // Whoever cannot be written to is not let in: the date of its prekeys is that of its clock, which may be wrong. It tells itself.
  if ('code' in acceptBundle(primitives, request.bundle, context.nowMs)) return
  meet(context, request)
  noteName(context, request.member.list.body.account, request.name)
  const epoch = currentEpoch(context, group)
  const held = epoch === undefined ? [] : sealedSoFar(context.draft, group, epoch)
  const signed = signOwn(context, group, { kind: 'admit', invite, member: request.member, role: checked.invite.role, request: request.signature })
  author(context, group, signed)
  if (!openSession(context, textOf(device), request.bundle)) return
  welcome(context, group, device)
  if (epoch !== undefined && held.length > 0) queueLetter(context, device, { kind: 'sealedBefore', group: bytesOf<GroupId>(group), admission: signed.id, epoch: bytesOf(epoch), held })
}

/**
 * Whether a newcomer has handed us a key that it made after its admission: then it is in, and needs no second welcome.
 * Whoever comes back may have handed us others in the same epoch, before it left.
 */
function hasSpoken(context: Context, group: string, device: DeviceId): boolean {
  const epoch = currentEpoch(context, group)
  const admission = rosterOf(context, group).deviceOf(device)?.admittedBy
  if (epoch === undefined || admission === undefined) return false
  const log = logOf(context, group)
  const isSince = (head: OperationId): boolean => equalBytes(head, admission) || isAncestor(log, admission, head)
  return context.draft.scan(THEIR_KEY, group, epoch, textOf(device)).some(({ value }) => contextOf(value.key).frontier.some(isSince))
}

/** Tells whoever asks why not. What it asked for, in its own words, is the group that it waits for. */
function refuse(context: Context, group: string, request: JoinRequest, reason: 'expired' | 'spent' | 'closed' | 'foreign'): void {
  const { device } = request.bundle.certificate.body
  if (rosterOf(context, group).deviceOf(device) !== undefined) return
  meet(context, request)
  noteStranger(context, textOf(device))
  if (openSession(context, textOf(device), request.bundle)) queueLetter(context, device, { kind: 'joinRefused', group: request.group, reason })
}

/** The asking device as a contact: where its answer goes. */
function meet(context: Context, request: JoinRequest): void {
  const { certificate } = request.bundle
  const key = textOf(certificate.body.device)
  const entry = request.member.devices.find((each) => equalBytes(each.certificate.body.device, certificate.body.device))
  const known = context.draft.get(CONTACT, key)
  context.draft.put(CONTACT, [key], {
    certificate,
    address: entry?.inbox ?? known?.address ?? null,
    sessions: known?.sessions ?? null,
    laneGiven: known?.laneGiven ?? false,
    renew: false,
    openedMs: known?.openedMs ?? 0,
    replacedMs: known?.replacedMs ?? 0,
  })
}

/** Gives a newcomer the log, and the secrets of the current maximal operations, never older ones. */
function welcome(context: Context, group: string, device: JoinRequest['bundle']['certificate']['body']['device']): void {
  const log = logOf(context, group)
  const roster = rosterOf(context, group)
  const id = bytesOf<GroupId>(group)
  const row = context.draft.get(GROUP, group)
  queueOperations(context, device, id, operationsInCausalOrder(log))
  const secrets = roster.rekeyings.flatMap((operation) => {
    const secret = context.draft.get(SECRET, group, textOf(operation))
    return secret === undefined ? [] : [{ operation, secret }]
  })
  const names = roster.members.map(({ account }) => ({ account, name: nameOf(context, account) })).filter(({ name }) => name !== '')
  queueLetter(context, device, {
    kind: 'welcome',
    group: id,
    heads: heads(log).slice(0, LIMITS.operationParents),
    secrets: secrets.slice(0, LIMITS.operationParents),
    title: row?.title ?? '',
    names: names.slice(0, NAMES_AT_ONCE),
    relays: row?.relays ?? [],
  })
}

/** Names that fit one letter; the others come with their owners' keys. */
const NAMES_AT_ONCE = 200
