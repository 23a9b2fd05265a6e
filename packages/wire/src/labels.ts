/**
 * The labels that separate the uses of one key or hash from each other (PROTOCOL §0).
 * `L(x) = "Sotto/1 " ‖ x ‖ 0x00`; the final zero keeps every label from being a prefix of another.
 */
import { utf8 } from './bytes.ts'

const NAMES = [
  'account certificate',
  'device certificate',
  'device list',
  'device list hash',
  'signed prekey',
  'kem prekey',
  'operation',
  'operation id',
  'invite request',
  'invite request key',
  'join request',
  'join name',
  'rendezvous seal',
  'rendezvous append',
  'join withdrawal',
  'rendezvous read',
  'invite checksum',
  'contact link checksum',
  'contact request',
  'contact request key',
  'heads',
  'pqxdh',
  'pqxdh associated data',
  'pqxdh certificate',
  'initial message hash',
  'sealed box',
  'ratchet root',
  'ratchet kem root',
  'ratchet message',
  'sender key context',
  'sender key commitment',
  'sender key message',
  'sender tag',
  'header mask',
  'group envelope',
  'epoch',
  'epoch commitment',
  'epoch id',
  'topic',
  'header key',
  'tag key',
  'signals key',
  'operations key',
  'sync key',
  'mailbox read',
  'mailbox append',
  'mailbox id',
  'mailbox open',
  'mailbox dedupe',
  'relay admission',
  'relay admission key',
  'lane grant',
  'lane append',
  'inbox read',
  'epoch proof initiator',
  'epoch proof responder',
  'safety number',
  'safety code checksum',
  'safety code lists',
  'sealed operation',
  'sealed signal',
  'signal',
  'prekey bundle',
  'row index',
  'row seal',
  'row mark',
  'row key',
  'search record',
  'vault secrets',
  'vault',
  'file chunks',
  'file read',
  'file append',
  'file record',
  'file chunk hash',
  'file tree hash',
  'file name',
  'file possession',
] as const

/** A use that a label names. */
export type Label = (typeof NAMES)[number]

const PREFIXES = new Map<Label, Uint8Array>(NAMES.map((name) => [name, utf8(`Sotto/1 ${name}\0`)]))

/** Every label, for the test that none is a prefix of another. */
export const ALL_LABELS: readonly Label[] = NAMES

/** The bytes that begin every input of the named use. The caller must not change them. */
export function L(label: Label): Uint8Array {
  const bytes = PREFIXES.get(label)
  if (bytes === undefined) throw new RangeError(`no label ${label}`)
  return bytes
}
