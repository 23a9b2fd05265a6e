/** A page of a segment's messages: the id of each and its time, the newest first. */
import { type Decoded, decode, encode, fixedBytes, list, struct, uint48 } from '@sotto/wire'

/** Messages in one page. */
export const DOCS_IN_PAGE = 256

const doc = struct({ id: fixedBytes(32), timeMs: uint48 })
const docPage = list(doc, DOCS_IN_PAGE)

/** A message of a segment: its id, and its time for the order. */
export type Doc = Decoded<typeof doc>

export const docPagesOf = (docs: readonly Doc[]): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(docs.length / DOCS_IN_PAGE) }, (_, i) => encode(docPage, docs.slice(i * DOCS_IN_PAGE, (i + 1) * DOCS_IN_PAGE)))

/** undefined: the bytes are no such page. */
export const readDocPage = (bytes: Uint8Array): readonly Doc[] | undefined => decode(docPage, bytes)
