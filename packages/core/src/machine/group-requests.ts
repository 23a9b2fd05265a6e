/** Requests that a page makes in a group, as one of its members. */
import { type AccountId, areRelaysOfGroup, fromBase64url, isHistoryPolicy, isLifetime, LIMITS } from '@sotto/wire'
import type { EngineReply } from '../contract/pages.ts'
import { readNamedRelay } from '../contract/relay-rejection.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { groupRow } from '../groups/group-row.ts'
import { newPlaces } from '../groups/new-places.ts'
import { noteEmoji } from '../identity/recent-emoji.ts'
import { authorIfAllowed } from '../members/change-group.ts'
import { createInvite, revokeInvites } from '../members/invites.ts'
import { isEmoji, reactionTo } from '../messages/contents/reaction.ts'
import { keepDraftLifetime } from '../messages/drafts.ts'
import { intend, lifetimeIn } from '../messages/pending-messages.ts'
import { messageIdFrom } from '../messages/quotes.ts'
import { type Context, tell } from '../state/context.ts'
import { OWN_INVITE } from '../state/tables/groups.ts'
import { setGroupProfile, setTitle } from './change-group-profile.ts'
import { sendMessage } from './send-message.ts'

/** Requests that only a member of the group may make. */
export function answerInGroup(
  context: Context,
  what: Extract<
    MachineRequest,
    {
      readonly kind:
        | 'send'
        | 'react'
        | 'createInvite'
        | 'revokeInvites'
        | 'removeMember'
        | 'setRole'
        | 'setTitle'
        | 'setGroupProfile'
        | 'setRelays'
        | 'setAddressPrivacy'
        | 'setLifetime'
        | 'setDraftLifetime'
        | 'setHistory'
        | 'lookAtRelay'
        | 'leaveGroup'
    }
  >,
): EngineReply {
  const { group } = what
  const row = groupRow(context, group)
  if (row === undefined) return no('unknownGroup')
  if (row.state !== 'member') return no('notMember')
  switch (what.kind) {
    case 'send':
      return sendMessage(context, what)
    case 'react': {
      const message = messageIdFrom(what.message)
      if (message === undefined) return no('unknownMessage')
      if (what.emoji !== null && !isEmoji(what.emoji)) return no('reactionNoEmoji')
      intend(context, group, reactionTo(context, group, message, what.emoji ?? ''))
      if (what.emoji !== null) noteEmoji(context, what.emoji)
      return ok()
    }
    case 'createInvite': {
      const { uses } = what
      if (uses !== undefined && (!Number.isInteger(uses) || uses < 1 || uses > LIMITS.inviteUses)) return no('badRequest')
      const made = createInvite(context, group, uses)
      return 'code' in made ? no(made.code) : ok({ invite: made.text, expiresMs: made.expiresMs, uses: made.uses })
    }
    case 'revokeInvites':
      revokeInvites(context, group)
      for (const { key } of context.transaction.scan(OWN_INVITE, group)) context.transaction.delete(OWN_INVITE, ...key)
      return ok()
    case 'removeMember': {
      const account = fromBase64url(what.account) as AccountId | undefined
      if (account?.length !== 32) return no('unknownAccount')
      return authorIfAllowed(context, group, { kind: 'remove', account, commitment: new Uint8Array(32) })
    }
    case 'setRole': {
      const account = fromBase64url(what.account) as AccountId | undefined
      if (account?.length !== 32) return no('unknownAccount')
      return authorIfAllowed(context, group, { kind: 'setRole', account, role: what.role })
    }
    case 'setTitle':
      return setTitle(context, group, what.title)
    case 'setGroupProfile':
      return setGroupProfile(context, group, what.description, what.picture)
    case 'setRelays': {
      const read = what.relays.map(readNamedRelay)
      for (const each of read) if (typeof each !== 'string') return { ok: false, rejection: each }
      const relays = [...new Set(read.filter((each) => typeof each === 'string'))]
      if (relays.length > LIMITS.relays) return no('tooManyRelays', { limit: LIMITS.relays })
      if (!areRelaysOfGroup(relays)) return no('relayAddressInvalid')
      return authorIfAllowed(context, group, { kind: 'setRelays', relays })
    }
    case 'setLifetime':
      if (what.seconds !== 0 && !isLifetime(what.seconds)) return no('badRequest')
      return authorIfAllowed(context, group, { kind: 'setLifetime', seconds: what.seconds })
    case 'setDraftLifetime':
      if (lifetimeIn(context, group, what.seconds) === undefined) return no('badRequest')
      keepDraftLifetime(context, group, what.seconds)
      return ok()
    case 'setHistory': {
      const { days, messages } = what
      return isHistoryPolicy({ days, messages }) ? authorIfAllowed(context, group, { kind: 'setHistory', days, messages }) : no('badRequest')
    }
    case 'setAddressPrivacy':
      return authorIfAllowed(context, group, { kind: 'setAddressPrivacy', isOn: what.isOn })
    case 'lookAtRelay': {
      const address = readNamedRelay(what.address)
      if (typeof address !== 'string') return { ok: false, rejection: address }
      const relays = newPlaces(context, group, [address])
      if (relays.length > 0) tell(context, { kind: 'placesNamed', group, relays, why: 'chosen' })
      return ok()
    }
    case 'leaveGroup': {
      const successor = what.successor === null ? null : (fromBase64url(what.successor) as AccountId | undefined)
      if (successor === undefined || (successor !== null && successor.length !== 32)) return no('unknownAccount')
      return authorIfAllowed(context, group, { kind: 'leave', successor })
    }
  }
}
