/** Letters in: opened by their session, then each body goes to its room. Who may say what is decided here (PROTOCOL §2). */
import { missingParents } from '@sotto/membership'
import { type AccountId, decode, type DeviceId, letter, type LetterBody, letterBody } from '@sotto/wire'
import { ciphersOf } from '../cipher/group-cipher.ts'
import { answerKeyRequest } from '../cipher/sender-keys/answer-key-request.ts'
import { distributionAcknowledged, receiveDistribution } from '../cipher/sender-keys/distributions.ts'
import { receiveResend } from '../cipher/sender-keys/receive-resend.ts'
import { answerVouchRequest, takeVouch } from '../cipher/sender-keys/vouch.ts'
import { answerSecretRequest } from '../epochs/earlier-secrets.ts'
import { takeSecret } from '../epochs/secrets.ts'
import { answerLogHeads, compareLogs } from '../groups/compare-logs.ts'
import { logOf, rosterOf, takeOperationsOf } from '../groups/group-log.ts'
import { touch } from '../groups/group-row.ts'
import { isJoining } from '../groups/is-joining.ts'
import { compared } from '../groups/newcomer.ts'
import { noteSealedBefore } from '../groups/sealed-before.ts'
import { noteStranger } from '../groups/strangers.ts'
import { selfOf } from '../identity/profile.ts'
import { joinRefused, receiveWelcome, takeJoinOperations } from '../members/join.ts'
import { takeReceipt } from '../messages/receipts.ts'
import { deliver } from '../messages/receive.ts'
import { moveTo } from '../sessions/contacts.ts'
import { openLetter } from '../sessions/open-letters.ts'
import { keepPending } from '../sessions/pending-bodies.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, type Sender, textOf } from '../state/names.ts'
import { GROUP, JOIN } from '../state/tables/groups.ts'
import { PENDING_BODY } from '../state/tables/sessions.ts'

/** Takes in a sealed record from our inbox or from a peer's stream: opens it, and hands each body to its room. */
export function receiveLetter(context: Context, record: Uint8Array, likely?: string): void {
  const opened = openLetter(context, record, likely)
  if (opened === undefined) return
  if (opened.isNew) noteStranger(context, textOf(opened.from.device))
  receiveBodies(context, opened.from, opened.plaintext)
}

function receiveBodies(context: Context, from: Sender, plaintext: Uint8Array): void {
  for (const cipher of ciphersOf(context)) cipher.heardFrom(context, from.device)
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
  {
    readonly kind:
      'secretRequest' | 'distribution' | 'distributionAcknowledged' | 'keyRequest' | 'resend' | 'vouchRequest' | 'vouch' | 'sealedBefore' | 'receipt'
  }
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
      receiveResend(context, from, body, (opened) => deliver(context, opened, true))
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
