/** Rows of the search index (PROTOCOL §9.16 to §9.20). Its blocks are records of the history `search`, sealed under keys that are here. */
import type { IndexedDoc } from '@sotto/search'
import { boolean, type Decoded, list, optional, struct, text, uint16, uint32, uint48, union } from '@sotto/wire'
import { durable, volatile } from '../table.ts'
import { seed } from './shapes.ts'

/** A block has fewer pages, whatever its messages say. */
const MOST_PAGES = 2 ** 16 - 1

const searchProgress = struct({
  /** Messages are numbered as they get their places. Those below this number are in the index, or among the older ones. */
  indexed: uint32,
  /** How far the index has come with older messages, from the newest one back; null: all are in it. */
  older: optional(struct({ beyond: optional(text(96)), indexed: uint32 })),
  nextBlock: uint32,
})

export type SearchProgress = Decoded<typeof searchProgress>

/** How far a conversation is indexed. No row: nothing is, and nothing was said before. Key: group. */
export const SEARCH_PROGRESS = durable('searchProgress', searchProgress, { scope: 'group', owner: 'messages', outlasts: 'membership' })

const searchBlock = struct({
  /** What its records are sealed under. With the row it is gone, and what is left of them opens no more. */
  key: seed,
  docs: uint16,
  newestMs: uint48,
  oldestMs: uint48,
  shape: union({
    log: [1, struct({})],
    /** The word that each page begins with. */
    segment: [2, struct({ firsts: list(text(96), MOST_PAGES) })],
  }),
})

export type SearchBlock = Decoded<typeof searchBlock>

/** A part of a conversation's index, written once. Key: group, number. */
export const SEARCH_BLOCK = durable('searchBlock', searchBlock, { scope: 'group', owner: 'messages', outlasts: 'membership' })

const searchChanged = struct({
  /** Blocks from this number up to the other one may have the message with words that it has no more. */
  from: uint32,
  below: uint32,
  /** Its words of now are not in a block yet. */
  isDue: boolean,
})

export type SearchChanged = Decoded<typeof searchChanged>

/** A message that was changed or deleted. Key: group, message id. */
export const SEARCH_CHANGED = durable('searchChanged', searchChanged, { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** Present: the person wants no index. Key: `self`. */
export const SEARCH_OFF = durable('searchOff', struct({}), { scope: 'self', owner: 'messages' })

/** Messages whose words are in no block yet. */
export interface SearchDue {
  readonly docs: readonly (IndexedDoc & { readonly message: string })[]
  /** Bounds the work of writing them: their words together, UTF-16 units. */
  readonly length: number
}

/** Key: group. */
export const SEARCH_DUE = volatile<SearchDue>('searchDue', { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** Numbers of messages that an earlier run of the engine had not indexed: from the first up to below the second. Key: group. */
export const SEARCH_TAIL = volatile<{ readonly from: number; readonly below: number }>('searchTail', {
  scope: 'group',
  owner: 'messages',
  outlasts: 'membership',
})

/** Conversations whose index has work to do when nobody waits for anything; `reading`: it waits for the history. Key: group. */
export const SEARCH_WORK = volatile<'ready' | 'reading'>('searchWork', { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** Words of messages that vanish. Key: group, message id. */
export const SEARCH_VANISHING = volatile<SearchDue['docs'][number]>('searchVanishing', { scope: 'group', owner: 'messages', outlasts: 'membership' })
