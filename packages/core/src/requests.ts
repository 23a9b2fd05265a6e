/** What pages ask of the machine, one function for each request. Answers are values; a refusal changes nothing. */
import { mayAuthor } from '@sotto/membership'
import { type AccountId, areRelaysOfGroup, decode, fromBase64url, type GroupId, LIMITS, type OperationBody, readRelayAddress, showsSomething, utf8 } from '@sotto/wire'
import { createInvite, revokeInvites } from './admit.ts'
import type { EngineReply, EngineRequest, EngineValue, RejectionCode } from './api.ts'
import { type Context, nextNumber, tell, textOf } from './context.ts'
import { authorRekeying, settleEpoch } from './epochs.ts'
import { author, logOf, meetDevices, rosterOf, selfOf, signOwn } from './group-log.ts'
import { keepDraft, sentFromDraft } from './drafts.ts'
import { forgetGroup } from './forget-group.ts'
import { beginJoin } from './join.ts'
import { isJoining } from './is-joining.ts'
import { cancelJoin } from './withdrawn-join.ts'
import { byReach, newPlaces, ownRelays } from './group-relays.ts'
import { laneFor } from './letters.ts'
import type { LogRecord } from './log.ts'
import { readDetails } from './message-details.ts'
import { messageLog, nameOf, touch } from './messages.ts'
import { takeUpRelay } from './pinned-relay.ts'
import { isChosen, relayName, unlinkRelay } from './relay-link.ts'
import { readNamedRelay, relayRejection } from './relay-rejection.ts'
import { intend } from './send.ts'
import { commitToSecret } from '@sotto/crypto'
import { GROUP, JOIN, messageRecord, OPERATION, OWN_INVITE, READ, RELAY, SECRET } from './tables.ts'
import { operationIdOf, signOperation } from '@sotto/membership'
import { sortable } from './table.ts'

/** The requests that are the machine's; the others are about the vault, and the engine's. */
export type MachineRequest = Exclude<EngineRequest, { readonly kind: 'createProfile' | 'unlock' | 'lock' | 'tryAgain' | 'wipe' | 'keepTyped' }>

const ok = (value: EngineValue = {}): EngineReply => ({ ok: true, value })
const no = (code: RejectionCode, numbers: { readonly [name: string]: number } = {}): EngineReply => ({ ok: false, rejection: { code, numbers } })

/** Answers at once, or `undefined` where the answer comes with a later event. */
export function answer(context: Context, request: string, what: MachineRequest): EngineReply | undefined {
  switch (what.kind) {
    case 'addRelay':
      return addRelay(context, what.address)
    case 'removeRelay':
      return removeRelay(context, what.address)
    case 'createGroup':
      return createGroup(context, what.title)
    case 'join': {
      const begun = beginJoin(context, what.invite)
      return 'code' in begun ? { ok: false, rejection: begun } : ok(begun)
    }
    case 'cancelJoin':
      if (!isJoining(context, what.group)) return no('unknownGroup')
      cancelJoin(context, what.group)
      return ok()
    case 'readMessages':
      return readMessages(context, request, what)
    case 'messageDetails':
      return readDetails(context, request, what.group, what.message)
    case 'setDraft': {
      if (groupRow(context, what.group) === undefined) return no('unknownGroup')
      const length = utf8(what.text).length
      if (length > LIMITS.draftBytes) return no('draftTooLong', { length, limit: LIMITS.draftBytes })
      keepDraft(context, what.group, what.text)
      return ok()
    }
    case 'markRead': {
      const row = groupRow(context, what.group)
      if (row === undefined) return no('unknownGroup')
      if (row.unread > 0) context.draft.put(GROUP, [what.group], { ...row, unread: 0 })
      return ok()
    }
    case 'forgetGroup':
      return forget(context, what.group)
    case 'send':
    case 'createInvite':
    case 'revokeInvites':
    case 'removeMember':
    case 'setRole':
    case 'setRelays':
    case 'lookAtRelay':
    case 'leaveGroup':
      return inGroup(context, what)
  }
}

const groupRow = (context: Context, group: string) => context.draft.get(GROUP, group)

/** Requests that take a member of the group. */
function inGroup(
  context: Context,
  what: Extract<MachineRequest, { readonly kind: 'send' | 'createInvite' | 'revokeInvites' | 'removeMember' | 'setRole' | 'setRelays' | 'lookAtRelay' | 'leaveGroup' }>,
): EngineReply {
  const { group } = what
  const row = groupRow(context, group)
  if (row === undefined) return no('unknownGroup')
  if (row.state !== 'member') return no('notMember')
  switch (what.kind) {
    case 'send': {
      const length = utf8(what.text).length
      if (!showsSomething(what.text)) return no('textEmpty')
      if (length > LIMITS.textBytes) return no('textTooLong', { length, limit: LIMITS.textBytes })
      const message = intend(context, group, what.text)
      sentFromDraft(context, group, what.text)
      return ok({ message })
    }
    case 'createInvite': {
      const { uses } = what
      if (uses !== undefined && (!Number.isInteger(uses) || uses < 1 || uses > LIMITS.inviteUses)) return no('badRequest')
      const made = createInvite(context, group, uses)
      return 'code' in made ? no(made.code) : ok({ invite: made.text, expiresMs: made.expiresMs, uses: made.uses })
    }
    case 'revokeInvites':
      revokeInvites(context, group)
      for (const { key } of context.draft.scan(OWN_INVITE, group)) context.draft.delete(OWN_INVITE, ...key)
      return ok()
    case 'removeMember': {
      const account = fromBase64url(what.account) as AccountId | undefined
      if (account?.length !== 32) return no('unknownAccount')
      return authorIfAllowed(context, group, { kind: 'remove', account, commitment: new Uint8Array(32) })
    }
    case 'setRole': {
      const account = fromBase64url(what.account) as AccountId | undefined
      if (account?.length !== 32) return no('unknownAccount')
      return authorIfAllowed(context, group, { kind: 'setRole', account, role: what.role })
    }
    case 'setRelays': {
      const read = what.relays.map(readNamedRelay)
      for (const each of read) if (typeof each !== 'string') return { ok: false, rejection: each }
      const relays = [...new Set(read.filter((each) => typeof each === 'string'))]
      if (relays.length > LIMITS.relays) return no('tooManyRelays', { limit: LIMITS.relays })
      if (!areRelaysOfGroup(relays)) return no('relayAddressInvalid')
      return authorIfAllowed(context, group, { kind: 'setRelays', relays })
    }
    case 'lookAtRelay': {
      const address = readNamedRelay(what.address)
      if (typeof address !== 'string') return { ok: false, rejection: address }
      const relays = newPlaces(context, group, [address])
      if (relays.length > 0) tell(context, { kind: 'placesNamed', group, relays, why: 'chosen' })
      return ok()
    }
    case 'leaveGroup': {
      const successor = what.successor === null ? null : (fromBase64url(what.successor) as AccountId | undefined)
      if (successor === undefined || (successor !== null && successor.length !== 32)) return no('unknownAccount')
      return authorIfAllowed(context, group, { kind: 'leave', successor })
    }
  }
}

/** Rules that a person can do something about have a sentence of their own. */
const REFUSED_BY_RULE: { readonly [code: string]: RejectionCode } = {
  lastAdminNamesSuccessor: 'lastAdminNamesSuccessor',
  subjectIsNoMember: 'unknownAccount',
  successorIsNoMember: 'unknownAccount',
  onlyMembersWrite: 'notMember',
}

function authorIfAllowed(context: Context, group: string, body: OperationBody): EngineReply {
  const allowed = mayAuthor(context.suite.primitives, rosterOf(context, group), selfOf(context), body)
  if (allowed !== true) return no(REFUSED_BY_RULE[allowed.code] ?? 'notAllowed')
  if (body.kind === 'remove') authorRekeying(context, group, (commitment) => ({ ...body, commitment }))
  else author(context, group, signOwn(context, group, body))
  touch(context, group)
  return ok()
}

function addRelay(context: Context, written: string): EngineReply {
  const read = readRelayAddress(written)
  if ('code' in read) return { ok: false, rejection: relayRejection(read) }
  const { address } = read
  const name = relayName(context, address)
  if (context.draft.get(RELAY, name) !== undefined) return ok()
  if (context.draft.scan(RELAY).length >= LIMITS.relays) return no('tooManyRelays', { limit: LIMITS.relays })
  context.draft.put(RELAY, [name], { address, addedMs: context.nowMs })
  takeUpRelay(context, address)
  return ok()
}

function removeRelay(context: Context, address: string): EngineReply {
  context.draft.delete(RELAY, relayName(context, address))
  if (!isChosen(context, address)) unlinkRelay(context, address)
  return ok()
}

function createGroup(context: Context, written: string): EngineReply {
  const title = written.trim()
  const length = utf8(title).length
  if (!showsSomething(title)) return no('titleEmpty')
  if (length > LIMITS.nameBytes) return no('titleTooLong', { length, limit: LIMITS.nameBytes })
  const relays = byReach(context, ownRelays(context))
  const inbox = laneFor(context)
  if (relays.length === 0 || inbox === undefined) return no(context.draft.scan(RELAY).length === 0 ? 'relayNeeded' : 'relayNotReachedYet')
  const self = selfOf(context)
  const { primitives, random } = context.suite
  const secret = random(32)
  const unsigned = {
    suite: 1,
    group: new Uint8Array(32) as GroupId,
    account: self.account,
    device: self.device,
    previous: null,
    parents: [],
    writtenMs: context.nowMs,
    body: {
      kind: 'create',
      random: random(32),
      profile: 'sender-keys',
      founder: { list: self.deviceList, devices: [{ certificate: self.certificate, inbox }] },
      titleHash: primitives.sha256(utf8(title)),
      commitment: commitToSecret(primitives, secret),
    },
  } as const
  const id = operationIdOf(primitives, unsigned)
  const operation = signOperation(primitives, unsigned, primitives.ed25519.keyPairFromSeed(self.deviceSeed))
  const group = textOf(id)
  context.draft.put(OPERATION, [group, sortable(nextNumber(context))], operation)
  context.draft.put(SECRET, [group, textOf(id)], secret)
  context.draft.put(GROUP, [group], {
    title,
    state: 'member',
    relays,
    epoch: null,
    joinedMs: context.nowMs,
    changedMs: context.nowMs,
    revision: 1,
    unread: 0,
    draft: '',
    nextGeneration: 1,
    placed: 0,
    last: null,
    strays: 0,
  })
  logOf(context, group)
  meetDevices(context, group, rosterOf(context, group))
  settleEpoch(context, group)
  tell(context, { kind: 'created', group })
  return ok({ group })
}

/** Pages hold at most this many messages. */
const PAGE_LIMIT = 200

function readMessages(context: Context, request: string, what: Extract<MachineRequest, { readonly kind: 'readMessages' }>): EngineReply | undefined {
  if (groupRow(context, what.group) === undefined) {
    return !isJoining(context, what.group) ? no('unknownGroup') : ok({ messages: [], more: false })
  }
  const limit = Math.max(1, Math.min(PAGE_LIMIT, Math.trunc(what.limit)))
  const read = String(nextNumber(context))
  context.draft.put(READ, [read], { kind: 'page', request, limit })
  context.effects.push({
    kind: 'readLog',
    read,
    query: { kind: 'page', log: messageLog(what.group), beyond: what.before, direction: 'older', limit: limit + 1 },
  })
  return undefined
}

/** A page of messages came from the log, newest first: answers the request, oldest first. */
export function answerPage(context: Context, request: string, limit: number, records: readonly LogRecord[]): void {
  const messages = records
    .slice(0, limit)
    .toReversed()
    .flatMap((each) => {
      const record = decode(messageRecord, each.value)
      if (record === undefined) return []
      const { account, own, timeMs, state, resent, body } = record
      return [
        {
          id: each.id,
          order: each.order,
          account: textOf(account),
          senderName: nameOf(context, account),
          own,
          atMs: timeMs,
          body: body.kind === 'text' ? body : ({ kind: 'notice', notice: body.notice, name: nameOf(context, body.about) } as const),
          state: state === 'none' ? null : state,
          resent,
        },
      ]
    })
  context.effects.push({ kind: 'reply', request, reply: ok({ messages, more: records.length > limit }) })
}

function forget(context: Context, group: string): EngineReply {
  const row = groupRow(context, group)
  if (row?.state === 'member') return no('notAllowed')
  if (isJoining(context, group)) cancelJoin(context, group)
  else if (row === undefined) return no('unknownGroup')
  // What is left of a request serves to leave at once, should somebody grant it still.
  const withdrawn = context.draft.get(JOIN, group)
  if (row !== undefined) forgetGroup(context, group)
  if (withdrawn !== undefined) context.draft.put(JOIN, [group], withdrawn)
  return ok()
}
