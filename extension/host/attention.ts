/**
 * What tells the person of messages while no page of the app shows them: the badge, and notifications. Made from the
 * engine's view and from what pages show; a part of the extension that has the browser's API carries it out
 * (`browser-attention.ts`).
 */
import type { EngineView, GroupView } from '@sotto/engine/api'
import { isMuted, unreadOf } from '../client/unread.ts'

/** `locked`: nothing is received until the profile is unlocked. */
export type Badge = { readonly kind: 'nothing' } | { readonly kind: 'count'; readonly count: number } | { readonly kind: 'locked' }

export interface MessageNotification {
  /** Says nothing of the conversation. It ends with this life of the engine. */
  readonly id: string
  /** Unread messages of the conversation; of a muted one, those that mention the person. */
  readonly count: number
  /** One of them mentions the person. */
  readonly isMention: boolean
  /** Who wrote what, and where; null: the person wants no content, or it is not known. */
  readonly content: NotifiedContent | null
}

export interface NotifiedContent {
  /** The group's; may be empty. */
  readonly title: string
  /** Nobody else is in the conversation. */
  readonly isDirect: boolean
  readonly senderName: string
  readonly senderAnother: number
  /** null: it vanishes, and the system may keep what it shows. */
  readonly text: string | null
}

export type Attention =
  | { readonly kind: 'badge'; readonly badge: Badge }
  /** Takes the place of the one with the same id. */
  | { readonly kind: 'notify'; readonly notification: MessageNotification }
  /** Takes notifications away; null: all. */
  | { readonly kind: 'takeAway'; readonly ids: readonly string[] | null }

export interface AttentionWatch {
  readonly viewChanged: (view: EngineView) => void
  /** The conversation of a notification; undefined if it is not of this life. */
  readonly groupOf: (id: string) => string | undefined
}

interface AttentionOptions {
  readonly nowMs: () => number
  /** Calls back once after `ms`. */
  readonly after: (ms: number, act: () => void) => void
  /** Whether a person looks at that conversation. */
  readonly isShown: (group: string) => boolean
  readonly perform: (attention: Attention) => void
}

/** Before a notification: a person who reads at once needs none. A guess. */
const BEFORE_MS = 400
/** Between two notifications of one conversation: a device that catches up makes thousands of changes. A guess. */
const BETWEEN_MS = 3_000
/** Characters of a message in a notification; systems show fewer. */
const TEXT_CHARACTERS = 200

interface Heard {
  readonly id: string
  unread: number
  mentions: number
  isDue: boolean
  isWaiting: boolean
  notifiedMs: number
}

/** Watches from now on. What was unread when the profile opened is in the badge and is not notified of. */
export function watchAttention({ nowMs, after, isShown, perform }: AttentionOptions): AttentionWatch {
  let view: EngineView | null = null
  let told: Badge | null = null
  let next = 1
  const heard = new Map<string, Heard>()

  const showBadge = (badge: Badge): void => {
    if (JSON.stringify(badge) === JSON.stringify(told)) return
    told = badge
    perform({ kind: 'badge', badge })
  }

  const isThroughMute = (): boolean => view?.profile?.notifications.mentionsThroughMute === true

  const notify = (group: string, of: Heard): void => {
    of.isWaiting = false
    const now = view?.groups.find(({ id }) => id === group)
    const show = view?.profile?.notifications.show ?? 'off'
    if (!of.isDue || now === undefined || show === 'off' || isShown(group)) return
    const count = isMuted(now, nowMs()) ? now.mentions : now.unread
    if (count === 0) return
    of.isDue = false
    of.notifiedMs = nowMs()
    perform({ kind: 'notify', notification: { id: of.id, count, isMention: now.mentions > 0, content: show === 'content' ? contentOf(now) : null } })
  }

  const plan = (group: string, of: Heard): void => {
    of.isDue = true
    if (of.isWaiting) return
    of.isWaiting = true
    const sinceMs = nowMs() - of.notifiedMs
    // A clock that was put back gives no longer wait.
    after(sinceMs < 0 ? BETWEEN_MS : Math.max(BEFORE_MS, BETWEEN_MS - sinceMs), () => notify(group, of))
  }

  const follow = (group: GroupView, isOpening: boolean): void => {
    const known = heard.get(group.id)
    const of = known ?? {
      id: `conversation ${next++}`,
      unread: isOpening ? group.unread : 0,
      mentions: isOpening ? group.mentions : 0,
      isDue: false,
      isWaiting: false,
      notifiedMs: -Infinity,
    }
    heard.set(group.id, of)
    const before = of.unread
    const isNew = isMuted(group, nowMs()) ? group.mentions > of.mentions && isThroughMute() : group.unread > before
    of.unread = group.unread
    of.mentions = group.mentions
    if (isNew) plan(group.id, of)
    if (group.unread >= before) return
    // It was read; or one of them vanished or was deleted, and it may be the one that is shown.
    if (group.unread === 0) of.isDue = false
    if (of.notifiedMs > -Infinity) perform({ kind: 'takeAway', ids: [of.id] })
  }

  const forgetGone = (groups: readonly GroupView[]): void => {
    for (const [group, of] of heard) {
      if (groups.some(({ id }) => id === group)) continue
      of.isDue = false
      heard.delete(group)
      if (of.notifiedMs > -Infinity) perform({ kind: 'takeAway', ids: [of.id] })
    }
  }

  const forgetAll = (): void => {
    if (heard.size === 0) return
    for (const of of heard.values()) of.isDue = false
    heard.clear()
    // What a locked profile holds is on no screen.
    perform({ kind: 'takeAway', ids: null })
  }

  return {
    viewChanged: (now) => {
      const before = view
      view = now
      if (now.phase !== 'ready') {
        forgetAll()
        showBadge({ kind: now.phase === 'locked' ? 'locked' : 'nothing' })
        return
      }
      const isOpening = before?.phase !== 'ready'
      for (const group of now.groups) follow(group, isOpening)
      forgetGone(now.groups)
      if (before?.profile?.notifications.show !== now.profile?.notifications.show && !isOpening) perform({ kind: 'takeAway', ids: null })
      const count = unreadOf(now.groups, nowMs())
      showBadge(count === 0 ? { kind: 'nothing' } : { kind: 'count', count })
    },
    groupOf: (id) => [...heard].find(([, of]) => of.id === id)?.[0],
  }
}

function contentOf({ title, direct, lastMessage }: GroupView): MessageNotification['content'] {
  if (lastMessage === null || lastMessage.own) return null
  const { senderName, senderAnother, vanishes } = lastMessage
  const about = { title, isDirect: direct !== null, senderName, senderAnother }
  if (vanishes) return { ...about, text: null }
  const text = [...lastMessage.text.replace(/\s+/gu, ' ').trim()]
  const shown = text.length > TEXT_CHARACTERS ? `${text.slice(0, TEXT_CHARACTERS - 1).join('')}…` : text.join('')
  return { ...about, text: shown }
}
