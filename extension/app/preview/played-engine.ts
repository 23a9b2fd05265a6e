/**
 * A played engine: an initial view and plain answers, no keys and no network. For looking at the screens and for the app's
 * own tests; never part of the extension.
 */
import type { EngineReply, EngineRequest, EngineView, GroupView, MemberView, MessageView, QuoteView, Rejection } from '@sotto/engine/api'
import { afterChoice } from './played-choices.ts'
import type { ClientState, EngineClient } from '../../client/engine-client.ts'
import { afterAnswer, linkedContact } from './played-contacts.ts'
import { CONTACT_LINK, INVITE, NO_NOTIFICATIONS, PICTURE, PRIVACY, triedRelay } from './played-values.ts'
import { answerAboutFiles, filesOf, isAboutFiles, type PlayedBytes, takenFiles } from './played-files.ts'
import { afterSaying, changedBy, detailsOf, mentionsOf, pageOf, quoteOf, saidBy, type TextBody } from './played-messages.ts'
import { safetyOf } from './played-safety.ts'
import { foundIn } from './played-search.ts'
import { relayLine } from './scene-groups.ts'

/** The beginning of a scene. */
export interface Scene {
  readonly view: EngineView
  readonly connection?: ClientState['connection']
  readonly messages?: { readonly [group: string]: readonly MessageView[] }
  readonly bytes?: PlayedBytes
  /** Refused requests, by kind. */
  readonly refuses?: { readonly [K in EngineRequest['kind']]?: Rejection }
  /** Requests that never get an answer, by kind. */
  readonly silent?: readonly EngineRequest['kind'][]
}

const refusal = (code: Rejection['code']): EngineReply => ({ ok: false, rejection: { code, numbers: {} } })
const done: EngineReply = { ok: true, value: {} }

/** Plays a scene. `nowMs` is its clock: ms since the epoch. */
export function playEngine(scene: Scene, nowMs: () => number): EngineClient {
  const engine = { id: 'played', startedMs: nowMs() }
  let state: ClientState = { connection: scene.connection ?? 'connected', view: scene.view, engine }
  const messages = new Map(Object.entries(scene.messages ?? {}).map(([group, list]) => [group, [...list]]))
  const listeners = new Set<(state: ClientState) => void>()
  let count = 0

  const become = (change: Partial<EngineView>): void => {
    state = { connection: 'connected', view: { ...(state.view ?? scene.view), ...change }, engine }
    for (const listener of listeners) listener(state)
  }
  const view = (): EngineView => state.view ?? scene.view
  const changeGroup = (id: string, change: (group: GroupView) => GroupView): void =>
    become({ groups: view().groups.map((group) => (group.id === id ? { ...change(group), revision: group.revision + 1 } : group)) })

  /** null: it is gone. */
  const changeMessage = (
    { group, message }: { readonly group: string; readonly message: string },
    change: (message: MessageView) => MessageView | null,
  ): void => {
    const list = messages.get(group) ?? []
    messages.set(
      group,
      list.flatMap((each) => (each.id === message ? (change(each) ?? []) : [each])),
    )
    changeGroup(group, (before) => before)
  }

  const quoted = (group: string, message: string): QuoteView => quoteOf(messages.get(group) ?? [], message)

  const say = (group: string, text: string, part: Partial<TextBody> = {}): string => {
    const id = `new-${++count}`
    const list = messages.get(group) ?? []
    const order = `${list.at(-1)?.order ?? ''}~${count}`
    list.push(saidBy(view(), { id, order, atMs: nowMs() }, text, part))
    messages.set(group, list)
    changeGroup(group, (before) => afterSaying(before, text, nowMs()))
    return id
  }

  const changeProfile = (change: Partial<NonNullable<EngineView['profile']>>): void => {
    const { profile } = view()
    if (profile !== null) become({ profile: { ...profile, ...change } })
  }

  const changeMember = (account: string, change: (member: MemberView) => MemberView): void =>
    become({ groups: view().groups.map((group) => ({ ...group, members: group.members.map((each) => (each.account === account ? change(each) : each)) })) })

  const answer = (request: EngineRequest): EngineReply => {
    if (isAboutFiles(request)) return answerAboutFiles({ request, view, bytes: scene.bytes ?? {}, changeGroup, changeMessage, changeProfile })
    switch (request.kind) {
      case 'createProfile':
        become({
          phase: 'ready',
          profile: {
            name: request.name,
            account: 'me',
            hasPassphrase: request.passphrase !== null,
            hasContactLink: false,
            secondReaderMs: null,
            autoLockMinutes: 15,
            notifications: NO_NOTIFICATIONS,
            privacy: PRIVACY,
            line: '',
            picture: null,
            recentEmoji: [],
            fetchedAtOnceBytes: 5 * 2 ** 20,
          },
        })
        return done
      case 'active':
      case 'typing':
      case 'keepEmoji':
      case 'setBlocked':
      case 'revokeInvites':
      case 'keepPopupPlace':
        return done
      case 'setPrivacy':
        changeProfile({ privacy: { ...(view().profile?.privacy ?? PRIVACY), [request.what]: request.isOn } })
        return done
      case 'changePassphrase':
        changeProfile({ hasPassphrase: request.next !== null })
        return done
      case 'setAutoLock':
        changeProfile({ autoLockMinutes: request.minutes })
        return done
      case 'setNotifications':
        changeProfile({ notifications: { show: request.show, mentionsThroughMute: request.mentionsThroughMute } })
        return done
      case 'unlock':
        become({ phase: 'ready' })
        return done
      case 'lock':
        become({ phase: 'locked', groups: [] })
        return done
      case 'tryAgain':
        return refusal(view().trouble ?? 'storageFailed')
      case 'wipe':
        become({ phase: 'noProfile', profile: null, groups: [], relays: [], trouble: null, wiped: { left: [] } })
        return { ok: true, value: { left: [] } }
      case 'tryRelay':
        return { ok: true, value: { tried: triedRelay(request.address) } }
      case 'addRelay':
        become({ relays: [...view().relays, relayLine(request.address, 'connecting')] })
        return done
      case 'removeRelay':
        become({ relays: view().relays.filter(({ address }) => address !== request.address) })
        return done
      case 'createInvite':
        return { ok: true, value: { invite: INVITE, expiresMs: nowMs() + 7 * 86_400_000, uses: 100 } }
      case 'send':
        return {
          ok: true,
          value: {
            message: say(request.group, request.text, {
              mentions: mentionsOf(view(), request.mentions ?? []),
              files: takenFiles(view(), changeGroup, request.group, request.files ?? []),
              replyTo: typeof request.replyTo === 'string' ? quoted(request.group, request.replyTo) : null,
            }),
          },
        }
      case 'forward':
        for (const group of request.groups) say(group, request.text, { forwarded: true, files: filesOf(messages, request.files) })
        return done
      case 'reportMessage':
        return done
      case 'setReplyTo': {
        const { group, message } = request
        changeGroup(group, (before) => ({ ...before, replyTo: message === null ? null : quoted(group, message) }))
        return done
      }
      case 'setEditing': {
        const { group, message } = request
        const body = messages.get(group)?.find(({ id }) => id === message)?.body
        changeGroup(group, (before) => ({ ...before, editing: message === null || body?.kind !== 'text' ? null : { message, text: body.text, mentions: [] } }))
        return done
      }
      case 'keepEdit': {
        const { text } = request
        changeGroup(request.group, (before) => ({ ...before, editing: before.editing === null ? null : { ...before.editing, text } }))
        return done
      }
      case 'editMessage':
      case 'deleteMessage':
      case 'react':
        if (!messages.get(request.group)?.some(({ id }) => id === request.message)) return refusal('unknownMessage')
        changeMessage(request, (message) => changedBy(request, message, nowMs()))
        if (request.kind === 'editMessage') changeGroup(request.group, (before) => ({ ...before, editing: null }))
        return done
      case 'readMessages':
        return { ok: true, value: pageOf(messages.get(request.group) ?? [], request) }
      case 'findMessage': {
        const order = messages.get(request.group)?.find(({ id }) => id === request.message)?.order
        return order === undefined ? refusal('unknownMessage') : { ok: true, value: { order } }
      }
      case 'setSearch':
        become({ search: { isOn: request.isOn, percent: null } })
        return done
      case 'search':
        return view().search.isOn ? { ok: true, value: { found: foundIn(view(), messages, request) } } : refusal('searchOff')
      case 'messageDetails': {
        const group = view().groups.find(({ id }) => id === request.group)
        const message = messages.get(request.group)?.find(({ id }) => id === request.message)
        if (group === undefined || message === undefined) return refusal('unknownMessage')
        return { ok: true, value: { details: detailsOf(group, message) } }
      }
      case 'markRead':
      case 'markUnread':
      case 'setPinned':
      case 'mute':
      case 'setArchived':
      case 'keepReadingPlace':
      case 'setLifetime':
      case 'setDraftLifetime':
      case 'setAddressPrivacy':
      case 'setHistory':
      case 'keepSelection':
        become({ groups: afterChoice(view().groups, request, nowMs()) })
        return done
      case 'setDraft':
        changeGroup(request.group, (group) => ({ ...group, draft: request.text, draftMentions: request.mentions ?? [] }))
        return done
      case 'keepTyped':
        become({ typed: { ...view().typed, [request.field]: request.text } })
        return done
      case 'removeMember':
        changeGroup(request.group, (group) => ({ ...group, members: group.members.filter(({ account }) => account !== request.account) }))
        return done
      case 'setRole':
        changeGroup(request.group, (group) => ({
          ...group,
          members: group.members.map((member) => (member.account === request.account ? { ...member, role: request.role } : member)),
        }))
        return done
      case 'setTitle':
        changeGroup(request.group, (group) => ({ ...group, title: request.title }))
        return done
      case 'setGroupProfile':
        changeGroup(request.group, (group) => ({ ...group, description: request.description }))
        return done
      case 'setProfile':
        changeProfile({ line: request.line, ...(request.picture === undefined ? {} : { picture: request.picture === null ? null : 'own' }) })
        return done
      case 'readPicture':
        return { ok: true, value: { picture: PICTURE } }
      case 'setRelays':
        changeGroup(request.group, (group) => ({ ...group, relays: request.relays.map((address) => relayLine(address, 'connecting')) }))
        return done
      case 'lookAtRelay':
        changeGroup(request.group, (group) => ({ ...group, looksAt: [...group.looksAt, relayLine(request.address, 'connecting')] }))
        return done
      case 'setName':
        changeProfile({ name: request.name })
        return done
      case 'setPetname':
        changeMember(request.account, (member) => ({ ...member, petname: request.petname ?? '', name: request.petname ?? member.callsItself, another: 0 }))
        return done
      case 'safetyNumber':
        return safetyOf(view(), request.account, nowMs())
      case 'setVerified':
      case 'compareSafetyCode':
        changeMember(request.account, (member) => ({ ...member, mark: 'devices' in request && request.devices === null ? 'none' : 'verified' }))
        return done
      case 'trustDevices':
        changeMember(request.account, (member) => ({ ...member, isForked: false }))
        return done
      case 'leaveGroup':
        changeGroup(request.group, (group) => ({ ...group, state: 'left' }))
        return done
      case 'forgetGroup':
      case 'cancelJoin':
        become({ groups: view().groups.filter(({ id }) => id !== request.group) })
        return done
      case 'contactLink':
        changeProfile({ hasContactLink: request.what !== 'takeBack' })
        return request.what === 'takeBack' ? done : { ok: true, value: { contactLink: CONTACT_LINK } }
      case 'clearContactRequests':
        become({ requests: view().requests.filter(({ isBlocked }) => isBlocked) })
        return done
      case 'answerContactRequest':
        become({ requests: afterAnswer(view().requests, request) })
        return request.answer === 'accept' ? { ok: true, value: { group: view().groups[0]?.id ?? '' } } : done
      case 'writeByLink':
      case 'openDirectChat':
      case 'createGroup':
        return refusal('badRequest')
      case 'join':
        return linkedContact(request.invite) ?? refusal('badRequest')
    }
  }

  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    request: (request) => {
      if (scene.silent?.includes(request.kind)) return new Promise(() => {})
      const refused = scene.refuses?.[request.kind]
      return Promise.resolve(refused === undefined ? answer(request) : { ok: false, rejection: refused })
    },
    showing: () => {},
    onGo: () => {},
    close: () => listeners.clear(),
  }
}
