/** The pages' view, made from the state. */
import { LIMITS, nameFrom, NO_HISTORY } from '@sotto/wire'
import type { EngineView, GroupView, JoinView } from '../contract/pages.ts'
import { ownProfile, shownProfile } from '../groups/profiles.ts'
import { fetchedAtOnce } from '../files/file-rows.ts'
import { recentEmoji } from '../identity/recent-emoji.ts'
import { autoLockMinutesOf, notificationsOf, privacyOf } from '../identity/settings.ts'
import { clockAheadOfRelaysMs } from '../links/relay-time.ts'
import { turnOf } from '../messages/conversation-choices.ts'
import { popupPlaceOf } from '../messages/page-places.ts'
import { searchView } from '../messages/search/switch.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { type State, Transaction } from '../state/table.ts'
import { OWN_CONTACT_LINK } from '../state/tables/contact-links.ts'
import { GROUP, GROUP_CHANGES, JOIN } from '../state/tables/groups.ts'
import { SECOND_READER } from '../state/tables/links.ts'
import { SELF } from '../state/tables/self.ts'
import { directOf, groupView } from './group-view.ts'
import { ownLines } from './relays-view.ts'
import { requestsOf } from './requests-view.ts'

/** The machine's part of the view: everything but the vault's phase. */
export type MachineView = Pick<EngineView, 'relays' | 'groups' | 'requests' | 'clockAheadMs' | 'search' | 'popupPlace'> & {
  readonly self: Omit<NonNullable<EngineView['profile']>, 'hasPassphrase'> | null
}

type Ciphers = Context['ciphers']

export function viewOf(ciphers: Ciphers, state: State): MachineView {
  const transaction = new Transaction(state)
  const self = transaction.get(SELF, 'self')
  if (self === undefined)
    return { relays: [], groups: [], requests: [], clockAheadMs: null, search: { isOn: true, percent: null }, popupPlace: null, self: null }
  const relays = ownLines(transaction)
  const groups = transaction
    .scan(GROUP)
    .map(({ key: [group = ''], value }) => ({ group, value, changes: transaction.get(GROUP_CHANGES, group) ?? { revision: 0, raisedMs: 0 } }))
    .toSorted((a, b) => b.changes.raisedMs - a.changes.raisedMs)
    .toSorted((a, b) => turnOf({ transaction }, a.group) - turnOf({ transaction }, b.group))
    .map(({ group, value, changes }) => groupView(ciphers, transaction, self, group, value, changes.revision))
  const joining = transaction.scan(JOIN).flatMap(({ key, value }) => {
    if (value.step === 'withdrawn') return []
    const reason = value.reason === 'none' ? null : value.reason
    const id = key[0] ?? ''
    const direct = directOf(transaction, self, id, undefined)
    // One of this device's own with the same person is there, and goes on in it.
    const isTwice = direct !== null && value.step !== 'refused' && groups.some((each) => each.direct?.account === direct.account && each.state === 'member')
    return isTwice ? [] : [{ ...joiningView(id, { step: value.step, reason }), direct }]
  })
  // A removed member may ask to come back. The conversation that it kept is then shown once, with the request.
  const asked = new Set(joining.map((each) => each.id))
  const shown = groups.filter((each) => !asked.has(each.id))
  const aheadMs = clockAheadOfRelaysMs(transaction)
  const clockAheadMs = Math.abs(aheadMs) > LIMITS.clockWrongMs ? aheadMs : null
  return {
    relays,
    clockAheadMs,
    requests: requestsOf(transaction),
    search: searchView({ transaction }),
    popupPlace: popupPlaceOf({ transaction }),
    groups: [...shown.filter(({ isPinned }) => isPinned), ...joining, ...shown.filter(({ isPinned }) => !isPinned)],
    self: {
      name: nameFrom(self.name),
      account: textOf(self.account),
      ...shownProfile(ownProfile({ transaction })),
      hasContactLink: transaction.get(OWN_CONTACT_LINK, 'self') !== undefined,
      secondReaderMs: transaction.get(SECOND_READER, 'self')?.atMs ?? null,
      autoLockMinutes: autoLockMinutesOf({ transaction }),
      notifications: notificationsOf({ transaction }),
      privacy: privacyOf({ transaction }),
      recentEmoji: recentEmoji({ transaction }),
      fetchedAtOnceBytes: fetchedAtOnce({ transaction }),
    },
  }
}

function joiningView(id: string, join: JoinView): GroupView {
  return {
    id,
    // The title is known once the log names the members that sent it.
    title: '',
    direct: null,
    isTitleFormer: false,
    description: '',
    picture: null,
    state: 'joining',
    join,
    connection: 'offline',
    members: [],
    typing: [],
    attachments: [],
    passingOn: [],
    coming: [],
    unread: 0,
    readUpTo: null,
    isPinned: false,
    mutedUntilMs: null,
    isArchived: false,
    isMarkedUnread: false,
    readingPlace: null,
    mentions: 0,
    draft: '',
    draftMentions: [],
    draftSelection: null,
    draftLifetimeSeconds: null,
    replyTo: null,
    editing: null,
    lastMessage: null,
    revision: 0,
    isAddressPrivate: false,
    lifetimeSeconds: 0,
    history: NO_HISTORY,
    relays: [],
    looksAt: [],
    may: { send: false, invite: false, removeOthers: false, setRoles: false, setRelays: false, setAddressPrivacy: false, setHistory: false, setTitle: false },
    security: { groupCipher: 'sender-keys', epoch: '', epochSinceMs: null, keyId: 0, rotatedMs: null, devicesHolding: 0, devices: 0 },
    waitsFor: null,
    unreadable: [],
  }
}
