/**
 * Admissions (PROTOCOL §5). Any member that is online may admit, and all can check it. The inviter acts at once. Others
 * wait a moment, so that a new member is admitted once and not by all of them.
 */
import { acceptBundle, openJoinRequest } from '@sotto/crypto'
import { drawBelow, spreadMs } from '@sotto/crypto/primitives'
import { checkJoin, heads, isAncestor, operationOf, operationsInCausalOrder, wouldBeEffective } from '@sotto/membership'
import { decode, type DeviceId, encode, type EpochId, equalBytes, type GroupId, joinRequest, type JoinRequest, LIMITS, type OperationId } from '@sotto/wire'
import { cipherOf } from '../cipher/group-cipher.ts'
import { author } from '../epochs/author.ts'
import { maySeal } from '../epochs/caught-up.ts'
import { sealedBefore } from '../groups/control-messages/sealed-before.ts'
import { logOf, rosterOf, signOwn } from '../groups/group-log.ts'
import { currentEpoch } from '../groups/group-row.ts'
import { noteHearsay, ownNameOf } from '../groups/names.ts'
import { queueOperations } from '../groups/queue-operations.ts'
import { sealedSoFar } from '../groups/sealed-before.ts'
import { noteStranger } from '../groups/strangers.ts'
import { selfOf } from '../identity/profile.ts'
import { meet } from '../sessions/contacts.ts'
import { queueControlMessage } from '../sessions/control-queue.ts'
import { openSession } from '../sessions/session-setup.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { ADMISSION, GROUP, SECRET } from '../state/tables/groups.ts'
import { setTimer } from '../state/timers.ts'
import { mayComeIn } from './ask-by-link.ts'
import { joinRefused, type JoinRefused } from './control-messages/join-refused.ts'
import { welcome } from './control-messages/welcome.ts'
import { forgetRequests, rendezvousOf } from './rendezvous.ts'
import { isRendezvousRead, isTakenBack, takeBackRequests } from './requests-taken-back.ts'

/** How long members other than the inviter wait before they admit, and as much again at random. */
const ADMIT_AFTER_MS = 1_500

/** How long other devices than the admitting one wait before they answer a repeated request, and as much again at random. About `HELPERS` do. */
const HELP_AFTER_MS = 10_000

const HELPERS = 3

/** A request that only an admin may grant is looked at again after this time, until it is answered or the invite has ended. */
const ADMIN_ANSWERS_MS = 300_000

/** A request is at a rendezvous. Anything else than a request for this invite is dropped. */
export function receiveRequest(context: Context, group: string, invite: string, record: Uint8Array): void {
  const open = rendezvousOf(context, group).find((each) => textOf(each.id) === invite)
  if (open === undefined) return
  const { primitives, random } = context.provider
  const request = openJoinRequest(primitives, { group: bytesOf<GroupId>(group), inviteKey: open.inviteKey, rendezvousSeed: open.rendezvousSeed }, record)
  if ('code' in request && request.code === 'damaged') return takeBackRequests(context, group, open, record)
  if ('code' in request) return request.code === 'foreignInvite' ? refuse(context, group, request.request, 'foreign') : undefined
  if (isTakenBack(context, group, request) || !mayComeIn(context, group, request.member.list.body.account)) return
  const roster = rosterOf(context, group)
  const known = roster.deviceOf(request.bundle.certificate.body.device)
  let waitMs = equalBytes(open.author, selfOf(context).account) ? 0 : ADMIT_AFTER_MS + spreadMs(random, ADMIT_AFTER_MS)
  if (known !== undefined) {
    // It is a member and asks again. The admitting device answers; a few others do so later, if it is still silent then.
    const admitter = operationOf(logOf(context, group), known.admittedBy)?.unsigned.device
    const isOurs = admitter !== undefined && equalBytes(admitter, selfOf(context).device)
    if (!isOurs && drawBelow(random, roster.members.length) >= HELPERS) return
    waitMs = isOurs ? 0 : HELP_AFTER_MS + spreadMs(random, HELP_AFTER_MS)
  }
  const atMs = context.nowMs + waitMs
  context.transaction.put(ADMISSION, [group, textOf(primitives.sha256(record))], {
    request: encode(joinRequest, request),
    invite: open.id,
    // It was a member already: we know of its admission, and it does not.
    again: known !== undefined,
    atMs,
  })
  setTimer(context, 'admissions', atMs, 'earliest')
}

/** Admits or refuses the joiners whose turn has come. */
export function admitDue(context: Context): void {
  for (const { key, value } of context.transaction.scan(ADMISSION)) {
    if (value.atMs > context.nowMs) {
      setTimer(context, 'admissions', value.atMs, 'earliest')
      continue
    }
    const group = key[0] ?? ''
    if (value.atMs + LIMITS.admitWaitsMs > context.nowMs && !isRendezvousRead(context, group, value.invite)) {
      setTimer(context, 'admissions', value.atMs + LIMITS.admitWaitsMs, 'earliest')
      continue
    }
    context.transaction.delete(ADMISSION, ...key)
    const request = decode(joinRequest, value.request)
    if (request === undefined || context.transaction.get(GROUP, group)?.state !== 'member') continue
    const laterMs = waitsStill(context, group, request)
    if (laterMs === 0) {
      admit(context, group, request, value.again)
      continue
    }
    // While the row is there the request stays at the rendezvous.
    context.transaction.put(ADMISSION, key, { ...value, atMs: context.nowMs + laterMs })
    setTimer(context, 'admissions', context.nowMs + laterMs, 'earliest')
  }
  forgetRequests(context)
}

/**
 * How long a request waits that is to be granted, but not by us, or not yet. Of a person whom an admin removed, an admin's device
 * finds it. While we have not caught up, what another copy of this profile wrote may not be here: an operation in the same place
 * would be a fork, and cost us the device.
 */
function waitsStill(context: Context, group: string, request: JoinRequest): number {
  const { primitives } = context.provider
  const checked = checkJoin(primitives, rosterOf(context, group), request, context.nowMs)
  if ('code' in checked) return 0
  const allowed = wouldBeEffective(primitives, logOf(context, group), selfOf(context), {
    kind: 'admit',
    invite: checked.invite.id,
    member: request.member,
    role: checked.invite.role,
    request: request.proof,
  })
  if (allowed !== true && allowed.code === 'onlyAdminsAdmitAgain') return ADMIN_ANSWERS_MS
  return maySeal(context, group) ? 0 : ADMIT_AFTER_MS
}

const REFUSAL = { inviteExpired: 'expired', inviteSpent: 'spent', inviteClosed: 'closed', foreignInvite: 'foreign' } as const

function admit(context: Context, group: string, request: JoinRequest, again: boolean): void {
  // Another member may have admitted it meanwhile, and it may have left.
  if (isTakenBack(context, group, request)) return
  const { primitives } = context.provider
  const roster = rosterOf(context, group)
  const device = request.bundle.certificate.body.device
  const checked = checkJoin(primitives, roster, request, context.nowMs)
  if ('code' in checked) {
    if (checked.code === 'alreadyMember') {
      // It asks again because our answer was lost. Only a device that the log names gets another.
      if (!again || roster.deviceOf(device) === undefined || textOf(device) === textOf(selfOf(context).device)) return
      if (hasSpoken(context, group, device)) return
      meet(context, request)
      if (openSession(context, textOf(device), request.bundle)) giveWelcome(context, group, device)
      return
    }
    if (checked.code !== 'badSignature' && checked.code !== 'badMemberEntry') refuse(context, group, request, REFUSAL[checked.code])
    return
  }
  // A joiner that cannot be written to is not admitted: its prekeys carry the date of its clock, which may be wrong. Its own device tells the person.
  if ('code' in acceptBundle(primitives, request.bundle, context.nowMs)) return
  // Nor where our admission would not be effective: a joiner that is welcomed all the same would have the epoch's secret.
  const { id: invite, role } = checked.invite
  const body = { kind: 'admit', invite, member: request.member, role, request: request.proof } as const
  const allowed = wouldBeEffective(primitives, logOf(context, group), selfOf(context), body)
  if (allowed !== true) return allowed.code === 'groupFull' ? refuse(context, group, request, 'full') : undefined
  meet(context, request)
  // Until the account itself has said it in a session of its own.
  noteHearsay(context, request.member.list.body.account, request.name)
  const epoch = currentEpoch(context, group)
  const received = epoch === undefined ? [] : sealedSoFar(context.transaction, group, epoch)
  const signed = signOwn(context, group, body)
  author(context, group, signed)
  if (roster.deviceOf(device) === undefined && rosterOf(context, group).deviceOf(device) === undefined) return
  if (!openSession(context, textOf(device), request.bundle)) return
  giveWelcome(context, group, device)
  if (epoch !== undefined && received.length > 0)
    queueControlMessage(context, device, sealedBefore, { group: bytesOf<GroupId>(group), admission: signed.id, epoch: bytesOf<EpochId>(epoch), received })
}

/**
 * Whether a new member has handed us a key that it made after its admission: then it has joined and needs no second welcome.
 * A member that came back may have handed us other keys in the same epoch before it left.
 */
function hasSpoken(context: Context, group: string, device: DeviceId): boolean {
  const admission = rosterOf(context, group).deviceOf(device)?.admittedBy
  if (admission === undefined) return false
  const log = logOf(context, group)
  const isSince = (head: OperationId): boolean => equalBytes(head, admission) || isAncestor(log, admission, head)
  return cipherOf(context, group).hasSpokenSince(context, group, device, isSince)
}

/** Tells a joiner why it is refused. The refusal names the group as its own request does, since that is what it waits for. */
function refuse(context: Context, group: string, request: JoinRequest, reason: JoinRefused['reason']): void {
  const { device } = request.bundle.certificate.body
  if (rosterOf(context, group).deviceOf(device) !== undefined) return
  meet(context, request)
  noteStranger(context, textOf(device))
  if (openSession(context, textOf(device), request.bundle)) queueControlMessage(context, device, joinRefused, { group: request.group, reason })
}

/** Sends a new member the log and the secrets of the current maximal operations, never older ones. */
function giveWelcome(context: Context, group: string, device: JoinRequest['bundle']['certificate']['body']['device']): void {
  const log = logOf(context, group)
  const roster = rosterOf(context, group)
  const id = bytesOf<GroupId>(group)
  const row = context.transaction.get(GROUP, group)
  queueOperations(context, device, id, operationsInCausalOrder(log))
  const secrets = roster.rekeyings.flatMap((operation) => {
    const secret = context.transaction.get(SECRET, group, textOf(operation))
    return secret === undefined ? [] : [{ operation, secret }]
  })
  const names = roster.members.map(({ account }) => ({ account, name: ownNameOf(context, textOf(account)) })).filter(({ name }) => name !== '')
  queueControlMessage(context, device, welcome, {
    group: id,
    heads: heads(log).slice(0, LIMITS.operationParents),
    secrets: secrets.slice(0, LIMITS.operationParents),
    title: row?.title ?? '',
    names: names.slice(0, NAMES_AT_ONCE),
    relays: row?.relays ?? [],
  })
}

/** Display names that fit one letter. The others come with their owners' keys. */
const NAMES_AT_ONCE = 200
