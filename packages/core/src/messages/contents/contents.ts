/** The list of every kind of content. Every number that was ever used is in the test beside this file. */
import { type Codec, codecOfKinds, type ContentHeader, contentOf, type Decoded, encode } from '@sotto/wire'
import type { Context } from '../../state/context.ts'
import type { MessageRecord } from '../../state/tables/messages.ts'
import type { Beside, ContentKind, Meaning, Saying } from './content-kind.ts'
import { deletion } from './deletion.ts'
import { displayName } from './display-name.ts'
import { edit } from './edit.ts'
import { file } from './file.ts'
import { forwarded } from './forwarded.ts'
import { forwardedFiles } from './forwarded-files.ts'
import { profile } from './profile.ts'
import { reaction } from './reaction.ts'
import { reply } from './reply.ts'
import { text } from './text.ts'
import { vanishing } from './vanishing.ts'

const KINDS = [text, displayName, reaction, reply, edit, deletion, forwarded, profile, file, vanishing, forwardedFiles]

export const CONTENT_KINDS = KINDS.map(({ kind }) => kind)

export const contentBody = codecOfKinds(CONTENT_KINDS)
export type ContentBody = Decoded<typeof contentBody>

export const content = contentOf(contentBody)

/** What is said, whether it vanishes or not. */
export const plainBody = (body: ContentBody): ContentBody => (body.kind === 'vanishing' ? body.said : body)

const encodedBody: Codec<Uint8Array> = { write: (out, body) => out.bytes(body), read: () => undefined }
const withEncodedBody = contentOf(encodedBody)

/** Encodes a content whose body is encoded already, as it is stored. The body may be of a kind that only a later version knows. */
export const encodeContent = (header: ContentHeader, body: Uint8Array): Uint8Array => encode(withEncodedBody, { ...header, body })

const BY_KIND = new Map<string, ContentKind>(KINDS.map((each) => [each.kind.kind, each]))

function meaningOf({ kind }: ContentBody): Meaning<unknown> {
  const found = BY_KIND.get(kind)
  if (found === undefined) throw new Error(`no content is called ${kind}`)
  // Each kind gets what its own codec read.
  return found as unknown as Meaning<unknown>
}

/** A content's line in the conversation; null: it has none. */
export const lineOf = (body: ContentBody): MessageRecord['body'] | null => meaningOf(body).line?.(body) ?? null

/** What a content changes besides its line. */
export const happens = (context: Context, saying: Saying, body: ContentBody): void => meaningOf(body).happens?.(context, saying, body)

/** What contents show beside a message. Each field belongs to one kind. */
export const besideOf = (context: Context, group: string, message: string): Beside =>
  Object.assign({}, ...KINDS.map(({ beside }: ContentKind) => beside?.(context, group, message))) as Beside

/** After a start: builds what is derived from the rows of contents. */
export function indexContents(context: Context): void {
  for (const { started } of KINDS as readonly ContentKind[]) started?.(context)
}
