/** What is said with a text: what it answers, whom it mentions, and that it is passed on. Contents and what is shown of them compare by it. */
import { contentBody, messageRecord } from '@sotto/core/inside'
import { type Decoded, toBase64url } from '@sotto/wire'

type Content = Decoded<typeof contentBody>
type Shown = Decoded<typeof messageRecord>['body']

interface With {
  readonly text: string
  readonly replyTo: Uint8Array | null
  readonly mentions: readonly { readonly account: Uint8Array; readonly start: number; readonly length: number }[]
  readonly forwarded: boolean
}

const inWords = ({ replyTo, mentions, forwarded }: With): string =>
  [
    replyTo === null ? 'answers nothing' : `answers ${toBase64url(replyTo)}`,
    ...mentions.map(({ account, start, length }) => `mentions ${toBase64url(account)} at ${start} to ${start + length}`),
    ...(forwarded ? ['is passed on'] : []),
  ].join(', ')

/** Of a content that was sealed; null: it is no text. */
export function saidWithContent(body: Content): string | null {
  switch (body.kind) {
    case 'text':
      return inWords({ ...body, replyTo: null, forwarded: false })
    case 'reply':
      return inWords({ ...body, replyTo: body.message, forwarded: false })
    case 'forwarded':
    case 'forwardedFiles':
      return inWords({ ...body, replyTo: null, mentions: [], forwarded: true })
    default:
      return null
  }
}

/** Of a message that a peer shows; null: it is no text. */
export const saidWithShown = (body: Shown): string | null => (body.kind === 'text' ? inWords(body) : null)
