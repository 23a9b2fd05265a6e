/**
 * Who and what is named on the wire. Every id is 32 bytes, a hash or a public key; its text form is base64url.
 *
 * The brands exist at compile time only: they keep a device key from being passed where an account key belongs.
 */
import { fixedBytes } from './codec.ts'

declare const brand: unique symbol
type Branded<Name extends string> = Uint8Array & { readonly [brand]: Name }

/** Ed25519 public key of a person (PROTOCOL §1). */
export type AccountId = Branded<'AccountId'>
/** Ed25519 public key of one browser profile or headless peer (PROTOCOL §1). */
export type DeviceId = Branded<'DeviceId'>
/** Hash of the unsigned bytes of an operation (PROTOCOL §5). */
export type OperationId = Branded<'OperationId'>
/** Id of the `create` operation of a group (PROTOCOL §5). */
export type GroupId = Branded<'GroupId'>
/** Derived from an epoch secret (PROTOCOL §6). */
export type EpochId = Branded<'EpochId'>
/** Hash of a mailbox's kind and its read and append public keys (PROTOCOL §8). */
export type MailboxId = Branded<'MailboxId'>
/** Hash of who said what when: a message has one id, wherever and however often it was sealed (PROTOCOL §8). */
export type MessageId = Branded<'MessageId'>
/** SHA-256 of an envelope's bytes. */
export type EnvelopeHash = Branded<'EnvelopeHash'>

export const accountId = fixedBytes<AccountId>(32)
export const deviceId = fixedBytes<DeviceId>(32)
export const operationId = fixedBytes<OperationId>(32)
export const groupId = fixedBytes<GroupId>(32)
export const epochId = fixedBytes<EpochId>(32)
export const mailboxId = fixedBytes<MailboxId>(32)
export const messageId = fixedBytes<MessageId>(32)
export const envelopeHash = fixedBytes<EnvelopeHash>(32)
