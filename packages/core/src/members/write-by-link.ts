/** Writing to the person of a contact link (PROTOCOL §5.56): the conversation with them alone that there is, or a new one. */
import { findContactLink } from '@sotto/crypto'
import { type ContactLink, equalBytes, nameFrom } from '@sotto/wire'
import type { EngineReply, RejectionCode } from '../contract/pages.ts'
import { no, ok } from '../contract/replies.ts'
import { awaitsOther, directChatsWith, isOpenWith, keepDirectChat, sharedGroupWith } from '../groups/direct-chats.ts'
import { noteHearsay, numberFor, ownNameOf } from '../groups/names.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { keepUsedLink } from './ask-by-link.ts'
import { createGroup } from './change-group.ts'
import { answerContactRequest, talkAlone } from './contact-requests.ts'
import { adoptRelay } from './join-request.ts'

const REFUSED_LINK = {
  notAContactLink: 'inviteNotRecognised',
  damaged: 'contactLinkDamaged',
  unsupportedVersion: 'contactLinkOfNewerVersion',
} as const satisfies { readonly [code: string]: RejectionCode }

/** The link in a text; `undefined`: there is none. */
function readLink(context: Context, pasted: string): { readonly link: ContactLink } | { readonly code: RejectionCode } {
  const link = findContactLink(context.provider.primitives, pasted)
  if ('code' in link) return { code: REFUSED_LINK[link.code] }
  return equalBytes(link.account, selfOf(context).account) ? { code: 'contactLinkOwn' } : { link }
}

/** Whom a link is of, as it says. Nothing follows from it yet. */
export function showLink(context: Context, pasted: string): EngineReply {
  const read = readLink(context, pasted)
  if ('code' in read) return no(read.code)
  const { account } = read.link
  const key = textOf(account)
  const known = ownNameOf(context, key)
  const name = known === '' ? nameFrom(read.link.name) : known
  return ok({ contact: { account: key, name, another: known === '' ? numberFor(context, key, name) : 0, isKnown: known !== '' } })
}

/** Begins to write to the person of a link. */
export function writeByLink(context: Context, pasted: string): EngineReply {
  const read = readLink(context, pasted)
  if ('code' in read) return no(read.code)
  const { link } = read
  // Whom one shares a group with is written to by that, and by the link if they turn out to share none any more.
  if (sharedGroupWith(context, link.account) !== undefined) {
    const opened = talkAlone(context, link.account)
    if (opened.ok && opened.value.group !== undefined && awaitsOther(context, opened.value.group)) keepUsedLink(context, opened.value.group, link, true)
    return opened
  }
  const known = directChatsWith(context, link.account).find(({ group }) => isOpenWith(context, group, link.account))
  if (known !== undefined) {
    // A newer link of theirs may be the one that still leads there.
    if (awaitsOther(context, known.group)) keepUsedLink(context, known.group, link)
    return ok({ group: known.group })
  }
  // Who asked to write to this person is accepted by that.
  const accepted = answerContactRequest(context, textOf(link.account), 'accept')
  if (accepted.ok) return accepted
  for (const relay of link.relays) adoptRelay(context, relay)
  // Nobody is shown it: the conversation is called by the person.
  const made = createGroup(context, TITLE, { cipher: 'pairwise', relays: link.relays })
  if (!made.ok || made.value.group === undefined) return made
  noteHearsay(context, link.account, link.name)
  keepDirectChat(context, made.value.group, { account: link.account, isOurs: true, nextMs: context.nowMs, attempts: 0 })
  keepUsedLink(context, made.value.group, link)
  return made
}

const TITLE = '…'
