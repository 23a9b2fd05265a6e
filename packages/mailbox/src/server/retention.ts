/** For how long a relay keeps what: the one place that says it (PROTOCOL §8.59). Clients are told in HELLO. */
import type { MailboxKind, RecordClass, ServedLimits } from '@sotto/wire'
import type { ServerLimits } from './server-limits.ts'

/**
 * `signals`: passed on and not kept. `strangers`: what anybody may leave who has an invite or an address, in a rendezvous or without a
 * grant in an inbox. `blobs`: chunks of files. `ordinary`: all else, prekeys too.
 */
export type RetentionClass = 'signals' | 'strangers' | 'blobs' | 'ordinary'

/** The class of a record by the mailbox, by the send capability (0: none), and by the class that its client asks for. */
export function retentionClassOf(kind: MailboxKind, capability: number, recordClass: RecordClass): RetentionClass {
  if (recordClass === 'signal') return 'signals'
  if (kind === 'blob') return 'blobs'
  return kind === 'rendezvous' || (kind === 'inbox' && capability === 0) ? 'strangers' : 'ordinary'
}

type Keeping = Pick<ServerLimits, 'retentionMs' | 'strangerRetentionMs' | 'blobRetentionMs'>

/** How long that is, in ms. A relay that keeps less than strangers' or files' time keeps those no longer than all else. */
export function keepMsOf(limits: Keeping, of: RetentionClass): number {
  switch (of) {
    case 'signals':
      return 0
    case 'strangers':
      return Math.min(limits.strangerRetentionMs, limits.retentionMs)
    case 'blobs':
      return Math.min(limits.blobRetentionMs, limits.retentionMs)
    case 'ordinary':
      return limits.retentionMs
  }
}

/** What HELLO says of it. */
export const keepingTold = (limits: Keeping): Pick<ServedLimits, 'keepSeconds' | 'strangersKeepSeconds' | 'blobKeepSeconds'> => ({
  keepSeconds: Math.floor(keepMsOf(limits, 'ordinary') / 1_000),
  strangersKeepSeconds: Math.floor(keepMsOf(limits, 'strangers') / 1_000),
  blobKeepSeconds: Math.floor(keepMsOf(limits, 'blobs') / 1_000),
})
