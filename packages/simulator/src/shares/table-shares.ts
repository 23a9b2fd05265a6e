/**
 * The share of every table: what one party, or all that cannot be told apart, can make of its rows (I24; PROTOCOL §13, “Bound”).
 * A new table has a line here, or a test fails. `OWN` is for what nobody else can make more of.
 */
import {
  type AnyTable,
  allTables,
  CONTACT,
  DIRECT_CHAT,
  FILE,
  GROUP,
  MAILBOX,
  NAME,
  type OutboxEntry,
  OUTBOX,
  PIN,
  RELAY,
  RELAY_PLACE,
  Transaction,
  UNDECRYPTABLE,
  VANISHING,
  WANTED_RELAYS,
} from '@sotto/core/inside'
import type { SimulatedPeer } from '../simulated-peer.ts'
import { LIMITS, toBase64url } from '@sotto/wire'
import { beside, both, byAllLogs, byLog, each, eachBy, OWN, rowsOf, type Share, together, type Use } from './share.ts'

/** Keys of one device in one epoch: key ids have 16 bits. */
const KEY_IDS = 2 ** 16
/** The relays of a group, those where it is looked for, and this person's own. */
const RELAYS_OF_GROUP = 2 * LIMITS.relays + LIMITS.placesOfGroup
/** Bodies of one device that wait until it is named, and of kinds whose last one replaces the others. */
const PENDING_BODIES = 32 + 8
/** Names that can be taken for one: a name's, and a petname's. */
const LOOKS_OF_ONE = 8
/** Signed prekeys that are kept, at the pace of those that are made early. */
const SIGNED_PRE_KEYS = Math.ceil(LIMITS.signedPreKeyKeepMs / LIMITS.preKeyPressureRotateMs) + 2

const perOperation = byLog(({ operations }) => operations)
/** With each operation the epoch may move to other rekeys than before, and each rekey is an epoch of its own beside that. */
const perEpoch = byLog(({ operations }) => 2 * operations)
const perDevice = byLog(({ devices }) => devices)
const perAccount = byLog(({ accounts }) => accounts)
const perDeviceOfAll = byAllLogs(({ devices }) => devices + LIMITS.strangers)
/** Of members, of those who are talked to alone, which may begin before a group's log is here, and of this person, who may be no one's member yet. */
const perAccountOfAll: Share = (table, transaction) => {
  const alone = rowsOf(transaction, DIRECT_CHAT).length
  return byAllLogs(({ accounts }) => accounts + 1)(table, transaction).map((use) => ({ ...use, most: use.most + alone }))
}
/** Keys of one device in one epoch. Key: group, epoch, device, key id. */
const perKeyId = each([0, 1, 2], KEY_IDS)
const text = (bytes: Uint8Array): string => toBase64url(bytes)

export const TABLE_SHARES: Readonly<Record<string, Share>> = {
  group: OWN,
  groupChanges: OWN,
  heardTitle: each([0], 1),
  profileDue: OWN,
  groupProfile: each([0], 1),
  firstRelays: OWN,
  // A device that may write has no end here. To those of others there is one (PROTOCOL §5.48).
  operation: perOperation,
  orphan: each([0], LIMITS.orphanOperations + LIMITS.orphansOfUnknown + LIMITS.orphanRemovals),
  secret: perOperation,
  deletedSecret: perOperation,
  earlierSecret: each([0], LIMITS.endedEpochsRead),
  ownInvite: OWN,
  epoch: perEpoch,
  seenRemoval: perOperation,
  join: OWN,
  // They stay at the rendezvous for as long.
  admission: eachBy<{ invite: Uint8Array }>(({ invite }, [group = '']) => `${group} ${text(invite)}`, LIMITS.relays * LIMITS.rendezvousRecords),
  withdrawn: each([0], LIMITS.strangers),
  // And one for what was kept of devices that are gone.
  acknowledge: byLog(({ operations }) => operations + 1),
  newMember: OWN,
  membershipLog: OWN,
  epochKeys: perEpoch,
  met: perDevice,
  askedLog: perDevice,
  answeredLog: perDevice,
  isolated: OWN,
  secretMissing: OWN,
  begunForLack: OWN,
  rekeyed: OWN,
  mailboxFull: OWN,
  received: perKeyId,
  sealedBefore: each([0, 4], LIMITS.sealedBeforeKeys),
  unknownSender: each([0], LIMITS.unknownSenderEnvelopes),
  undecryptable: both(
    each([0], LIMITS.undecryptableEnvelopes),
    eachBy<{ envelope: Uint8Array }>(
      (_row, [group = '']) => group,
      LIMITS.undecryptableBytes,
      ({ envelope }) => envelope.length,
    ),
  ),
  undecryptableUnder: beside(UNDECRYPTABLE),
  undecryptableSize: beside(UNDECRYPTABLE),
  ownKey: OWN,
  keyNumber: OWN,
  keyRecipient: OWN,
  theirKey: each([0, 1, 2], LIMITS.keysKept),
  keyBytes: both(
    perDevice,
    eachBy<number>(
      (_bytes, key) => key.join(' '),
      LIMITS.receiverKeyBytes,
      (bytes) => bytes,
    ),
  ),
  gap: perKeyId,
  attested: perKeyId,
  attestationAsked: OWN,
  keyRequest: perKeyId,
  absent: each([0, 1, 2], KEY_IDS),
  tags: OWN,
  nameless: perAccount,
  nameAnswered: perDevice,
  directChat: (table, transaction) => {
    const byAccount = Map.groupBy(rowsOf(transaction, table) as readonly { value: { account: Uint8Array; isOurs: boolean } }[], ({ value }) =>
      text(value.account),
    )
    return [...byAccount].map(([party, rows]) => ({
      party,
      takes: rows.filter(({ value }) => !value.isOurs).length,
      most: LIMITS.directChatsAwaited + rowsOf(transaction, GROUP).length,
    }))
  },
  ownContactLink: OWN,
  usedContactLink: OWN,
  // Everybody with the link is one party: accounts cost nothing.
  contactRequest: (table, transaction) => {
    const rows = rowsOf(transaction, table) as readonly { value: { words: string; invite: string } }[]
    return [{ party: 'strangers', takes: rows.filter(({ value }) => value.invite !== '').length, most: LIMITS.contactRequests }]
  },
  ownRun: OWN,
  meantFrom: each([0, 1, 2], LIMITS.keysKept),
  introduced: perDevice,
  // One row for each device in each epoch that is known, and in a few that are not.
  sightings: each([0, 1, 2], 1),
  resendRead: beside(CONTACT, LIMITS.controlMessagesPerLetter),
  self: OWN,
  settings: OWN,
  notifications: OWN,
  privacy: OWN,
  recentEmoji: OWN,
  running: OWN,
  clock: OWN,
  counter: OWN,
  preKeys: OWN,
  oneTimePreKey: together(LIMITS.oneTimePreKeysKept),
  oneTimeKemPreKey: together(LIMITS.oneTimePreKeysKept),
  initialMessage: together(LIMITS.acceptedInitialMessages + LIMITS.strangersInitialMessages),
  initialFloor: eachBy<{ device: Uint8Array | null }>(({ device }) => (device === null ? 'strangers' : text(device)), SIGNED_PRE_KEYS),
  published: OWN,
  preKeysGiven: perDeviceOfAll,
  lastStep: OWN,
  timer: OWN,
  read: OWN,
  relay: OWN,
  wantedRelays: OWN,
  relayPlace: each([0], LIMITS.placesOfGroup),
  // What others ask for is answered thrice (PROTOCOL §3.29); of strangers it goes with them.
  outbox: eachBy<OutboxEntry>(({ about }) => ('device' in about ? `${about.kind} ${text(about.device)}` : null), LIMITS.capabilityRecords),
  waitingSince: beside(OUTBOX),
  cursor: OWN,
  relayLink: (table, transaction) => [
    {
      party: 'relays that only others name',
      takes: rowsOf(transaction, table).length - rowsOf(transaction, RELAY).length,
      most: LIMITS.relaysOfOthers + rowsOf(transaction, RELAY_PLACE).length + LIMITS.relays * rowsOf(transaction, WANTED_RELAYS).length,
    },
  ],
  // Of this device's own keys and messages, for the members that there are.
  awaited: OWN,
  awaitingLetters: OWN,
  noRoom: OWN,
  withoutRoom: beside(OUTBOX),
  roomTold: beside(OUTBOX, 2),
  granted: beside(CONTACT, 4),
  grantedTo: beside(CONTACT, 4),
  keysLeft: OWN,
  reached: OWN,
  relayAdmission: OWN,
  inFlight: beside(OUTBOX),
  mailbox: eachBy<{ purpose: { kind: string; group?: string } }>(
    ({ purpose: { kind, group = '' } }) => `${kind} ${group}`,
    Math.max(LIMITS.invitesRead, LIMITS.endedEpochsRead + 1),
  ),
  handOver: beside(OUTBOX),
  caughtUp: beside(MAILBOX, LIMITS.relaysOfOthers),
  // One for each connection: the transport has an end of those.
  peer: eachBy<{ theirProofs: readonly unknown[] }>(
    (_row, [peer = '']) => peer,
    LIMITS.epochProofs,
    ({ theirProofs }) => theirProofs.length,
  ),
  unprovedLetters: OWN,
  secondReader: OWN,
  serving: each([0], LIMITS.epochProofs),
  served: eachBy<{ bytes: number }>(
    (_row, [peer = '']) => peer,
    LIMITS.servedBytes,
    ({ bytes }) => bytes,
  ),
  whereabouts: byAllLogs(({ devices }) => devices),
  announced: OWN,
  ownPeer: OWN,
  topic: OWN,
  seenRequests: each([0, 1], LIMITS.invitesRead),
  taken: beside(MAILBOX, LIMITS.relaysOfOthers),
  contact: perDeviceOfAll,
  stranger: together(LIMITS.strangers),
  controlQueue: each([0], LIMITS.capabilityRecords * LIMITS.controlMessagesPerLetter),
  pendingBody: both(
    each([0, 1], PENDING_BODIES),
    eachBy<{ body: Uint8Array }>(
      (_row, [group = '', device = '']) => `${group} ${device}`,
      LIMITS.pendingBytesPerDevice,
      ({ body }) => body.length,
    ),
    eachBy<{ body: Uint8Array }>(
      (_row, [group = '']) => group,
      LIMITS.pendingBytes,
      ({ body }) => body.length,
    ),
  ),
  heard: perDeviceOfAll,
  fetching: beside(CONTACT),
  spareBundle: beside(CONTACT),
  lettersDue: beside(CONTACT),
  lastWriters: OWN,
  recentLetters: OWN,
  lettersReviewed: OWN,
  relayNamed: each([0], LIMITS.relaysOfOne),
  name: perAccountOfAll,
  profile: perAccountOfAll,
  ownProfile: OWN,
  pin: OWN,
  blocked: OWN,
  accountDevices: perAccountOfAll,
  forked: perAccountOfAll,
  lookalike: (table, transaction) => [
    {
      party: 'all',
      takes: rowsOf(transaction, table).length,
      most: LOOKS_OF_ONE * (rowsOf(transaction, NAME).length + rowsOf(transaction, PIN).length + 1),
    },
  ],
  looks: perAccountOfAll,
  conversation: OWN,
  searchProgress: OWN,
  // One for each message at most: others make of it what they make of the conversation.
  searchBlock: OWN,
  searchChanged: OWN,
  searchOff: OWN,
  vanishing: eachBy<{ account: Uint8Array }>(({ account }, [group = '']) => `${group} ${text(account)}`, LIMITS.vanishingOfMember + 1),
  vanishingOf: perAccount,
  vanished: each([0], LIMITS.vanishedMessages),
  vanishedCount: each([0], 1),
  vanishedAway: each([0], 1),
  lifeClock: OWN,
  rowsDue: OWN,
  searchVanishing: beside(VANISHING),
  searchDue: OWN,
  searchTail: OWN,
  searchWork: OWN,
  pageReads: OWN,
  composerDraft: OWN,
  composerLifetime: OWN,
  composerReply: OWN,
  conversationChoices: OWN,
  pagePlace: OWN,
  popupPlace: OWN,
  composerEdit: OWN,
  hidden: OWN,
  ownPlace: OWN,
  messageChange: each([0, 1], LIMITS.changedOfMember),
  changed: each([0, 2], LIMITS.changedOfMember),
  keptBytes: eachBy<number>(
    (_bytes, [group = '']) => group,
    LIMITS.envelopeHistoryBytes,
    (bytes) => bytes,
  ),
  receiptDue: perDevice,
  reports: perAccount,
  earlierAsking: OWN,
  earlierGiven: perDevice,
  place: each([0], LIMITS.placedMessages),
  reaction: each([0, 1], LIMITS.reactionsOfMember),
  reacted: each([0, 2], LIMITS.reactionsOfMember),
  pendingMessage: OWN,
  sent: OWN,
  unconfirmed: OWN,
  sentAt: OWN,
  placeOf: each([0], LIMITS.placedMessages),
  readUpTo: perDevice,
  readBy: perAccount,
  readSaid: OWN,
  typingSaid: OWN,
  typing: perAccount,
  presence: perAccount,
  ownPresence: OWN,
  signalSaid: OWN,
  // Of two kinds, typing and presence, the last time is remembered.
  signalHeard: byLog(({ devices }) => 2 * devices),
  signalBudget: OWN,
  // What this device sent itself is its own.
  file: eachBy<{ account: Uint8Array; isOwn: boolean }>(
    ({ account, isOwn }, [group = '']) => (isOwn ? null : `${group} ${text(account)}`),
    LIMITS.filesOfMember,
  ),
  fileNamed: beside(FILE),
  fetchedAtOnce: OWN,
  fetched: perAccount,
  coming: beside(FILE),
  // One for each file and connection.
  source: each([0, 1, 2, 3], 1),
  wantedBy: each([0, 1, 2, 3], 1),
  chunkAsked: eachBy<{ peer: string | null }>(({ peer }) => peer, LIMITS.chunksAsked),
  chunkJob: eachBy<{ kind: string; peer?: string }>(({ kind, peer }) => (kind === 'serve' ? (peer ?? '') : null), LIMITS.chunksAsked),
  chunkJobs: OWN,
  fileLeft: OWN,
  leaving: OWN,
  chunkLeaving: OWN,
  noRoomForFiles: OWN,
  fileDrop: OWN,
  dropAsked: OWN,
  // One for each file and relay of the group.
  fileReadAt: beside(FILE, RELAYS_OF_GROUP),
  readingFile: beside(FILE, RELAYS_OF_GROUP),
  attached: OWN,
  toLookFor: OWN,
  passingOn: OWN,
  sealing: OWN,
  leaves: OWN,
  placedBefore: each([0], LIMITS.placedMessages * (LIMITS.seenMessages + 1)),
}

/** Where a party takes more than its share. */
export function overShares(state: SimulatedPeer['state'], tables: readonly AnyTable[] = allTables()): readonly string[] {
  const transaction = new Transaction(state)
  return tables.flatMap((table) => {
    const share = TABLE_SHARES[table.name]
    if (share === undefined) return [`the table ${table.name} has no share`]
    return share(table, transaction)
      .filter(({ takes, most }: Use) => takes > most)
      .map(({ party, takes, most }) => `${takes} of ${table.name} are of ${party}, which may have ${most}`)
  })
}
