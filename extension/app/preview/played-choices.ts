/** What a played engine does with what a person chooses for a conversation. */
import type { EngineRequest, GroupView } from '@sotto/engine/api'

type Choice = Extract<
  EngineRequest,
  {
    readonly kind:
      | 'markRead'
      | 'markUnread'
      | 'setPinned'
      | 'mute'
      | 'setArchived'
      | 'keepReadingPlace'
      | 'keepSelection'
      | 'setLifetime'
      | 'setDraftLifetime'
      | 'setAddressPrivacy'
      | 'setHistory'
  }
>

function chosen(group: GroupView, request: Choice, nowMs: number): GroupView {
  switch (request.kind) {
    case 'markRead':
      return { ...group, unread: 0, mentions: 0, isMarkedUnread: false, revision: group.revision + 1 }
    case 'markUnread':
      return { ...group, isMarkedUnread: true }
    case 'setPinned':
      return { ...group, isPinned: request.isPinned }
    case 'mute': {
      const untilMs = request.minutes === null ? 2 ** 48 - 1 : nowMs + request.minutes * 60_000
      return { ...group, mutedUntilMs: request.minutes === 0 ? null : untilMs }
    }
    case 'setArchived':
      return { ...group, isArchived: request.isArchived }
    case 'keepReadingPlace':
      return { ...group, readingPlace: request.place }
    case 'setLifetime':
      return { ...group, lifetimeSeconds: request.seconds, revision: group.revision + 1 }
    case 'setDraftLifetime':
      return { ...group, draftLifetimeSeconds: request.seconds }
    case 'setHistory':
      return { ...group, history: { days: request.days, messages: request.messages }, revision: group.revision + 1 }
    case 'setAddressPrivacy':
      return { ...group, isAddressPrivate: request.isOn, revision: group.revision + 1 }
    case 'keepSelection':
      return { ...group, draftSelection: { start: request.start, end: request.end } }
  }
}

/** The groups after it, pinned ones first. */
export const afterChoice = (groups: readonly GroupView[], request: Choice, nowMs: number): readonly GroupView[] =>
  groups
    .map((group) => (group.id === request.group ? chosen(group, request, nowMs) : group))
    .toSorted((one, other) => Number(other.isPinned) - Number(one.isPinned))
