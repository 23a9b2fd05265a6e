/**
 * Why an operation is not taken in, has no right behind it, or should not be written: values with a code and numbers.
 */

/** The operation is no well-formed, signed part of this log. Nothing of it is kept. */
export type ShapeRejection =
  | { readonly code: 'tooLarge'; readonly sizeBytes: number; readonly limitBytes: number }
  | { readonly code: 'unknownSuite'; readonly suite: number }
  | { readonly code: 'wrongGroup' }
  | { readonly code: 'misplacedCreate' }
  | { readonly code: 'noParents' }
  /** The author's device was not brought in by an operation in the past of this one. */
  | { readonly code: 'unknownAuthor' }
  /** `previous` is not the device's, not in the past, or already has a successor there. */
  | { readonly code: 'brokenChain' }
  | { readonly code: 'badSignature' }
  | { readonly code: 'badMemberEntry'; readonly reason: MemberEntryFault }
  | { readonly code: 'badInvite' }
  | { readonly code: 'badRelays' }
  | { readonly code: 'noLifetime' }
  | { readonly code: 'badHistoryPolicy' }
  | { readonly code: 'badJoinRequest' }
  | { readonly code: 'tooManyOrphans'; readonly limit: number }
  /** Its author had no right to it, as its own past says (PROTOCOL §5.1). */
  | { readonly code: 'notEntitled'; readonly because: RightRejection }

export type MemberEntryFault = 'noDevice' | 'badDeviceList' | 'foreignDevice' | 'deviceTwice' | 'foreignAccount'

/** The author had no right to it: sentences (PROTOCOL §5.1, entitled). */
export type RightRejection =
  | { readonly code: 'onlyMembersWrite' }
  | { readonly code: 'onlyCurrentDevicesWrite' }
  | { readonly code: 'onlyAdminsInviteAdmins' }
  | { readonly code: 'onlyAdminsAdmitWithoutInvite' }
  | { readonly code: 'onlyAdminsAdmitAgain' }
  | { readonly code: 'onlyAdminsRemove' }
  | { readonly code: 'onlyAdminsSetRoles' }
  | { readonly code: 'onlyAdminsSetPolicy' }
  | { readonly code: 'onlyAdminsRename' }
  | { readonly code: 'onlyAdminsSetRelays' }
  | { readonly code: 'onlyAdminsSetAddressPrivacy' }
  | { readonly code: 'onlyAdminsSetHistory' }
  | { readonly code: 'onlyAdminsAndInvitersRevokeInvites' }
  | { readonly code: 'onlyTheirOwnerChangesDevices' }
  | { readonly code: 'whoGoesThemselvesLeaves' }
  | { readonly code: 'subjectIsNoMember' }
  | { readonly code: 'subjectIsMember' }
  | { readonly code: 'successorIsNoMember' }
  | { readonly code: 'deviceOfAnother' }
  | { readonly code: 'olderDeviceList'; readonly version: number; readonly knownVersion: number }
  | { readonly code: 'forkedDeviceList'; readonly version: number }
  | { readonly code: 'revokedDeviceListed' }
  | { readonly code: 'inviteClosed' }
  | { readonly code: 'inviteSpent'; readonly uses: number }
  | { readonly code: 'roleIsNotTheInvites' }
  | { readonly code: 'groupFull'; readonly limit: number }
  | { readonly code: 'policyWithoutRotation' }
  | { readonly code: 'groupExists' }

/** What the fold forgives and an author should not do. */
export type AuthorRejection = RightRejection | { readonly code: 'lastAdminNamesSuccessor' }

/** Why a request to join is not granted. */
export type JoinRejection =
  | { readonly code: 'inviteClosed' }
  /** Another account's invite, or one elsewhere in the log, has the key of the link. */
  | { readonly code: 'foreignInvite' }
  | { readonly code: 'inviteExpired'; readonly expiresMs: number; readonly nowMs: number }
  | { readonly code: 'inviteSpent'; readonly uses: number }
  | { readonly code: 'badSignature' }
  | { readonly code: 'badMemberEntry'; readonly reason: MemberEntryFault }
  | { readonly code: 'alreadyMember' }
