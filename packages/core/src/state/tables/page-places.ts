/** Rows of pages that show conversations: where the person was. */
import { type Decoded, optional, struct, text, uint16, uint32, uint48 } from '@sotto/wire'
import { durable, volatile } from '../table.ts'

const pagePlace = struct({
  /** The message at the top, its sort key, and how much of it was above the edge. */
  reading: optional(struct({ message: text(64), order: text(96), hiddenPx: uint16 })),
  /** In the draft, in UTF-16 code units. */
  selection: optional(struct({ start: uint32, end: uint32 })),
})

export type PagePlace = Decoded<typeof pagePlace>

/** Where the person was on a conversation's page. No row: at its end. Key: group. */
export const PAGE_PLACE = durable('pagePlace', pagePlace, { scope: 'group', owner: 'messages', outlasts: 'membership' })
/** The conversation that the last popup showed, and when. One row at most. Key: group. */
export const POPUP_PLACE = durable('popupPlace', struct({ atMs: uint48 }), { scope: 'group', owner: 'messages', outlasts: 'membership' })

/** How many reads pages have asked for since the start. Key: `self`. */
export const PAGE_READS = volatile<number>('pageReads', { scope: 'self', owner: 'messages' })
