/**
 * Whether an operation is a well-formed, signed part of its log. Reads the operation and its own past only, so that
 * every device that has them says the same: what holds for every kind, and what its file in `operations` says. Whether its author may do it is another question (entitled).
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { equalBytes, type GroupId, L, LIMITS, type Operation, type OperationId, operationSigningInput, toBase64url, type UnsignedOperation } from '@sotto/wire'
import { type Bits, hasBit } from '../entries/bits.ts'
import { chainKey, type History, memberEntryOf } from '../entries/history.ts'
import type { ShapeRejection } from '../entries/rejection.ts'
import { rulesOf } from '../operations/all.ts'
import { memberEntryFault } from './member-entry.ts'

/** The signed bytes are those of the operation without its signature, behind a label. */
const SIGNING_LABEL_BYTES = L('operation').length

/** Checks that need no other operation; also what an orphan must pass to be kept. */
export function aloneFault(primitives: Primitives, group: GroupId, id: OperationId, operation: Operation): ShapeRejection | undefined {
  const { unsigned } = operation
  const signed = operationSigningInput(unsigned)
  const sizeBytes = signed.length - SIGNING_LABEL_BYTES + operation.signature.length
  if (sizeBytes > LIMITS.operationBytes) return { code: 'tooLarge', sizeBytes, limitBytes: LIMITS.operationBytes }
  if (unsigned.suite !== 1) return { code: 'unknownSuite', suite: unsigned.suite }
  if (unsigned.body.kind === 'create') {
    if (!equalBytes(id, group)) return { code: 'wrongGroup' }
    if (!isFirst(unsigned)) return { code: 'misplacedCreate' }
  } else {
    if (!equalBytes(unsigned.group, group)) return { code: 'wrongGroup' }
    if (unsigned.parents.length === 0) return { code: 'noParents' }
  }
  const malformed = rulesOf(unsigned.body).malformed?.(unsigned.body)
  if (malformed !== undefined) return malformed
  if (!primitives.ed25519.verify(operation.signature, signed, unsigned.device)) return { code: 'badSignature' }
  return undefined
}

const isFirst = ({ group, parents, previous, account, device, body }: UnsignedOperation): boolean =>
  body.kind === 'create' &&
  group.every((byte) => byte === 0) &&
  parents.length === 0 &&
  previous === null &&
  equalBytes(body.founder.list.body.account, account) &&
  body.founder.devices.some(({ certificate }) => equalBytes(certificate.body.device, device))

/** Checks against the operation's past, which is in the history as a whole. */
export function placeFault(primitives: Primitives, history: History, past: Bits, operation: Operation): ShapeRejection | undefined {
  const { unsigned } = operation
  const entry = memberEntryOf(operation)
  const fault = entry === null ? undefined : memberEntryFault(primitives, entry)
  if (fault !== undefined) return { code: 'badMemberEntry', reason: fault }
  if (unsigned.body.kind === 'create') return undefined
  if (!isKnownAuthor(history, past, unsigned)) return { code: 'unknownAuthor' }
  if (!continuesChain(history, past, unsigned)) return { code: 'brokenChain' }
  return rulesOf(unsigned.body).misplaced?.(unsigned.body, { primitives, history, past, unsigned })
}

const isKnownAuthor = (history: History, past: Bits, { account, device }: UnsignedOperation): boolean =>
  (history.introductions.get(toBase64url(device)) ?? []).some((each) => hasBit(past, each.entry.index) && equalBytes(each.account, account))

/** `previous` is an operation of the device in the past, and none there has it as `previous` already. */
function continuesChain(history: History, past: Bits, { device, previous }: UnsignedOperation): boolean {
  if (previous !== null) {
    const before = history.byId.get(toBase64url(previous))
    if (before === undefined || !hasBit(past, before.index)) return false
    if (!equalBytes(before.operation.unsigned.device, device)) return false
  }
  const siblings = history.successors.get(chainKey(device, previous)) ?? []
  return !siblings.some((sibling) => hasBit(past, sibling.index))
}
