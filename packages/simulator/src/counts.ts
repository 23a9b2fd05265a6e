/** What happened in a world, counted. */
export interface RunCounts {
  messages: number
  /** Files that were sent, chunks that went from member to member, and files on disks in the end: whole, and still coming. */
  files: number
  chunks: number
  wholeFiles: number
  /** Files that came from relays, in part or whole, and chunks that lie at relays in the end. */
  filesFromRelays: number
  chunksAtRelays: number
  comingFiles: number
  reactions: number
  /** What members said to each other alone. */
  saidAlone: number
  /** Messages that members reported, and lines that admins were shown. */
  reports: number
  /** Written by a contact link. */
  saidByLink: number
  shownReports: number
  replies: number
  mentions: number
  forwarded: number
  edits: number
  /** What people told of themselves and their group, chose for a conversation, and whom they blocked. */
  profiles: number
  listChoices: number
  blocks: number
  deletions: number
  /** What was said so that it vanishes, and the devices where its time had begun. */
  vanishing: number
  vanished: number
  /** What was passed on to new members, and what had to be (I53). */
  passedOn: number
  passedOnDue: number
  /** Files of messages that people forwarded. */
  forwardedFiles: number
  crashes: number
  /** Devices that were turned off for ever when a message showed as sent, and messages that they owed to others. */
  goneForGood: number
  keptByGone: number
  restarts: number
  lostWrites: number
  drops: number
  duplicates: number
  disconnects: number
  relayRestarts: number
  relayHangs: number
  relayWipes: number
  relayDeaths: number
  /** Relays of a group with several that were lost for good, and lists of relays that admins set. */
  relayLosses: number
  relayChanges: number
  partitions: number
  lids: number
  days: number
  removals: number
  acknowledgements: number
  readmissions: number
  forgotten: number
  maliciousActs: number
  /** Operations that an adversary signed after a majority had acknowledged that it had lost the right to. */
  lateOperations: number
  relayLies: number
  /** First letters that adversaries made, prekeys of others that they were given by relays, and what relays refused them. */
  forgedFirstLetters: number
  takenPreKeys: number
  refusedByRelays: number
  /** Records that relays showed to adversaries, and those of them that were sealed for these too. */
  shownRecords: number
  openedRecords: number
  /** Disks that were written to without the key, and devices that did not start for it. */
  writtenDisks: number
  damagedDisks: number
  skewedClocks: number
  clocksPutRight: number
  cancelledJoins: number
  steps: number
}

export const noCounts = (): RunCounts => ({
  messages: 0,
  files: 0,
  chunks: 0,
  wholeFiles: 0,
  filesFromRelays: 0,
  chunksAtRelays: 0,
  comingFiles: 0,
  reactions: 0,
  saidAlone: 0,
  reports: 0,
  saidByLink: 0,
  shownReports: 0,
  replies: 0,
  mentions: 0,
  forwarded: 0,
  edits: 0,
  profiles: 0,
  listChoices: 0,
  blocks: 0,
  deletions: 0,
  vanishing: 0,
  vanished: 0,
  goneForGood: 0,
  keptByGone: 0,
  passedOn: 0,
  passedOnDue: 0,
  forwardedFiles: 0,
  crashes: 0,
  restarts: 0,
  lostWrites: 0,
  drops: 0,
  duplicates: 0,
  disconnects: 0,
  relayRestarts: 0,
  relayHangs: 0,
  relayWipes: 0,
  relayDeaths: 0,
  relayLosses: 0,
  relayChanges: 0,
  partitions: 0,
  lids: 0,
  days: 0,
  removals: 0,
  acknowledgements: 0,
  readmissions: 0,
  forgotten: 0,
  maliciousActs: 0,
  lateOperations: 0,
  relayLies: 0,
  forgedFirstLetters: 0,
  takenPreKeys: 0,
  refusedByRelays: 0,
  shownRecords: 0,
  openedRecords: 0,
  writtenDisks: 0,
  damagedDisks: 0,
  skewedClocks: 0,
  clocksPutRight: 0,
  cancelledJoins: 0,
  steps: 0,
})
