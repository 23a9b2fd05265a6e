/** Requests of pages to the machine. Answers are values, and a refusal changes nothing. */
import { type AccountId, fromBase64url, LIMITS, utf8 } from '@sotto/wire'
import type { EngineReply } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { answerAboutFiles } from '../files/file-requests.ts'
import { groupRow } from '../groups/group-row.ts'
import { isJoining } from '../groups/is-joining.ts'
import { noteEmoji } from '../identity/recent-emoji.ts'
import { chooseAutoLock, chooseNotifications, choosePrivacy, privacyOf } from '../identity/settings.ts'
import { createGroup } from '../members/change-group.ts'
import { showContactLink, takeBackContactLink } from '../members/contact-link.ts'
import { answerContactRequest, clearContactRequests, talkAlone } from '../members/contact-requests.ts'
import { beginJoin } from '../members/join-request.ts'
import { keepJoin } from '../members/join-row.ts'
import { cancelJoin } from '../members/withdrawn-join.ts'
import { showLink, writeByLink } from '../members/write-by-link.ts'
import { changeMessage } from '../messages/change-message.ts'
import { chooseForConversation } from '../messages/conversation-choices.ts'
import { isEmoji } from '../messages/contents/reaction.ts'
import { readDetails } from '../messages/details.ts'
import { keepDraft } from '../messages/drafts.ts'
import { startLives } from '../messages/lives.ts'
import { readMentions, validMentions, withPlaces } from '../messages/mentions.ts'
import { keepPagePlace, keepPopupPlace } from '../messages/page-places.ts'
import { findMessage, readMessages } from '../messages/pages.ts'
import { chooseReplyTo } from '../messages/quotes.ts'
import { reportMessage } from '../messages/reports.ts'
import { search } from '../messages/search/find-messages.ts'
import { setSearch } from '../messages/search/switch.ts'
import { awaySeen } from '../messages/vanish.ts'
import { personIsHere, presenceChosen } from '../messages/signals/presence.ts'
import { noteRead } from '../messages/signals/read-marks.ts'
import { forgetTyping, noteTyping } from '../messages/signals/typing.ts'
import type { Context } from '../state/context.ts'
import { JOIN } from '../state/tables/groups.ts'
import { addRelay, removeRelay } from './chosen-relays.ts'
import { forgetGroup } from './forget.ts'
import { forward } from './forward.ts'
import { answerInGroup } from './group-requests.ts'
import { afterBlocking, answerAboutPeople } from './people.ts'

/** Answers at once, or returns `undefined` if the answer comes with a later event. */
export function answer(context: Context, request: string, what: MachineRequest): EngineReply | undefined {
  switch (what.kind) {
    case 'setAutoLock':
      return chooseAutoLock(context, what.minutes) ? ok() : no('badRequest')
    case 'setNotifications':
      chooseNotifications(context, what)
      return ok()
    case 'keepEmoji':
      if (!isEmoji(what.emoji)) return no('reactionNoEmoji')
      noteEmoji(context, what.emoji)
      return ok()
    case 'addRelay':
      return addRelay(context, what.address)
    case 'removeRelay':
      return removeRelay(context, what.address)
    case 'createGroup':
      return createGroup(context, what.title, what.isSmall === true ? { cipher: 'pairwise' } : {})
    case 'openDirectChat': {
      const account = fromBase64url(what.account) as AccountId | undefined
      return account?.length === 32 ? talkAlone(context, account) : no('unknownAccount')
    }
    case 'join': {
      const begun = beginJoin(context, what.invite)
      if ('code' in begun && begun.code === 'inviteNotRecognised') return showLink(context, what.invite)
      return 'code' in begun ? { ok: false, rejection: begun } : ok(begun)
    }
    case 'writeByLink':
      return writeByLink(context, what.link)
    case 'contactLink':
      if (what.what !== 'takeBack') return showContactLink(context, what.what === 'replace')
      takeBackContactLink(context)
      return ok()
    case 'answerContactRequest':
      return afterBlocking(context, what.account, answerContactRequest(context, what.account, what.answer))
    case 'clearContactRequests':
      clearContactRequests(context)
      return ok()
    case 'cancelJoin':
      if (!isJoining(context, what.group)) return no('unknownGroup')
      cancelJoin(context, what.group)
      return ok()
    case 'readMessages':
      return readMessages(context, request, what)
    case 'search':
      return search(context, request, what)
    case 'setSearch':
      setSearch(context, what.isOn)
      return ok()
    case 'messageDetails':
      return readDetails(context, request, what.group, what.message)
    case 'reportMessage':
      return reportMessage(context, request, what)
    case 'setDraft': {
      if (groupRow(context, what.group) === undefined) return no('unknownGroup')
      const length = utf8(what.text).length
      const mentions = readMentions(what.mentions)
      if (mentions === undefined) return no('badRequest')
      if (length > LIMITS.draftBytes) return no('draftTooLong', { length, limit: LIMITS.draftBytes })
      keepDraft(context, what.group, what.text, validMentions(what.text, withPlaces(mentions)))
      return ok()
    }
    case 'forward':
      return forward(context, what)
    case 'setReplyTo':
      return chooseReplyTo(context, request, what.group, what.message)
    case 'editMessage':
    case 'deleteMessage':
    case 'setEditing':
    case 'keepEdit':
      return changeMessage(context, request, what)
    case 'setPinned':
    case 'mute':
    case 'setArchived':
    case 'markUnread':
      return chooseForConversation(context, what)
    case 'markRead': {
      const reply = chooseForConversation(context, what)
      if (reply.ok) {
        noteRead(context, what.group)
        startLives(context, what.group)
        awaySeen(context, what.group)
      }
      return reply
    }
    case 'keepReadingPlace':
    case 'keepSelection':
      return keepPagePlace(context, what)
    case 'keepPopupPlace':
      return keepPopupPlace(context, what.group)
    case 'findMessage':
      return findMessage(context, request, what)
    case 'typing':
      if (groupRow(context, what.group) === undefined) return no('unknownGroup')
      noteTyping(context, what.group, what.isTyping)
      if (what.isTyping) personIsHere(context)
      return ok()
    case 'active':
      personIsHere(context)
      return ok()
    case 'setPrivacy':
      if (privacyOf(context)[what.what] === what.isOn) return ok()
      // Others are told before it holds, where something is shown of us.
      if (what.what === 'typing' && !what.isOn) forgetTyping(context)
      choosePrivacy(context, what.what, what.isOn)
      if (what.what === 'presence') presenceChosen(context, what.isOn)
      return ok()
    case 'setName':
    case 'setProfile':
    case 'readPicture':
    case 'setPetname':
    case 'setBlocked':
    case 'safetyNumber':
    case 'setVerified':
    case 'compareSafetyCode':
    case 'trustDevices':
      return answerAboutPeople(context, what)
    case 'attachFile':
    case 'attachPiece':
    case 'detachFile':
    case 'fetchFile':
    case 'pauseFile':
    case 'cancelFile':
    case 'endPassingOn':
    case 'readFile':
    case 'setFetchedAtOnce':
      return answerAboutFiles(context, request, what)
    case 'forgetGroup':
      return forget(context, what.group)
    case 'send':
    case 'react':
    case 'createInvite':
    case 'revokeInvites':
    case 'removeMember':
    case 'setRole':
    case 'setTitle':
    case 'setGroupProfile':
    case 'setRelays':
    case 'setAddressPrivacy':
    case 'setLifetime':
    case 'setDraftLifetime':
    case 'setHistory':
    case 'lookAtRelay':
    case 'leaveGroup':
      return answerInGroup(context, what)
  }
}

function forget(context: Context, group: string): EngineReply {
  const row = groupRow(context, group)
  if (row?.state === 'member') return no('notAllowed')
  if (isJoining(context, group)) cancelJoin(context, group)
  else if (row === undefined) return no('unknownGroup')
  // The row of a withdrawn request is kept: if a member admits it all the same, this device leaves at once.
  const withdrawn = context.transaction.get(JOIN, group)
  if (row !== undefined) forgetGroup(context, group)
  if (withdrawn !== undefined) keepJoin(context, group, withdrawn)
  return ok()
}
