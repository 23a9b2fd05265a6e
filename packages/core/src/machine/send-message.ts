/** A person sends what the composer holds: a text, files, or both. */
import { LIMITS } from '@sotto/wire'
import { sealedAttachment } from '../files/attach.ts'
import type { EngineReply } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { describedFrom } from '../messages/contents/file.ts'
import type { VanishingBody } from '../messages/contents/vanishing.ts'
import { keepDraftLifetime, sentFromDraft } from '../messages/drafts.ts'
import { readMentions, validMentions } from '../messages/mentions.ts'
import { intend, lasting, lifetimeIn } from '../messages/pending-messages.ts'
import { forgetReplyTo, messageIdFrom } from '../messages/quotes.ts'
import { wrongText } from '../messages/wrong-text.ts'
import { personIsHere } from '../messages/signals/presence.ts'
import { noteTyping } from '../messages/signals/typing.ts'
import type { Context } from '../state/context.ts'

/** In a group that this device is a member of. */
export function sendMessage(context: Context, what: Extract<MachineRequest, { readonly kind: 'send' }>): EngineReply {
  const { group, text } = what
  const chosen = what.files ?? []
  const wrong = text === '' && chosen.length > 0 ? null : wrongText(text)
  if (wrong !== null) return wrong
  const replyTo = what.replyTo === undefined || what.replyTo === null ? null : messageIdFrom(what.replyTo)
  if (replyTo === undefined) return no('unknownMessage')
  const written = readMentions(what.mentions)
  if (written === undefined || new Set(chosen).size !== chosen.length) return no('badRequest')
  if (chosen.length > LIMITS.filesInMessage) return no('tooManyFiles', { limit: LIMITS.filesInMessage })
  const files = chosen.flatMap((each) => sealedAttachment(context, group, each) ?? [])
  if (files.length < chosen.length) return no('fileNotReady')
  const mentions = validMentions(text, written)
  const seconds = lifetimeIn(context, group, what.lifetimeSeconds ?? null)
  if (seconds === undefined) return no('badRequest')
  const body: VanishingBody =
    files.length > 0
      ? { kind: 'file', text, mentions, replyTo, files: describedFrom(files) }
      : replyTo === null
        ? { kind: 'text', text, mentions }
        : { kind: 'reply', message: replyTo, text, mentions }
  const message = intend(context, group, lasting(context, body, seconds))
  sentFromDraft(context, group, text)
  if (what.lifetimeSeconds !== undefined) keepDraftLifetime(context, group, null)
  noteTyping(context, group, false)
  personIsHere(context)
  if (replyTo !== null) forgetReplyTo(context, group)
  return ok({ message })
}
