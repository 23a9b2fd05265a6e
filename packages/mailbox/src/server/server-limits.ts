/** What a relay allows. The defaults are the protocol's. An operator or a test may be stricter. */
import { LIMITS } from '@sotto/wire'

const MIB = 1024 ** 2

/** Bodies in the mailbox of a file that long: proofs and padding make an eighth at most. */
export const blobBytesOf = (fileBytes: number): number => Math.ceil((fileBytes * 9) / 8)

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
  /** 0: the relay keeps no files. */
  blobMailboxBytes: blobBytesOf(LIMITS.relayFileBytes),
  blobRetentionMs: LIMITS.blobRetentionMs,
  blobAppendsPerSecond: LIMITS.blobAppendsPerSecond,
  blobAppendBurst: LIMITS.blobAppendBurst,
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
  /** Reads of the store for all connections together, which take turns. A guess: more keep no disk busier. */
  readsAtOnce: 16,
  /** What one peer may take each second, so many times for one address: many people may live behind it. A guess. */
  addressTimes: 16,
  /** OPENs that prove nothing, until their address has used up its own. A guess: an honest client sends none. */
  badOpensPerAddress: 16,
  /** Bytes that one address may leave on the disk at once, and then each day. Guesses, for a disk of 4 GiB: its sixteenth, and a quarter of that. */
  addressKeptBytes: 256 * MIB,
  addressKeptBytesPerDay: 64 * MIB,
  /** The same of files, which leave letters their room. Guesses, for that disk: its eighth, and a quarter of that. */
  addressBlobBytes: 512 * MIB,
  addressBlobBytesPerDay: 128 * MIB,
  /**
   * What a connection and its address have in a group mailbox has to be free there so many times, before it takes more of them. A guess:
   * each address leaves two thirds of what it found, so that ten leave seventy records, and two people write 1,365 before the next epoch.
   */
  freeBesideShare: 2,
}
export type ServerLimits = { readonly [Name in keyof typeof SERVER_LIMITS]: number }
