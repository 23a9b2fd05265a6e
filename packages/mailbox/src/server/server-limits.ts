/** What a relay allows. The defaults are the protocol's. An operator or a test may be stricter. */
import { LIMITS } from '@sotto/wire'

export const SERVER_LIMITS = {
  retentionMs: LIMITS.retentionMs,
  groupMailboxRecords: LIMITS.groupMailboxRecords,
  groupMailboxBytes: LIMITS.groupMailboxBytes,
  inboxRecords: LIMITS.inboxRecords,
  capabilityRecords: LIMITS.capabilityRecords,
  strangerRecords: LIMITS.strangerRecords,
  strangerRecordBytes: LIMITS.strangerRecordBytes,
  strangerRetentionMs: LIMITS.strangerRetentionMs,
  rendezvousRecords: LIMITS.rendezvousRecords,
  recordBytes: LIMITS.recordBytes,
  readRecords: LIMITS.readRecords,
  appendsPerSecond: LIMITS.appendsPerSecond,
  appendBurst: LIMITS.appendBurst,
  mailboxesPerConnection: LIMITS.mailboxesPerConnection,
  requestsInFlight: LIMITS.requestsInFlight,
  pushCredit: LIMITS.pushCredit,
  preKeyFetchesPerMinute: LIMITS.preKeyFetchesPerMinute,
  oneTimePreKeys: LIMITS.oneTimePreKeys,
  oneTimePreKeysLow: LIMITS.oneTimePreKeysLow,
  openExpiryMs: LIMITS.openExpiryMs,
  /** Each costs up to three signature checks. A client opens all it wants at once, then few. A guess. */
  opensPerSecond: 50,
  /** Concurrent reads in the store for one connection: bounds what waits in memory when its socket takes nothing. A guess. */
  readsPerConnection: 8,
  /** Of a group mailbox: how much one connection and one address may fill. */
  connectionShare: 0.25,
  addressShare: 0.5,
}
export type ServerLimits = { readonly [Name in keyof typeof SERVER_LIMITS]: number }
