/** Who may open a mailbox: the client that signs this connection with its keys (PROTOCOL §8.2, §13.34). Nothing else is known. */
import type { Primitives } from '@sotto/crypto/primitives'
import {
  type SendCapability,
  type MailboxId,
  type MailboxKind,
  type MailboxRequest,
  type RefusalCode,
  sendCapabilitySigningInput,
  openSigningInput,
} from '@sotto/wire'
import { CAN_APPEND, CAN_READ, mailboxIdOf } from '../credentials.ts'

type Open = Extract<MailboxRequest, { readonly kind: 'open' }>

/** What was proved. */
export interface Admission {
  readonly mailbox: MailboxId
  readonly kind: MailboxKind
  readonly mayRead: boolean
  readonly mayAppend: boolean
  /** The send capability of an inbox that is appended under; null: none was granted (a stranger). */
  readonly grant: SendCapability | null
}

/** The connection that an OPEN's signatures must name. */
export interface OpenContext {
  readonly relayPeer: string
  readonly clientPeer: string
  readonly nonce: Uint8Array
  readonly longestExpiryMs: number
}

/** What this OPEN proves on this connection now, or why it proves nothing. */
export function authorise(primitives: Primitives, open: Open, context: OpenContext, nowMs: number): Admission | RefusalCode {
  const { keys, grant, readSignature, appendSignature, expiresMs } = open
  if (readSignature === null && appendSignature === null) return 'notAllowed'
  if (expiresMs <= nowMs || expiresMs > nowMs + context.longestExpiryMs) return 'expired'
  if (grant !== null && (keys.kind !== 'inbox' || grant.capability === 0 || appendSignature === null)) return 'notAllowed'
  if (grant !== null && grant.expiresMs <= nowMs) return 'expired'

  const mailbox = mailboxIdOf(primitives, keys)
  const { verify } = primitives.ed25519
  if (grant !== null && !verify(grant.signature, sendCapabilitySigningInput(mailbox, grant), keys.readKey)) return 'badSignature'
  const capabilities = (readSignature === null ? 0 : CAN_READ) | (appendSignature === null ? 0 : CAN_APPEND)
  const { relayPeer, clientPeer, nonce } = context
  const statement = openSigningInput({ relayPeer, nonce, mailbox, capabilities, clientPeer, expiresMs })
  if (readSignature !== null && !verify(readSignature, statement, keys.readKey)) return 'badSignature'
  const appendKey = grant?.appendKey ?? keys.appendKey
  if (appendSignature !== null && !verify(appendSignature, statement, appendKey)) return 'badSignature'
  return { mailbox, kind: keys.kind, mayRead: readSignature !== null, mayAppend: appendSignature !== null, grant }
}
