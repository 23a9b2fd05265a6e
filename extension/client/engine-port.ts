/**
 * What passes between a page and the engine over one extension port: one union each way, both checked on arrival.
 *
 * Ports carry JSON: a `Uint8Array` would arrive as an object and `undefined` would vanish, so the engine's API has
 * neither. A page that connects gets `welcome`, then `view`, and from then on `patch`, each one revision higher.
 */
import type { EngineReply, EngineRequest, EngineView, PrivacyChoice, RequestKind, TypedField } from '@sotto/engine/api'
import { type ViewChange, isViewPatch } from './view-patch.ts'

/** Name of the port that the engine listens on. Only the engine's page may listen: see `ensure-engine.ts`. */
export const ENGINE_PORT = 'sotto engine'

/** One life of the engine. It ends with its page, and the next has another id. */
export interface EngineInstance {
  /** Random text, new at every start. */
  readonly id: string
  /** ms since the epoch. */
  readonly startedMs: number
}

/** From a page to the engine. `id` is the page's own count, unique on its port. */
export type ToEngine =
  | { readonly kind: 'request'; readonly id: number; readonly request: EngineRequest }
  /** The page missed a revision and requests a whole view. */
  | { readonly kind: 'resync' }
  /** The conversation that the person looks at on this page; null: none, or the page is not visible. */
  | { readonly kind: 'showing'; readonly group: string | null }

/** From the engine to a page. */
export type ToPage =
  | { readonly kind: 'welcome'; readonly engine: EngineInstance }
  | { readonly kind: 'view'; readonly revision: number; readonly view: EngineView }
  | { readonly kind: 'patch'; readonly revision: number; readonly patch: readonly ViewChange[] }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: EngineReply }
  /** The person chose a conversation outside of the app: the page comes forward and shows it; null: as it is. */
  | { readonly kind: 'go'; readonly group: string | null }

/** The part of `runtime.Port` that both ends use. */
export interface MessagePort {
  readonly postMessage: (message: object) => void
  readonly disconnect: () => void
  readonly onMessage: { readonly addListener: (listener: (message: unknown) => void) => void }
  readonly onDisconnect: { readonly addListener: (listener: () => void) => void }
}

type Fields = { readonly [name: string]: unknown }
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

type Check = (value: unknown) => boolean
const isText: Check = (value) => typeof value === 'string'
const isFlag: Check = (value) => typeof value === 'boolean'
const isTextOrNull: Check = (value) => value === null || typeof value === 'string'
const isTextOrNullOrAbsent: Check = (value) => value === undefined || isTextOrNull(value)
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText)
const isTextsOrNull: Check = (value) => value === null || isTexts(value)
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isCountOrNull: Check = (value) => value === null || isCount(value)
const isCountOrNullOrAbsent: Check = (value) => value === undefined || isCountOrNull(value)
const isCountOrAbsent: Check = (value) => value === undefined || isCount(value)
const isMention: Check = (value) =>
  isFields(value) && Object.keys(value).length === 3 && isText(value['account']) && isCount(value['start']) && isCount(value['length'])
const isMentionsOrAbsent: Check = (value) => value === undefined || (Array.isArray(value) && value.every(isMention))
const isTextsOrAbsent: Check = (value) => value === undefined || isTexts(value)
const isPictureOrNullOrAbsent: Check = (value) =>
  value === undefined ||
  value === null ||
  (isFields(value) && Object.keys(value).length === 3 && isCount(value['width']) && isCount(value['height']) && isText(value['thumbnail']))
const isForwardedFile: Check = (value) =>
  isFields(value) &&
  Object.keys(value).length === 4 &&
  isCount(value['number']) &&
  isText(value['name']) &&
  isText(value['mediaType']) &&
  value['picture'] !== undefined &&
  isPictureOrNullOrAbsent(value['picture'])
const isForwardedFilesOrAbsent: Check = (value) =>
  value === undefined ||
  value === null ||
  (isFields(value) &&
    Object.keys(value).length === 3 &&
    isText(value['group']) &&
    isText(value['message']) &&
    Array.isArray(value['files']) &&
    value['files'].every(isForwardedFile))
const TYPED_FIELDS: readonly unknown[] = ['profileName', 'groupTitle', 'invite', 'shared'] satisfies TypedField[]
const isTypedField: Check = (value) => TYPED_FIELDS.includes(value)
const isShown: Check = (value) => value === 'off' || value === 'noContent' || value === 'content'
const isBoolean: Check = (value) => typeof value === 'boolean'
const PRIVACY_CHOICES: readonly unknown[] = ['readReceipts', 'typing', 'presence'] satisfies PrivacyChoice[]
const isPrivacyChoice: Check = (value) => PRIVACY_CHOICES.includes(value)
const isBooleanOrAbsent: Check = (value) => value === undefined || isBoolean(value)
const isLinkAct: Check = (value) => value === 'show' || value === 'replace' || value === 'takeBack'
const isContactAnswer: Check = (value) => value === 'accept' || value === 'block' || value === 'unblock'
const isRole: Check = (value) => value === 'member' || value === 'admin'

const isReadingPlaceOrNull: Check = (value) =>
  value === null || (isFields(value) && Object.keys(value).length === 3 && isText(value['message']) && isText(value['order']) && isCount(value['hiddenPx']))

/** One check for each field of each request, complete by type. */
const REQUEST_FIELDS: {
  readonly [K in RequestKind]: {
    readonly [F in Exclude<keyof Extract<EngineRequest, { readonly kind: K }>, 'kind'>]-?: Check
  }
} = {
  createProfile: { name: isText, passphrase: isTextOrNull, relays: isTexts },
  unlock: { passphrase: isText },
  lock: {},
  changePassphrase: { current: isTextOrNull, next: isTextOrNull },
  active: {},
  setAutoLock: { minutes: isCountOrNull },
  setNotifications: { show: isShown, mentionsThroughMute: isBoolean },
  setPrivacy: { what: isPrivacyChoice, isOn: isBoolean },
  tryAgain: {},
  wipe: {},
  tryRelay: { address: isText },
  addRelay: { address: isText },
  removeRelay: { address: isText },
  createGroup: { title: isText, isSmall: isBooleanOrAbsent },
  openDirectChat: { account: isText },
  createInvite: { group: isText, uses: isCountOrAbsent },
  revokeInvites: { group: isText },
  join: { invite: isText },
  writeByLink: { link: isText },
  contactLink: { what: isLinkAct },
  answerContactRequest: { account: isText, answer: isContactAnswer },
  clearContactRequests: {},
  cancelJoin: { group: isText },
  send: {
    group: isText,
    text: isText,
    mentions: isMentionsOrAbsent,
    replyTo: isTextOrNullOrAbsent,
    lifetimeSeconds: isCountOrNullOrAbsent,
    files: isTextsOrAbsent,
  },
  keepEmoji: { emoji: isText },
  forward: { groups: isTexts, text: isText, files: isForwardedFilesOrAbsent },
  endPassingOn: { group: isText, as: isText },
  editMessage: { group: isText, message: isText, text: isText, mentions: isMentionsOrAbsent },
  deleteMessage: { group: isText, message: isText, forAll: isFlag },
  react: { group: isText, message: isText, emoji: isTextOrNull },
  readMessages: { group: isText, before: isTextOrNull, after: isTextOrNullOrAbsent, limit: isCount },
  findMessage: { group: isText, message: isText },
  search: { text: isText, group: isTextOrNull, from: isCount },
  setSearch: { isOn: isBoolean },
  messageDetails: { group: isText, message: isText },
  reportMessage: { group: isText, message: isText, words: isText },
  markRead: { group: isText },
  typing: { group: isText, isTyping: isBoolean },
  markUnread: { group: isText },
  setPinned: { group: isText, isPinned: isBoolean },
  mute: { group: isText, minutes: isCountOrNull },
  setArchived: { group: isText, isArchived: isBoolean },
  keepReadingPlace: { group: isText, place: isReadingPlaceOrNull },
  keepPopupPlace: { group: isTextOrNull },
  keepSelection: { group: isText, start: isCount, end: isCount },
  setDraft: { group: isText, text: isText, mentions: isMentionsOrAbsent },
  setDraftLifetime: { group: isText, seconds: isCountOrNull },
  setReplyTo: { group: isText, message: isTextOrNull },
  setEditing: { group: isText, message: isTextOrNull },
  keepEdit: { group: isText, message: isText, text: isText, mentions: isMentionsOrAbsent },
  keepTyped: { field: isTypedField, text: isText },
  attachFile: { group: isText, name: isText, mediaType: isText, sizeBytes: isCount, picture: isPictureOrNullOrAbsent },
  attachPiece: { group: isText, file: isText, piece: isCount, bytes: isText },
  detachFile: { group: isText, file: isText },
  fetchFile: { group: isText, message: isText, number: isCount },
  pauseFile: { group: isText, message: isText, number: isCount },
  cancelFile: { group: isText, message: isText, number: isCount },
  readFile: { group: isText, message: isText, number: isCount, fromByte: isCount, toByte: isCount },
  setFetchedAtOnce: { bytes: isCount },
  removeMember: { group: isText, account: isText },
  setRole: { group: isText, account: isText, role: isRole },
  setRelays: { group: isText, relays: isTexts },
  setHistory: { group: isText, days: isCount, messages: isCount },
  setLifetime: { group: isText, seconds: isCount },
  setAddressPrivacy: { group: isText, isOn: isBoolean },
  lookAtRelay: { group: isText, address: isText },
  leaveGroup: { group: isText, successor: isTextOrNull },
  forgetGroup: { group: isText },
  setTitle: { group: isText, title: isText },
  setGroupProfile: { group: isText, description: isText, picture: isTextOrNullOrAbsent },
  setProfile: { line: isText, picture: isTextOrNullOrAbsent },
  readPicture: { picture: isText },
  setName: { name: isText },
  setPetname: { account: isText, petname: isTextOrNull },
  setBlocked: { account: isText, isBlocked: isBoolean },
  safetyNumber: { account: isText },
  setVerified: { account: isText, devices: isTextsOrNull },
  compareSafetyCode: { account: isText, code: isText },
  trustDevices: { account: isText },
}

/** Whether a value has the fields of an engine's request, each of its type. Unknown fields are refused too. */
export function isEngineRequest(value: unknown): value is EngineRequest {
  if (!isFields(value) || typeof value['kind'] !== 'string' || !Object.hasOwn(REQUEST_FIELDS, value['kind'])) return false
  const checks = Object.entries<Check>(REQUEST_FIELDS[value['kind'] as RequestKind])
  const isKnown = (name: string): boolean => name === 'kind' || checks.some(([known]) => known === name)
  return Object.keys(value).every(isKnown) && checks.every(([name, check]) => check(value[name]))
}

/** Whether a message from a page is valid. */
export function isToEngine(value: unknown): value is ToEngine {
  if (!isFields(value)) return false
  switch (value['kind']) {
    case 'request':
      return isCount(value['id']) && isEngineRequest(value['request'])
    case 'resync':
      return true
    case 'showing':
      return isTextOrNull(value['group'])
    default:
      return false
  }
}

const PHASES: readonly unknown[] = ['starting', 'unavailable', 'noProfile', 'locked', 'opening', 'ready'] satisfies EngineView['phase'][]

/** The view's frame. Its contents come from the same build and are trusted as typed. */
const isEngineView = (value: unknown): value is EngineView =>
  isFields(value) && PHASES.includes(value['phase']) && Array.isArray(value['relays']) && Array.isArray(value['groups'])

const isEngineReply = (value: unknown): value is EngineReply =>
  isFields(value) &&
  (value['ok'] === true
    ? isFields(value['value'])
    : value['ok'] === false && isFields(value['rejection']) && isText(value['rejection']['code']) && isFields(value['rejection']['numbers']))

/** Whether a message from the engine is valid. */
export function isToPage(value: unknown): value is ToPage {
  if (!isFields(value)) return false
  switch (value['kind']) {
    case 'welcome':
      return isFields(value['engine']) && isText(value['engine']['id']) && typeof value['engine']['startedMs'] === 'number'
    case 'view':
      return isCount(value['revision']) && isEngineView(value['view'])
    case 'patch':
      return isCount(value['revision']) && isViewPatch(value['patch'])
    case 'reply':
      return isCount(value['id']) && isEngineReply(value['reply'])
    case 'go':
      return isTextOrNull(value['group'])
    default:
      return false
  }
}
