/** Why a request was refused, as pages tell it. */

/** Why a request was refused. The app has one sentence for each code, and `numbers` fill its gaps. */
export type RejectionCode =
  | 'noProfile'
  | 'profileExists'
  | 'locked'
  | 'wrongPassphrase'
  | 'passphraseTooSoon'
  | 'passphraseTooShort'
  | 'nameEmpty'
  | 'nameTooLong'
  | 'titleEmpty'
  | 'titleTooLong'
  | 'lineTooLong'
  | 'descriptionTooLong'
  | 'pictureNotOne'
  | 'unknownPicture'
  | 'textEmpty'
  | 'textTooLong'
  | 'draftTooLong'
  | 'relayAddressInvalid'
  | 'relayAddressTooLong'
  | 'relayHostImpossible'
  | 'relayPortMissing'
  | 'relayPortImpossible'
  | 'relayNotForBrowsers'
  | 'relayHasPath'
  | 'relayPeerImpossible'
  | 'relayPeerMissing'
  | 'relayNeeded'
  | 'relayNotReachedYet'
  | 'tooManyRelays'
  | 'inviteNotRecognised'
  | 'inviteDamaged'
  | 'inviteOfNewerVersion'
  | 'inviteExpired'
  | 'severalInvites'
  | 'contactLinkDamaged'
  | 'contactLinkOfNewerVersion'
  | 'contactLinkOwn'
  | 'requestGone'
  | 'alreadyMember'
  | 'alreadyJoining'
  | 'unknownGroup'
  | 'unknownMessage'
  | 'nobodyToReportTo'
  | 'alreadyReported'
  | 'tooManyReports'
  /** A new member still compares what it was shown of the group with what others have. */
  | 'notComparedYet'
  | 'searchOff'
  | 'reactionNoEmoji'
  | 'editTooLate'
  | 'notMember'
  | 'notAllowed'
  | 'lastAdminNamesSuccessor'
  | 'unknownAccount'
  | 'devicesChanged'
  | 'safetyCodeUnreadable'
  | 'safetyCodeNewer'
  | 'safetyCodeOwn'
  | 'safetyCodeOfAnother'
  | 'safetyCodeForAnother'
  | 'safetyCodeOtherDevices'
  | StorageTrouble
  | 'profileEmpty'
  | 'unknownFile'
  | 'fileTooLarge'
  | 'tooManyFiles'
  /** It is still being sealed. */
  | 'fileNotReady'
  /** This part of it has not come yet. */
  | 'fileNotHere'
  /** Its author sent something that does not open. */
  | 'fileDamaged'
  | 'badRequest'

/** Why nothing can be read or written. */
export type StorageTrouble =
  | 'storageFull'
  | 'storageDamaged'
  /** The browser refuses to store anything: a private window, or a history that is never kept. */
  | 'storageRefused'
  /** A later version wrote what is stored. */
  | 'storageNewer'
  /** An unknown cause. */
  | 'storageFailed'

export interface Rejection {
  readonly code: RejectionCode
  /** Such as `{ limit: 16384, length: 20000 }`. */
  readonly numbers: { readonly [name: string]: number }
  /** For `severalInvites`: the invites that were found, in their order. */
  readonly choices?: readonly InviteChoice[]
}

/** One of several invites in a pasted text, and what helps a person to recognise it. */
export interface InviteChoice {
  /** The text of the invite alone, to join with. */
  readonly invite: string
  /** The words before it in the text; empty if there are none. */
  readonly wordsBefore: string
  readonly expiresMs: number
  /** The address of its first relay. */
  readonly relay: string
}
