/** Letters in: opened by the session they belong to, or as the first of a new one; then each body goes to its room. */
import { acceptInitial, openReadWithSessions, readRecord } from '@sotto/crypto'
import { type AccountId, decode, type DeviceId, equalBytes, letter, type LetterBody, letterBody } from '@sotto/wire'
import { bytesOf, type Context, setTimer, tell, textOf } from './context.ts'
import { answerSecretRequest } from './earlier-secrets.ts'
import { takeSecret } from './epochs.ts'
import { missingParents } from '@sotto/membership'
import { answerLogHeads, compareLogs } from './log-repair.ts'
import { logOf, rosterOf, selfOf, takeOperationsOf } from './group-log.ts'
import { answerKeyRequest, distributionAcknowledged, receiveDistribution, receiveResend, reviveRequests, type Sender } from './key-repair.ts'
import { endFetch, lettersDue, moveTo } from './letters.ts'
import { joinRefused, receiveWelcome, takeJoinOperations } from './join.ts'
import { compared } from './newcomer.ts'
import { touch } from './messages.ts'
import { keepPending } from './pending.ts'
import { preKeyStoreOf, putPreKeyStore } from './pre-key-rows.ts'
import { ownIdentity } from './profile.ts'
import { takeReceipt } from './receipts.ts'
import { noteSealedBefore } from './sealed-before.ts'
import { noteStranger } from './strangers.ts'
import { noteHeard } from './unacknowledged.ts'
import { answerVouchRequest, takeVouch } from './vouch.ts'
import { isJoining } from './is-joining.ts'
import { CONTACT, type ContactDevice, GROUP, JOIN, LAST_WRITERS, PENDING_BODY } from './tables.ts'

/** What a session opened: who wrote it, and the encoded letter. */
export interface OpenedLetter {
  readonly from: Sender
  readonly plaintext: Uint8Array
  /** The device was no contact before. */
  readonly isNew: boolean
}

/**
 * Opens a sealed record from our inbox or from a peer's stream; the same one any number of times. What no session opens
 * and what starts none is `undefined`, and dropped: anybody can leave noise in an inbox. `likely`: the device whose it
 * seems to be, tried first.
 */
export function openLetter(context: Context, record: Uint8Array, likely?: string): OpenedLetter | undefined {
  const read = readRecord(context.suite, record)
  if (read === undefined) return undefined
  for (const { device, contact } of inLikelyOrder(context, likely)) {
    if (contact.sessions === null) continue
    const opened = openReadWithSessions(context.suite, contact.sessions, read, context.nowMs)
    if (opened === undefined) continue
    if ('code' in opened) return undefined
    context.draft.put(CONTACT, [device], { ...contact, sessions: opened.sessions })
    noteWriter(context, device)
    lettersDue(context, device)
    return { from: senderOf(contact), plaintext: opened.plaintext, isNew: false }
  }
  return openInitial(context, record)
}

/** Devices that wrote last and are tried first. A guess: those who talk at a time. */
const TRIED_FIRST = 16

function noteWriter(context: Context, device: string): void {
  const before = context.draft.get(LAST_WRITERS, 'self') ?? []
  if (before[0] === device) return
  context.draft.put(LAST_WRITERS, ['self'], [device, ...before.filter((each) => each !== device)].slice(0, TRIED_FIRST))
}

/** Whose a letter may be: a record does not say who wrote it, and each contact that it is tried on costs. */
function* inLikelyOrder(context: Context, likely: string | undefined): Generator<{ readonly device: string; readonly contact: ContactDevice }> {
  const tried = new Set<string>()
  for (const device of [...(likely === undefined ? [] : [likely]), ...(context.draft.get(LAST_WRITERS, 'self') ?? [])]) {
    const contact = context.draft.get(CONTACT, device)
    if (contact === undefined || tried.has(device)) continue
    tried.add(device)
    yield { device, contact }
  }
  for (const { key, value: contact } of context.draft.scan(CONTACT)) {
    const [device = ''] = key
    if (!tried.has(device)) yield { device, contact }
  }
}

const senderOf = ({ certificate: { body } }: ContactDevice): Sender => ({ account: body.account, device: body.device })

/** A first letter: it opens a session that is kept from now on. */
function openInitial(context: Context, record: Uint8Array): OpenedLetter | undefined {
  const store = preKeyStoreOf(context.draft)
  if (store === undefined) return undefined
  const sessionsOf = (device: DeviceId) => context.draft.get(CONTACT, textOf(device))?.sessions ?? null
  const accepted = acceptInitial(context.suite, ownIdentity(context), store, sessionsOf, record, context.nowMs)
  if (accepted === undefined || 'code' in accepted) return undefined
  putPreKeyStore(context.draft, accepted.store)
  setTimer(context, 'preKeys', context.nowMs, 'earliest')
  const { certificate } = accepted
  const device = textOf(certificate.body.device)
  const known = context.draft.get(CONTACT, device)
  const before = known?.sessions?.sessions[0]
  const isRelieved = before !== undefined && before.unansweredHeader !== null && !equalBytes(before.id, accepted.sessions.sessions[0]?.id ?? before.id)
  if (isRelieved) tell(context, { kind: 'sessionReplaced', device: certificate.body.device })
  const contact: ContactDevice = {
    certificate,
    address: known?.address ?? null,
    sessions: accepted.sessions,
    // What left in a session that nobody answered may never have arrived: now one of theirs seals.
    laneGiven: known?.laneGiven === true && !isRelieved,
    renew: known?.renew ?? false,
    openedMs: known?.openedMs ?? 0,
    replacedMs: known?.replacedMs ?? 0,
  }
  context.draft.put(CONTACT, [device], contact)
  lettersDue(context, device)
  if (!contact.renew) endFetch(context, device)
  return { from: senderOf(contact), plaintext: accepted.plaintext, isNew: known === undefined }
}

/** Takes in a sealed record from our inbox or from a peer's stream: opens it, and hands each body to its room. */
export function receiveLetter(context: Context, record: Uint8Array, likely?: string): void {
  const opened = openLetter(context, record, likely)
  if (opened === undefined) return
  if (opened.isNew) noteStranger(context, textOf(opened.from.device))
  receiveBodies(context, opened.from, opened.plaintext)
}

function receiveBodies(context: Context, from: Sender, plaintext: Uint8Array): void {
  reviveRequests(context, from.device)
  noteHeard(context, from.device)
  for (const body of decode(letter, plaintext) ?? []) receiveBody(context, from, body)
}

/** What one body says happens. Who may say what is decided here: a member's device about its group, nobody else. */
function receiveBody(context: Context, from: Sender, body: LetterBody): void {
  switch (body.kind) {
    case 'address':
      moveTo(context, from.device, body.address)
      return
    case 'welcome':
      receiveWelcome(context, from, body)
      return
    case 'joinRefused':
      joinRefused(context, body)
      return
    case 'operations':
      // Signed by their authors: whoever brings them.
      if (context.draft.get(JOIN, textOf(body.group)) !== undefined) takeJoinOperations(context, body)
      else if (context.draft.get(GROUP, textOf(body.group)) !== undefined) takeFrom(context, from, body)
      return
    case 'logHeads':
      // Also of a device that was removed and does not know it.
      if (context.draft.get(GROUP, textOf(body.group))?.state !== 'member' || !wasMemberDevice(context, textOf(body.group), from)) return
      if (answerLogHeads(context, from.device, body)) compared(context, textOf(body.group), from.device)
      return
    case 'secret':
      // Proved by its commitment: whoever brings it.
      if (context.draft.get(GROUP, textOf(body.group))?.state === 'member' && !takeSecret(context, textOf(body.group), body.operation, body.secret)) {
        keepPending(context, from, textOf(body.group), body)
      }
      return
    case 'secretRequest':
    case 'distribution':
    case 'distributionAcknowledged':
    case 'keyRequest':
    case 'resend':
    case 'vouchRequest':
    case 'vouch':
    case 'sealedBefore':
    case 'receipt': {
      const group = textOf(body.group)
      if (context.draft.get(GROUP, group)?.state !== 'member') {
        if (isJoining(context, group)) keepPending(context, from, group, body)
        return
      }
      // The operation that brought the sender in may still be on its way: what it says waits for that.
      // Of somebody who is out since, a key that was on its way: it opens what a remaining member vouches for.
      if (body.kind === 'distribution' && wasMemberDevice(context, group, from)) receiveFromMember(context, from, body)
      else if (!isMemberDevice(context, group, from)) keepPending(context, from, group, body)
      else receiveFromMember(context, from, body)
    }
  }
}

/** Operations of a group we are in. Where one waits for its parents, whoever brought it must have them. */
function takeFrom(context: Context, from: Sender, body: Extract<LetterBody, { readonly kind: 'operations' }>): void {
  const group = textOf(body.group)
  takeOperationsOf(context, group, body.operations)
  const isWaiting = context.draft.get(GROUP, group)?.state === 'member' && missingParents(logOf(context, group)).length > 0
  if (isWaiting && isMemberDevice(context, group, from)) compareLogs(context, group, from.device)
}

const wasMemberDevice = (context: Context, group: string, from: Sender): boolean => {
  const account = rosterOf(context, group).accountOf(from.device)
  return account !== undefined && textOf(account) === textOf(from.account)
}

const isMemberDevice = (context: Context, group: string, from: Sender): boolean => {
  const device = rosterOf(context, group).deviceOf(from.device)
  return device !== undefined && textOf(device.certificate.body.account) === textOf(from.account)
}

type MemberBody = Extract<
  LetterBody,
  { readonly kind: 'secretRequest' | 'distribution' | 'distributionAcknowledged' | 'keyRequest' | 'resend' | 'vouchRequest' | 'vouch' | 'sealedBefore' | 'receipt' }
>

function receiveFromMember(context: Context, from: Sender, body: MemberBody): void {
  switch (body.kind) {
    case 'secretRequest':
      answerSecretRequest(context, from.device, body)
      return
    case 'distribution':
      receiveDistribution(context, from, body)
      return
    case 'distributionAcknowledged':
      distributionAcknowledged(context, from, body)
      return
    case 'keyRequest':
      answerKeyRequest(context, from, body)
      return
    case 'resend':
      receiveResend(context, from, body)
      return
    case 'vouchRequest':
      answerVouchRequest(context, from.device, body)
      return
    case 'vouch':
      takeVouch(context, body)
      return
    case 'sealedBefore':
      if (noteSealedBefore(context.draft, logOf(context, textOf(body.group)), selfOf(context).device, from.device, body)) touch(context, textOf(body.group))
      return
    case 'receipt':
      takeReceipt(context, from.device, body)
  }
}

/** The roster changed: what waited for a sender to appear in it, or for an operation, is looked at again. */
export function receivePending(context: Context, group: string): void {
  for (const { key, value } of context.draft.scan(PENDING_BODY, group)) {
    const from: Sender = { account: value.account as AccountId, device: bytesOf<DeviceId>(key[1] ?? '') }
    const body = decode(letterBody, value.body)
    context.draft.delete(PENDING_BODY, ...key)
    if (body !== undefined) receiveBody(context, from, body)
  }
}
