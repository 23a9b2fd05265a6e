/**
 * Every limit of the protocol, with its unit in its name and its reason beside it (PROTOCOL §11).
 * A number that is nobody's finding says that it is a guess.
 */
const KIB = 1024
const MIB = 1024 * KIB
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const LIMITS = {
  // Sizes
  /** Smallest record in a mailbox, so that short texts look alike. A guess: a tweet with its envelope. */
  smallestRecordBytes: 256,
  /** Largest record a mailbox takes and the largest frame body between peers. */
  recordBytes: 64 * KIB,
  /** Largest frame on a mailbox or peer stream: a record and what names it. */
  frameBytes: 80 * KIB,
  /** Lines that one end says until it is agreed what a connection or a stream is for. A guess: a few protocols of several versions each. */
  negotiationLines: 16,
  /** A text message, UTF-8. Leaves room for its envelope in one record. */
  textBytes: 16 * KIB,
  /** What is written and not sent yet, UTF-8: sixteen messages' worth, so that a long paste is kept until it is cut. A guess. */
  draftBytes: 256 * KIB,
  /** A device that nobody uses for so long locks itself, unless its person chose otherwise; and the longest choice. Guesses. */
  autoLockMinutes: 15,
  autoLockMostMinutes: 24 * 60,
  /** A popup that opens so soon after the last one was seen in a conversation opens there. Later a person mostly wants the list. A guess. */
  popupPlaceMs: 15 * MINUTE,
  /** The longest time for which a conversation is muted, but for ever: a week. */
  muteMostMinutes: 7 * 24 * 60,
  /** The end of what has none: the largest time that is stored. */
  foreverMs: 2 ** 48 - 1,
  /** A message that goes above read ones and was written so long ago is marked as late, ms. A guess: what a person would miss. */
  lateAfterMs: 10 * 60 * 1000,
  /** Characters of a message that is quoted above its answer. A guess: three lines. */
  quotedCharacters: 200,
  /** Mentions in one text: as many as there are characters that stand for them while it is drawn (U+FDD0 to U+FDEF). */
  mentions: 32,
  /** A mention as its author wrote it, UTF-16 code units: any name with what tells it apart. */
  mentionCharacters: 200,
  /** Emoji that are offered first. A guess: three rows. */
  recentEmoji: 24,
  /** Groups that one message is forwarded to at a time. A guess: more is an announcement. */
  forwardedAtOnce: 20,
  /** A person's or a group's name, UTF-8. */
  nameBytes: 128,
  /** What a person says about itself in a line, UTF-8. A guess: two lines of a screen. */
  lineBytes: 280,
  /** What an admin says about a group, UTF-8. A guess: a paragraph. */
  descriptionBytes: 1024,
  /** A person's or a group's picture as it is sent, and its longest side, px: it is drawn at 96 px. */
  pictureBytes: 32 * KIB,
  picturePixels: 1024,
  /** In groups up to this many members everybody says its profile as soon as one comes, in larger ones with its next message. A guess: half a megabyte. */
  profileAtOnceMembers: 12,
  /** Renames of one account that are taken within a time: each is a line in every conversation with it. A guess: a typing error or two. */
  renames: 8,
  renamesWithinMs: DAY,
  /** What a member writes beside a message that it reports, UTF-8, and how many it reports within a time. Guesses: a paragraph, a bad day. */
  reportWordsBytes: 1024,
  reports: 8,
  /** Of one member that an admin is shown within that time: two days' for one that was away. */
  reportsHeard: 16,
  reportsWithinMs: DAY,
  /** Marks that do not advance, one after the other in a name: UTS 39 §5.4 forbids more than four. */
  marksInARow: 4,
  /** A relay's multiaddr, as text. */
  relayAddressBytes: 256,
  /** Relays named in one invite or address. */
  relays: 4,
  /** TURN servers that one relay names: two machines, each by UDP and by TLS. */
  turnUrls: 4,
  /** The address of one, UTF-8: the longest host name with what is around it. */
  turnUrlBytes: 288,
  /** The name and the password for it, UTF-8. A guess: a time and a hash in base64 take a third. */
  turnCredentialBytes: 128,
  /** Credentials for it are used for no longer than this, whatever the relay says. */
  turnMs: DAY,
  /** A relay that has been away for so long is gone round: what waits for it takes another way. A guess: a short break of the line takes less. */
  relayAwayMs: 4 * SECOND,
  /** A line that carries less is slow: so much longer is waited for a relay's answer, by the bytes of the record that it was asked to take first. A guess. */
  relayLineBytesPerSecond: 16 * KIB,
  /** After so long it is said to be unreachable, and a group without any other is looked for elsewhere. A guess: a restart takes less. */
  relayDownMs: 15 * SECOND,
  /** A relay that was not reached for so long, and for so long since the start, may be gone for good. Guesses: a weekend without who runs it; a slow start. */
  relayGoneMs: 3 * DAY,
  relayGoneTriedMs: 10 * MINUTE,
  /** Relays at which a letter is left, where its reader has as many that are used here anyway: losing one for good loses no letter. */
  letterRelays: 2,
  /** Records of the own inbox whose hashes are remembered: as many as an inbox holds, since each lies at two relays. */
  recentLetters: 1_024,
  /** Other relays at which a group's mailboxes are looked for, the newest: where it was, where a person or an invite said. A guess. */
  placesOfGroup: 8,
  /** An invite as text; it must fit one QR code that a phone camera reads. */
  inviteTextBytes: 400,
  /** How far into a pasted text an invite is looked for. A guess: a mail with all that it quotes. */
  pastedInviteCharacters: 100_000,
  /** Places in a pasted text that are tried for an invite: each costs some hundred hashes. A guess. */
  pastedInvitesTried: 32,

  // Groups
  /** Parents of one operation. A guess: more concurrent heads than this are acknowledged in steps. */
  operationParents: 64,
  /** Earlier operations that a device names beside its heads: each stands for four times as many as the one before, so this is enough for millions. */
  earlierOperations: 12,
  /** One operation, encoded. */
  operationBytes: 16 * KIB,
  /** A removal or demotion that still needs it is acknowledged after the first and up to the second more. Guesses. */
  acknowledgeAfterMs: 2 * SECOND,
  acknowledgeSpreadMs: 8 * SECOND,
  /** A device that compares logs is sent operations once in this time: the answer before is on its way. A guess. */
  logAnswerAgainMs: 5 * SECOND,
  /** Operations in one letter or frame. */
  operationsPerLetter: 64,
  /** Devices of one account. */
  devicesPerAccount: 16,
  /** Operations whose parents are missing and whose authors the log names, kept per group; the author with most gives way. A guess. */
  orphanOperations: 1_024,
  /** The same of authors that the log does not name yet: as many as a new member's log may bring out of order. A guess. */
  orphansOfUnknown: 1_024,
  /** Removals by devices of present admins whose parents are missing: a place of their own. A guess. */
  orphanRemovals: 256,
  /** Operations of one device that are kept beside what took its right to write: honest ones wrote less before they heard. A guess. */
  operationsOfGone: 32,
  /** An operation whose parents are missing is forgotten after this: then they were lost, or never were. */
  orphanMs: 7 * DAY,
  /** Members of one group (the sender-keys profile). */
  members: 1_000,
  /** Uses of one invite. */
  inviteUses: 100,
  /** So much longer than planned a device waits, before it admits, for the rest of what a relay has at the rendezvous. A guess. */
  admitWaitsMs: 5 * SECOND,
  /** An invite's life unless its author says otherwise. */
  inviteMs: 7 * DAY,

  // Pairwise sessions (PROTOCOL §2)
  /** Skipped message keys of one receiving chain (Double Ratchet §8.4 asks for a bound). */
  skippedPerChain: 1_000,
  /** Skipped message keys of one session. */
  skippedPerSession: 2_000,
  /** Chains of one session with skipped keys, oldest out first: each costs every foreign letter a try. A guess. */
  skippedChains: 32,
  /** No skipped key is kept longer. */
  skippedMs: 30 * DAY,
  /** Signed prekey: a new one is made after this, it is refused when older, its private half is kept. */
  signedPreKeyRotateMs: 7 * DAY,
  signedPreKeyRefuseMs: 14 * DAY,
  signedPreKeyKeepMs: 45 * DAY,
  /** One-time prekeys of each kind that a device publishes, and the count below which it publishes more. */
  oneTimePreKeys: 100,
  oneTimePreKeysLow: 20,
  /** Private halves of one-time prekeys of each kind that are kept, oldest out first: ten publications. A guess. */
  oneTimePreKeysKept: 1_000,
  /** A relay is given new one-time prekeys once in this time, whatever it says of those that it has: it hands out fewer (`preKeyFetchesPerMinute`). */
  preKeysAgainMs: MINUTE,
  /** A prekey from further in the future is refused: its date would outlive `signedPreKeyRefuseMs`. A guess. */
  preKeyAheadMs: DAY,
  /**
   * Initial messages without a one-time key that are remembered, so that none is accepted twice: of devices in our groups, of one of
   * them, and of all strangers. What goes is the oldest of its share. Guesses: a share is a start a day for two months.
   */
  acceptedInitialMessages: 4_096,
  initialMessagesOfDevice: 64,
  strangersInitialMessages: 2_048,
  /** So many under one signed prekey make a new one, where it is older than this. Guesses: half of what strangers have. */
  preKeyPressure: 1_024,
  preKeyPressureRotateMs: DAY,
  /** A session that lost a crosswise set-up still receives for this long. */
  losingSessionMs: 30 * DAY,
  /** Sessions kept with one device: the sending one and those that still receive. */
  sessionsPerDevice: 4,
  /** A session that nobody answered is opened again after this, when there is something to say. A guess. */
  unansweredSessionMs: 60 * SECOND,
  /** An ML-KEM step joins the next turn when the last is this many messages old, sealed or opened. PQ3's number. */
  kemStepMessages: 50,
  /** Or this old: PQ3 takes at least one step a week. */
  kemStepMs: 7 * DAY,
  /** Distributions without a ratchet turn, after which the owner opens a new session. */
  distributionsWithoutTurn: 3,

  // Sender keys (PROTOCOL §3)
  /** Messages sealed under one sender key before it rotates. */
  rotateAfterMessages: 100,
  /**
   * Messages sealed in an epoch that neither a relay nor a member's device is known to have; more are sealed when they are fewer. A key's
   * worth, and a relay's `appendBurst`: with fewer a relay would wait for us.
   */
  unconfirmedMessages: 100,
  /** Age at which a sender key rotates. */
  rotateAfterMs: DAY,
  /** Skipped message keys of one sender key; also the farthest that a header may reach ahead. */
  skippedPerSenderKey: 2_000,
  /** Undecryptable envelopes kept per group, and their bytes. Where there is no room, the device with most loses its own. Guesses. */
  undecryptableEnvelopes: 4_096,
  undecryptableBytes: 16 * MIB,
  /** Times that an owner resends one message to one device. */
  resendsPerMessage: 3,
  /** What was sent so often and is still not opened is sent as often again after this time. A guess. */
  resendAgainMs: 6 * HOUR,
  /** What a connected device has not said to have opened for so long is sent to it in private. A guess. */
  undeliveredMs: 10 * MINUTE,
  /** Wait before a missing key is asked for: the distribution is usually just behind. */
  keyRequestAfterMs: 1 * SECOND,
  keyRequestBackoffMs: 8 * SECOND,
  keyRequestAttempts: 8,
  /** Keys of one device that are asked for at a time; the others wait a while. A guess: any member can seem to be it. */
  keysAskedAtOnce: 64,
  /** Wait before messages that others' places show to be missing are asked for: they are usually on another way. A guess. */
  gapAfterMs: 15 * SECOND,
  /** Members asked at a time whether they had opened what came late from a removed device. A guess. */
  attestationsAtOnce: 3,
  /** Envelopes whose sender's tag names nobody yet, kept per group until the operation comes that brings it in. A guess. */
  unknownSenderEnvelopes: 256,

  /** What devices said of a group before its log named them: of one device, and of all. Guesses: two letters, and eighty. */
  pendingBytesPerDevice: 128 * KIB,
  pendingBytes: 4 * MIB,

  /** A rekeying operation whose secret nobody could give for this long is answered with another. A guess. */
  secretMissingMs: 20 * SECOND,
  /** How often that wait doubles while it happens again and again: to a quarter of an hour. A guess. */
  secretMissingDoublings: 5,
  /** Devices, beside its successor's, that a leaving member tells in private. A guess: one of them is there. */
  toldOfDeparture: 3,
  /** A device that began an epoch at the same time as another lets it go on for this long, or twice that. A guess: two round trips on a slow line. */
  conflictingRekeysMs: 3 * SECOND,
  /** Ended epochs of a group whose mailboxes are read, and that peers prove, the newest first. A guess: two a day. */
  endedEpochsRead: 64,
  /** Invites of one other member, and of all members of a group, whose rendezvous is read, the newest first. Guesses. */
  invitesReadOfOne: 16,
  invitesRead: 256,
  /** Age at which an admin's device ends an epoch. */
  epochMs: 30 * DAY,

  // Mailbox (relay brief; PROTOCOL §8)
  retentionMs: 30 * DAY,
  groupMailboxRecords: 4_096,
  groupMailboxBytes: 8 * MIB,
  /** A full mailbox is answered with a rekey, unless so many epochs of the group began within this: then it is waited for. Guesses. */
  mailboxFullEpochs: 3,
  mailboxFullWithinMs: 30 * MINUTE,
  inboxRecords: 1_024,
  capabilityRecords: 256,
  /** Under capability 0 strangers with an invite leave letters: few and small. */
  strangerRecords: 64,
  strangerRecordBytes: 16 * KIB,
  strangerRetentionMs: 7 * DAY,
  rendezvousRecords: 64,
  /** The largest file that a relay keeps, and for how long. */
  relayFileBytes: 64 * MIB,
  blobRetentionMs: 14 * DAY,
  /** Chunks of files that one client leaves in a second, and at once. Guesses: 8 MiB, and half a file. */
  blobAppendsPerSecond: 128,
  blobAppendBurst: 512,
  /** As `appendWindowBytes`, of chunks: one is on the line while the answer to another comes. A guess. */
  blobWindowBytes: 128 * KIB,
  /** As `pushCredit`, of a file's chunks: a letter of the same reader waits behind so many at most. A guess. */
  blobPushCredit: 4,
  appendsPerSecond: 20,
  appendBurst: 100,
  /** Bodies of appends that a client has on their way at once, or one larger: what is in flight when a slow line breaks goes again. A guess. */
  appendWindowBytes: 64 * KIB,
  connectionsPerAddress: 64,
  /** For how long a relay that is not open to everybody lets a device in that it has let in once. A guess: who was away for half a year asks again. */
  admissionRenewedDays: 180,
  mailboxesPerConnection: 2_048,
  /** Pushed records in flight that a subscriber has not yet granted credit for. */
  pushCredit: 256,
  /** Records in one answer to READ. */
  readRecords: 128,
  /** An OPEN's signature is good for this long. */
  openExpiryMs: 5 * MINUTE,
  /** What a relay refused is tried again after this at the latest, however long it says: a reader may make room. A guess. */
  refusedRetryMostMs: HOUR,
  /** Requests in flight on one mailbox stream. */
  requestsInFlight: 256,
  preKeyFetchesPerMinute: 60,
  /** Reaching a relay before it is kept is given up after this: longer than a slow line and a name that is looked up, and a person waits. */
  tryRelayMs: 15 * SECOND,
  /** How long a send capability holds: a contact is given a new one long before. A guess. */
  sendCapabilityMs: 5 * 365 * DAY,

  /** Relays linked only because addresses of others name them, and how long each is at least where more of them wait. Guesses. */
  relaysOfOthers: 64,
  /** Other relays that one account's devices can have this device link in a time, by addresses and announcements. A guess: an address names four. */
  relaysOfOne: 8,
  relaysOfOneMs: DAY,
  relayTurnMs: 2 * MINUTE,

  // Peers (PROTOCOL §7)
  directPeersPerGroup: 8,
  /**
   * Letters that open nothing: so many of one connection, and of all that proved no epoch so many that are tried on every contact; one
   * more for each time that passed. Guesses: each costs a sixteenth of a millisecond for a contact.
   */
  unreadableLetters: 64,
  unprovedUnreadableLetters: 16,
  unreadableLetterMs: SECOND,
  /** A libp2p peer id as text. */
  peerIdBytes: 128,
  /** Addresses in one announcement. */
  addresses: 8,
  /** Ranges of one watermark: a receiver with more gaps asks for the oldest first. A guess. */
  rangesPerKey: 1_024,
  /** Sender keys in one `have`. */
  receivedSets: 4_096,
  /** Sender keys in what a new member is told of the time before it: a third of a letter. A guess. */
  sealedBeforeKeys: 512,
  envelopesPerFrame: 256,
  /** Envelopes in one frame that we send: opening one takes a third of a millisecond, and a frame is one step (`sliceMs`). */
  envelopesServedAtOnce: 24,
  resendsPerLetter: 128,
  /** Messages named in one receipt: 8 KiB of ids. A guess. */
  receiptsPerLetter: 256,
  /** Bodies in one letter. */
  controlMessagesPerLetter: 64,
  epochProofs: 64,
  /** A time further ahead is not merged, and orders as if it were now; an own clock further ahead begins again. A guess: more than summer time. */
  clockAheadMs: 2 * HOUR,
  /** A clock that differs by more from every connected relay's is said to be wrong. A guess; a new member's prekeys are refused from `preKeyAheadMs` on. */
  clockWrongMs: HOUR,
  /** An emoji with its joiners and tones: the longest that there are take 40 or so. A guess. */
  emojiBytes: 64,
  /** Reactions of one member that are kept in a group, the oldest going first. A guess: some a day for years. */
  reactionsOfMember: 4_096,
  /** How long after its message an edit counts, by its author's clock. */
  editMs: DAY,
  /** Edits of one message whose texts are kept, the newest. A guess: a typing error or two, many times over. */
  editsOfMessage: 32,
  /** Messages of one member in a group that are kept as edited or deleted, the oldest going first. A guess: some a day for years. */
  changedOfMember: 4_096,
  /** How long a message that vanishes may last, in seconds: what is shorter nobody could read. */
  lifetimeLeastSeconds: 30,
  lifetimeMostSeconds: 28 * 86_400,
  /** Messages of one member in a group that are here and will vanish; of more, the one that ends next goes at once. A guess: hundreds a day. */
  vanishingOfMember: 4_096,
  /** For how long it is remembered that a message vanished, so that it does not come back: the longest lifetime, and as long as a relay keeps it. */
  vanishedMs: 58 * DAY,
  /** Vanished messages of a group that are remembered, the newest. A guess: thousands a week. */
  vanishedMessages: 65_536,
  /** What members may pass on to a new one of the time before it (PROTOCOL §5.67). Guesses: a year, and what one reads up. */
  historyDays: 366,
  historyMessages: 1_000,
  /** Messages of a page of it, and about so many bytes: it is one body of a letter. */
  historyPage: 50,
  historyPageBytes: 32 * KIB,
  /** Of what may be passed on, so many times as much goes to one device in a day: it may have to begin once more. A guess. */
  historyTimes: 3,
  /** A new member waits so long for an admin before it asks any other member, and for an answer before it asks again, and for anybody at all. */
  historyAdminsMs: 15_000,
  historyAnswerMs: 30_000,
  historyAskedMs: 7 * DAY,
  /** Times that a device is asked for one page before another is. A guess. */
  historyTries: 3,
  /** Devices that a new member asks at most. A guess. */
  historyAsked: 8,
  /** A clock that jumps ahead by more is doubted by what vanishes: until a relay agrees, or it stood for this long, or against a relay's word for that long. */
  lifeClockJumpMs: DAY,
  lifeClockStandsMs: HOUR,
  /** That clock is looked at so often, as what passed since is lost where a wall clock is put back. A guess. */
  lifeClockLookMs: 10 * MINUTE,
  lifeClockDisputedMs: DAY,
  /** Keys of rows are replaced so soon after a message vanished, and no sooner after the last time. A guess: it writes every row. */
  rowsRenewedMs: MINUTE,
  /** Earlier messages that one names. A guess: so many people write at once. */
  seenMessages: 8,
  /** Of a message's hash, where another names it: an author that finds a second one moves messages of its own, and nothing else. */
  messageTagBytes: 6,
  /** Messages of a conversation whose places are remembered, for those that name them. A guess. */
  placedMessages: 256,
  /** Ciphertext kept for other members. */
  envelopeHistoryMs: 30 * DAY,
  envelopeHistoryBytes: 64 * MIB,
  /** Devices in no roster of ours whose sessions and letters are kept. A guess: admitting devices, and rude ones. */
  strangers: 64,
  /** Above this a device begins a new epoch before it makes another sender key: key ids have 16 bits. */
  keysPerEpoch: 60_000,
  /** Sender keys of one device kept in one epoch, the oldest going first; and of epochs that are not known yet. Guesses. */
  keysKept: 512,
  keysOfUnknownEpochs: 16,
  /** About what the sender keys of one device may take in one group, with their skipped message keys. A guess. */
  receiverKeyBytes: 2 * MIB,
  /** Keys of such epochs whose outcome is remembered. A guess. */
  placesOfUnknownEpochs: 64,
  /** In larger groups a new member's key goes out with its first message, and not to every member at once. A guess. */
  introduceMembers: 100,
  /** A member whose name has not come is asked for it so long after it came, then after twelve times as long, and again. Guesses. */
  nameAskedAfterMs: MINUTE,
  nameAskedBackOff: 12,
  nameAskedTimes: 3,
  /** Members of a group whose messages are sealed for each device by itself: a message costs a letter for each of them. */
  pairwiseMembers: 12,
  /** Direct chats that one person asks for and that this device has not joined yet. A guess: its devices. */
  directChatsAwaited: 4,
  /** A contact link as text, with a name and a relay as long as they may be in an invite; it must fit one QR code. */
  contactLinkBytes: 640,
  /** What a person sees of what a stranger writes before it decides (PROTOCOL §13.57), UTF-8. A guess: a paragraph. */
  firstWordsBytes: 1024,
  /** Requests of strangers that wait for a person at a time. A guess: more is read by nobody. */
  contactRequests: 32,
  /** How long a request can be accepted, and how long it is left again, once a day, for a device that is away. */
  contactRequestMs: 30 * DAY,
  contactRequestAgainMs: DAY,
  /** Bytes of a hash by which members compare what they were sent: enough that its author finds no two contents with the same. */
  sightingBytes: 16,
  /** Messages of a device in an epoch that are kept for such comparisons. A guess. */
  sightingsKept: 16,
  /** Those that one message takes along: 52 bytes each. */
  sightingsTold: 8,
  /** A new member's keys and first message wait so long at most for a third account to compare logs with. A guess. */
  newMemberComparesMs: 15 * SECOND,
  /** Until then a single answer is not enough while others were asked: honest members that are there answer within it. A guess. */
  newMemberHearsMs: 2 * SECOND,
  /** Members whom a new one asks: three that it draws, the inviter, and as many as announce themselves meanwhile. */
  newMemberAsks: 7,
  /** What one peer is sent at most in a time because it says that it lacks it: all that is kept once, and more only later. Guesses. */
  servedBytes: 64 * MIB,
  servedMs: 10 * MINUTE,
  /** Connected members compare what they have this often. A guess: watermarks are small. */
  reconcileMs: MINUTE,
  /** An announcement is repeated this often while connected. */
  announceMs: 5 * MINUTE,
  /** Devices that come into an epoch after us are answered together, this long after our last announcement. A guess. */
  announceAgainMs: 10 * SECOND,
  /** A signal whose time is further from ours, by the relays' clocks, says nothing of now: it may have been recorded. A guess. */
  signalFreshMs: 2 * MINUTE,
  /** Signals of one group that are verified at once, and one more for each time that passed. Guesses: in a hundred people a few come each second. */
  signalsHeard: 100,
  signalHeardMs: 50,
  /** In larger groups nobody says that it is there, and what was read is said once: signals cost the square of the members. A guess. */
  signalMembers: 100,
  /** A person who types says so at most this often, and is shown for so long after the last time. */
  typingEveryMs: 3 * SECOND,
  typingShownMs: 5 * SECOND,
  /** Who is there says so this often, and is shown for so long after the last time: one of two may be lost. */
  presenceEveryMs: 15 * SECOND,
  presenceShownMs: 40 * SECOND,
  /** Who gave no sign (a key, a touch, a pointer) for so long is not there. A guess. */
  presenceSignMs: 5 * MINUTE,
  /** What was read is said together, at most this often; in larger groups so seldom that all together say ten in a second. */
  readMarksMs: 3 * SECOND,
  readMarksOfMemberMs: 100,
  /** Authors whose messages one signal says were read, and how many of those that were read last are said again. Guesses. */
  readMarks: 8,
  readMarksAgain: 32,

  // At rest (PROTOCOL §9)
  /** Shortest passphrase, in Unicode code points: NIST SP 800-63B §5.1.1.2. */
  passphraseCharacters: 8,
  /** Argon2id: the second recommended choice of RFC 9106 §4 (64 MiB, three passes), with a parallelism of one. */
  argon2MemoryKib: 64 * 1024,
  argon2Passes: 3,
  /** Most that a vault's header may ask for, so that a damaged one cannot take the machine's memory. A guess. */
  argon2MostMemoryKib: 1024 * 1024,
  argon2MostPasses: 16,
  /** After this long rows get a new key, and what was deleted or replaced before opens no more. A guess: each time all are written once more. */
  rowKeyMs: 7 * DAY,

  // Files (PROTOCOL §14)
  /** A sealed chunk: on the ladder, and with its frame no longer than a record. */
  blobChunkBytes: 60 * 1024,
  /** The largest file. */
  fileBytes: 4 * 1024 * MIB,
  /** Sealed chunks of the largest file: what they may come to on the ladder. A bit for each fits one record. */
  fileChunks: 71_000,
  /** A file's name and its media type, UTF-8: as long as file systems take names, and as RFC 6838 lets the two halves be. */
  fileNameBytes: 255,
  mediaTypeBytes: 255,
  /** Files of one message. */
  filesInMessage: 20,
  /** A picture's thumbnail, and all of one message: with its caption they fit one record. A guess. */
  thumbnailBytes: 6 * KIB,
  thumbnailsBytes: 24 * KIB,
  /** Pixels of a picture that has a width and a height; with more it is a file like others. */
  picturePixelsInAll: 40_000_000,
  /** A picture's colour profile, also once it is inflated: those of printing presses have two or three MiB. */
  colourProfileBytes: 4 * MIB,
  /** Items of an AVIF: its tiles, their transparency, what is beside them. A guess: cameras write some two hundred tiles. */
  pictureItems: 1_024,
  /** Files of one member in a group whose chunks are kept or fetched here. A guess: some a day for years. */
  filesOfMember: 4_096,
  /** Files that wait in a composer of one group. A guess: two messages' worth. */
  attachmentsOfGroup: 40,
  /** Larger files wait until the person asks for them, unless it chose otherwise. */
  fetchedAtOnceBytes: 5 * MIB,
  /** What comes unasked from one member of a group in a time; more waits for a click. Guesses: an album. */
  fetchedOfMemberBytes: 512 * MIB,
  fetchedOfMemberMs: DAY,
  /** Chunks that are asked of one peer at a time, and through a relay's circuit, where others wait: a guess each. */
  chunksAsked: 16,
  chunksAskedRelayed: 4,
  /** The same at first, and how much later than the first ones chunks may come before fewer are asked for at a time. Guesses. */
  chunksAskedFirst: 2,
  /** Chunks that came and are not in the store yet, of all files: with so many nothing more is asked for. A guess: two megabytes. */
  chunksBeingWritten: 32,
  chunkQueuedMs: 300,
  /** A peer that sent none of the chunks that it was asked for in this time is slow: they are asked of others too. A guess. */
  chunkLateMs: 20 * SECOND,
  /** A member that did not answer whether it has a file is asked again after this. A guess. */
  fileAskedAgainMs: MINUTE,
  /** How often a peer that fetches is told of chunks that came since. A guess. */
  chunksToldMs: 500,
  /** Chunks here that the disk's row does not know of yet, and for how long; after a kill they are found again. Guesses. */
  chunksUnsaved: 32,
  chunksUnsavedMs: 5 * SECOND,
  /** What found no room on the disk is tried again after this. A guess. */
  chunkFullAgainMs: 30 * SECOND,
  /** Missing chunks from a random one on, among which those come first that the fewest sources have. A guess. */
  chunksCompared: 256,
  /** Chunks that are looked for in the store at a time, after a kill. A guess. */
  chunksChecked: 16,
  /** At so many relays of a group a file is left, as letters are. */
  relaysOfFile: 2,
  /** Chunks that are read from the store for one relay, or on their way there, at a time: one more than its line takes. A guess. */
  chunksLeaving: 3,
  /** A relay that has no room for a file is tried again after this, then after twice as long, up to `refusedRetryMostMs`. A guess. */
  relayFullAgainMs: 30 * SECOND,
  /** Members have this long to say that they have a file before a relay is asked. A guess. */
  relayAskedAfterMs: 2 * SECOND,
  /** Where a relay gave nothing it is asked again after `fileAskedAgainMs`, then after twice as long, up to this. A guess. */
  relayAskedMostMs: HOUR,
  /** Files that are read at relays at a time. A guess. */
  filesReadAtOnce: 4,

  // Engine
  /** A slice of events that is folded into one transaction, before the loop lets the page paint. */
  sliceMs: 8,
  sliceEvents: 256,
} as const
