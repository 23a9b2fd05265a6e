/**
 * Where things are in NATS: streams and subjects, which every relay of one cluster must agree on.
 *
 * `mb.P.MAILBOX`: the records of a mailbox; their sequence in the stream is their cursor. `pk.P.MAILBOX.p`: what is
 * published there of prekeys, `.c` and `.k` its one-time keys. All of partition P are in the stream `sotto-P`. Nothing of
 * `nt.` is in a stream: `.n` is each record as the server stored it, `.w` a relay's word to others, `.g` that records are gone.
 */
import { type MailboxId, toBase64url } from '@sotto/wire'

/** The form of all this. A relay that knows only earlier ones leaves it alone. */
export const LAYOUT_VERSION = 1
/** Fixed when the streams are made: a mailbox stays in its partition for ever. A guess: several for each core of a large cluster. */
export const PARTITIONS = 64

/** What relays keep for each other, the newest of each subject only. */
export const SHARED_STREAM = 'sotto-relays'
export const SHARED_SUBJECTS = 'sr.>'
/** The time of a relay, as text, in ms. A relay that starts learns from it whether its machine's clock has jumped. */
export const TIME_SUBJECT = 'sr.time'
/** How far a partition's records of a retention were looked through for expired ones. */
export const sweptSubject = (partition: number, retention: 'strangers' | 'blobs'): string =>
  retention === 'strangers' ? `sr.swept.${partition}` : `sr.swept.${retention}.${partition}`
/** Relays that run say so here; nothing keeps it. */
export const RUNNING_SUBJECT = 'nt.running'

/** A mailbox's names. */
export interface Place {
  readonly mailbox: MailboxId
  /** Text of the id, which is a token of subjects. */
  readonly name: string
  readonly partition: number
  readonly stream: string
  readonly records: string
  readonly publication: string
  readonly oneTime: string
  readonly oneTimeKem: string
  readonly noticesOf: (what: 'n' | 'w' | 'g' | '*') => string
}

export const streamOf = (partition: number): string => `sotto-${partition}`
export const recordsIn = (partition: number): string => `mb.${partition}.*`
export const keysIn = (partition: number): string => `pk.${partition}.*.*`
/** How the server passes on what it stored. */
export const noticesIn = (partition: number): string => `nt.${partition}.{{wildcard(1)}}.n`

export function placeOf(mailbox: MailboxId, partitions: number): Place {
  const name = toBase64url(mailbox)
  // Ids are hashes, so any of their bytes spread them evenly.
  const partition = new DataView(mailbox.buffer, mailbox.byteOffset).getUint32(0) % partitions
  return {
    mailbox,
    name,
    partition,
    stream: streamOf(partition),
    records: `mb.${partition}.${name}`,
    publication: `pk.${partition}.${name}.p`,
    oneTime: `pk.${partition}.${name}.c`,
    oneTimeKem: `pk.${partition}.${name}.k`,
    noticesOf: (what) => `nt.${partition}.${name}.${what}`,
  }
}

/** The parts of a subject of a stream: which mailbox, and `records`, or the last token of its keys. */
export function partsOf(subject: string): { readonly name: string; readonly what: 'records' | 'publication' | 'key' } {
  const [first, , name = '', last] = subject.split('.')
  return { name, what: first === 'mb' ? 'records' : last === 'p' ? 'publication' : 'key' }
}
