/**
 * The engine as its pages see it: requests with one answer each, and a view that follows the state.
 * Everything here survives JSON: ids are base64url texts, times are ms since the epoch, nothing is `undefined`.
 */
import type { EngineReply, EngineRequest, EngineView } from '@sotto/core'

export type {
  AttachmentView,
  ComingFileView,
  ContactRequestView,
  EngineReply,
  EngineRequest,
  EngineValue,
  EngineView,
  FileView,
  FoundMessage,
  FoundView,
  GroupNotice,
  GroupView,
  InviteChoice,
  JoinView,
  LinkedContact,
  MemberView,
  MentionView,
  MessageDetails,
  MessageView,
  NotificationsView,
  PassingOnView,
  PersonName,
  PictureView,
  PrivacyChoice,
  QuoteView,
  ReadingPlace,
  Reader,
  Rejection,
  RejectionCode,
  OwnRelayView,
  RelayView,
  RequestKind,
  SafetyView,
  StorageTrouble,
  TriedRelay,
  TypedField,
  TypistView,
  UnreadableCause,
  VerifiedMark,
  WrittenMention,
  WrittenPicture,
} from '@sotto/core'

/** The engine, wherever it runs. */
export interface EngineApi {
  readonly request: (request: EngineRequest) => Promise<EngineReply>
  /** Calls back at once with the current view and after every change (coalesced). Returns how to stop. */
  readonly subscribe: (listener: (view: EngineView) => void) => () => void
}
