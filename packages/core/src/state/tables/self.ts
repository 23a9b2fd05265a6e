/** Rows of this device: its profile, clock, prekeys and timers. */
import { acceptedInitialMessageCodec, initialFloorCodec, lastingPreKeysCodec, oneTimeKemPreKeyCodec, oneTimePreKeyCodec } from '@sotto/crypto'
import {
  accountId,
  boolean,
  certificate,
  type Decoded,
  deviceId,
  deviceList,
  fixedBytes,
  LIMITS,
  list,
  optional,
  struct,
  text,
  uint16,
  uint32,
  uint48,
  uint8,
} from '@sotto/wire'
import type { Doc, Query } from '@sotto/search'
import type { HistoryRecord } from '../../contract/history.ts'
import type { Sender } from '../names.ts'
import { durable, volatile } from '../table.ts'
import type { Asking, PassedOn } from './earlier.ts'
import type { Mention } from './messages.ts'
import type { SearchBlock } from './search.ts'
import { seed } from './shapes.ts'

const self = struct({
  name: text(LIMITS.nameBytes),
  /** Of the name (PROTOCOL §3.52). An older copy of the disk says an older one again. */
  nameRevision: uint16,
  account: accountId,
  accountSeed: seed,
  device: deviceId,
  deviceSeed: seed,
  deviceDhSeed: seed,
  certificate,
  deviceList,
  inboxReadSeed: seed,
  strangerSeed: seed,
  bundleKey: seed,
  nextSendCapability: uint32,
})

export type Self = Decoded<typeof self>

/** This device's profile, the only row of its table. Key: `self`. */
export const SELF = durable('self', self, { scope: 'self', owner: 'identity' })

export const SELF_KEY = ['self'] as const

/** Present while the engine runs. Present at a start: the last stop was unclean. Key: `self`. */
export const RUNNING = durable('running', struct({ since: uint48 }), { scope: 'self', owner: 'machine' })

/** The hybrid logical clock (PROTOCOL §7). Key: `self`. */
export const CLOCK = durable('clock', struct({ timeMs: uint48, counter: uint16 }), { scope: 'self', owner: 'identity' })

/** The next local number, for messages, outbox entries and operations in their tables. Key: `self`. */
export const COUNTER = durable('counter', struct({ next: uint48 }), { scope: 'self', owner: 'machine' })

/** Private halves of prekeys that serve for weeks. Key: `self`. With the next three: `pre-key-rows.ts`. */
export const PRE_KEYS = durable('preKeys', lastingPreKeysCodec, { scope: 'self', owner: 'identity' })

/** What the person chose for this device. `autoLockMinutes` null: it never locks itself. No row: nothing was chosen. Key: `self`. */
export const SETTINGS = durable('settings', struct({ autoLockMinutes: optional(uint16) }), { scope: 'self', owner: 'identity' })

/** How the person wants to hear of messages. `show`: its place in a list (`identity/settings.ts`). Key: `self`. */
export const NOTIFICATIONS = durable('notifications', struct({ show: uint8, mentionsThroughMute: boolean }), { scope: 'self', owner: 'identity' })
/** The emoji that the person chose last, the last one first. Key: `self`. */
export const RECENT_EMOJI = durable('recentEmoji', list(text(LIMITS.emojiBytes), LIMITS.recentEmoji), { scope: 'self', owner: 'identity' })

/** What the person lets others know, and is let know. No row: nothing was chosen. Key: `self`. */
export const PRIVACY = durable('privacy', struct({ readReceipts: boolean, typing: boolean, presence: boolean }), { scope: 'self', owner: 'identity' })

/** Key: id. */
export const ONE_TIME_PRE_KEY = durable('oneTimePreKey', oneTimePreKeyCodec, { scope: 'self', owner: 'identity' })

/** Key: id. */
export const ONE_TIME_KEM_PRE_KEY = durable('oneTimeKemPreKey', oneTimeKemPreKeyCodec, { scope: 'self', owner: 'identity' })

/** Key: hash. */
export const INITIAL_MESSAGE = durable('initialMessage', acceptedInitialMessageCodec, { scope: 'self', owner: 'identity' })

/** What was forgotten of initial messages. Key: signed prekey and device, or nothing for strangers. */
export const INITIAL_FLOOR = durable('initialFloor', initialFloorCodec, { scope: 'self', owner: 'identity' })

/** Which of our prekeys each relay's store has. Key: relay name. */
export const PUBLISHED = durable('published', struct({ incarnation: fixedBytes(16), atMs: uint48, signedPreKey: uint32 }), { scope: 'relay', owner: 'links' })

/** When a device last got our prekeys on a stream. Key: device, or `unknown`. */
export const PRE_KEYS_GIVEN = volatile<number>('preKeysGiven', { scope: 'device', owner: 'links' })

/** When the last step was, to a second or so. Key: `self`. */
export const LAST_STEP = volatile<number>('lastStep', { scope: 'self', owner: 'machine' })

/** When each timer is due. Key: name. */
export const TIMER = volatile<{ readonly atMs: number }>('timer', { scope: 'self', owner: 'machine' })

/** Bulk reads under way, and why. Key: read id. */
export const READ = volatile<ReadPurpose>('read', { scope: 'read', owner: 'machine' })

/** A search that is under way. `group` null: in all conversations. */
export interface SearchAsked {
  readonly request: string
  readonly query: Query
  readonly group: string | null
  readonly from: number
}

interface NamedBlock {
  readonly name: string
  readonly block: SearchBlock
}

/** What was found in a conversation: messages, and numbers of messages in blocks. */
export interface FoundGroup {
  readonly group: string
  readonly count: number
  readonly docs: readonly Doc[]
  readonly numbered: readonly { readonly named: NamedBlock; readonly numbers: readonly number[] }[]
}

/** The messages that a search is about to show. */
interface ShownByGroup {
  readonly shown: readonly { readonly group: string; readonly count: number; readonly messages: readonly string[] }[]
  readonly more: boolean
}

export type ReadPurpose =
  | { readonly kind: 'page'; readonly request: string; readonly group: string; readonly limit: number; readonly direction: 'older' | 'newer' }
  /** The messages that those of a page answer. */
  | {
      readonly kind: 'quotes'
      readonly request: string
      readonly group: string
      readonly limit: number
      readonly direction: 'older' | 'newer'
      readonly records: readonly HistoryRecord[]
    }
  | { readonly kind: 'replyTo'; readonly request: string; readonly group: string }
  | { readonly kind: 'find'; readonly request: string; readonly group: string }
  | { readonly kind: 'details'; readonly request: string; readonly group: string }
  | { readonly kind: 'report'; readonly request: string; readonly group: string; readonly words: string }
  /** A message that a person edits or deletes. */
  | { readonly kind: 'act'; readonly request: string; readonly group: string; readonly act: MessageAct }
  /** Messages that are said to be others now. */
  | { readonly kind: 'changed'; readonly group: string }
  /** The last messages of a conversation. */
  | { readonly kind: 'last'; readonly group: string }
  /** The texts that messages have now. */
  | { readonly kind: 'texts'; readonly group: string; readonly next: NextWithTexts }
  /** What a new member asks for, and what one was told. */
  | { readonly kind: 'earlier'; readonly group: string; readonly to: Sender }
  | { readonly kind: 'passedOn'; readonly group: string; readonly by: Sender; readonly messages: readonly PassedOn[]; readonly next: Asking['beyond'] }
  | { readonly kind: 'move'; readonly group: string; readonly slots: readonly string[] }
  | { readonly kind: 'oldest'; readonly group: string }
  | { readonly kind: 'leaveAgain'; readonly group: string }
  | { readonly kind: 'serve'; readonly peer: string; readonly epoch: string }
  /** For the index (`messages/search/index-more.ts`). */
  | { readonly kind: 'searchTail' | 'searchOlder'; readonly group: string }
  | { readonly kind: 'searchChanged'; readonly group: string; readonly messages: readonly string[] }
  | { readonly kind: 'searchBlocks'; readonly group: string; readonly blocks: readonly string[] }
  /** For a search, one after the other (`messages/search/find-messages.ts`). */
  | (SearchAsked & { readonly kind: 'searchPages'; readonly wanted: readonly { readonly group: string; readonly blocks: readonly NamedBlock[] }[] })
  | (SearchAsked & { readonly kind: 'searchDocs'; readonly found: readonly FoundGroup[] })
  | (SearchAsked & ShownByGroup & { readonly kind: 'searchTexts' })
  | (SearchAsked & ShownByGroup & { readonly kind: 'searchEdits'; readonly records: Records })
  /** For the group's cipher, which knows the reason. */
  | { readonly kind: 'cipher'; readonly group: string }

type Records = readonly HistoryRecord[]

/** What is done once the texts of messages are here (`messages/text-now.ts`). */
export type NextWithTexts =
  | {
      readonly kind: 'page'
      readonly request: string
      readonly limit: number
      readonly direction: 'older' | 'newer'
      readonly records: Records
      readonly quoted: Records
    }
  | { readonly kind: 'details'; readonly request: string; readonly records: Records }
  | { readonly kind: 'report'; readonly request: string; readonly words: string; readonly records: Records }
  | { readonly kind: 'replyTo'; readonly request: string; readonly records: Records }
  | { readonly kind: 'act'; readonly request: string; readonly act: MessageAct; readonly records: Records }
  | { readonly kind: 'changed'; readonly records: Records }
  | { readonly kind: 'last'; readonly records: Records }
  | { readonly kind: 'earlier'; readonly to: Sender; readonly records: Records }
  | { readonly kind: 'searchChanged'; readonly messages: readonly string[]; readonly records: Records }

/** What a person does with a message. `begin`: it is in the composer, to be edited. */
export type MessageAct =
  { readonly kind: 'edit'; readonly text: string; readonly mentions: readonly Mention[] } | { readonly kind: 'begin' | 'deleteForAll' | 'deleteHere' }
