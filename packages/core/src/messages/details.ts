/** Who could read a message: the devices that it was sealed for, and for own messages also which of them opened it. */
import { resolveAt, whoCouldRead } from '@sotto/membership'
import { type AccountId, decode, type DeviceId, equalBytes } from '@sotto/wire'
import { cipherOf } from '../cipher/group-cipher.ts'
import type { HistoryRecord } from '../contract/history.ts'
import type { MessageDetails, Reader } from '../contract/message-details.ts'
import type { EngineReply } from '../contract/pages.ts'
import { no, ok } from '../contract/replies.ts'
import { filesOf } from '../files/file-rows.ts'
import { whoHas } from '../files/who-has.ts'
import { logOf, rosterOf } from '../groups/group-log.ts'
import { personOf } from '../groups/names.ts'
import { selfOf } from '../identity/profile.ts'
import { awaitedFor } from '../links/awaited.ts'
import { deviceBehind } from '../links/whereabouts.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { GROUP } from '../state/tables/groups.ts'
import type { LetterStage } from '../state/tables/links.ts'
import { messageRecord, type MessageRecord } from '../state/tables/messages.ts'
import { READ, type NextWithTexts } from '../state/tables/self.ts'
import { CONTACT } from '../state/tables/sessions.ts'
import { messageHistory } from './conversation.ts'
import { textWithNames } from './mentions.ts'
import { editId, editsOf, isDeleted } from './message-changes.ts'
import { textNow, type Texts, withTexts } from './text-now.ts'
import { nextPageRead } from './page-reads.ts'

/** Reads a message of the conversation. `answerDetails` answers the request. */
export function readDetails(context: Context, request: string, group: string, message: string): EngineReply | undefined {
  if (context.transaction.get(GROUP, group) === undefined) return { ok: false, rejection: { code: 'unknownGroup', numbers: {} } }
  const read = nextPageRead(context)
  context.transaction.put(READ, [read], { kind: 'details', request, group })
  context.effects.push({ kind: 'readHistory', read, query: { kind: 'byId', history: messageHistory(group), ids: [message] } })
  return undefined
}

/** The message has been read: so are the texts that it had. */
export function detailsRead(context: Context, group: string, request: string, records: readonly HistoryRecord[]): void {
  withTexts(context, group, records, { kind: 'details', request, records }, answerDetails, 'all')
}

export function answerDetails(context: Context, group: string, { request, records }: Extract<NextWithTexts, { readonly kind: 'details' }>, texts: Texts): void {
  const [found] = records
  const record = found === undefined ? undefined : decode(messageRecord, found.value)
  const reply: EngineReply =
    found === undefined || record === undefined || textNow(context, group, found.id, record, texts) === undefined
      ? no('unknownMessage')
      : ok({
          details: { ...withFiles(context, group, found.id, detailsOf(context, group, record)), versions: versionsOf(context, group, found.id, record, texts) },
        })
  context.effects.push({ kind: 'reply', request, reply })
}

/** What the message said at first and since; nothing if it says the same. */
function versionsOf(context: Context, group: string, id: string, record: MessageRecord, texts: Texts): MessageDetails['versions'] {
  if (record.body.kind !== 'text') return []
  const edits = editsOf(context, group, id, record).flatMap((each) => {
    const text = texts.get(editId(id, textOf(record.account), each))
    return text === undefined ? [] : [{ text: textWithNames(context, text.text, text.mentions), atMs: each.wallMs }]
  })
  return edits.length === 0 || isDeleted(context, group, id, record)
    ? []
    : [{ text: textWithNames(context, record.body.text, record.body.mentions), atMs: record.saidMs }, ...edits]
}

/** With what is known of who has the message's files. */
function withFiles(context: Context, group: string, id: string, details: Omit<MessageDetails, 'versions'>): Omit<MessageDetails, 'versions'> {
  const known = new Map<string, { readonly has: number; readonly fetches: number }>()
  for (const { key, row } of filesOf(context, group, id)) {
    const people = new Map<string, 'has' | 'fetches'>()
    for (const [peer, what] of whoHas(context, key, row)) {
      const device = deviceBehind(context, peer)
      const account = device === undefined ? undefined : rosterOf(context, group).accountOf(bytesOf<DeviceId>(device))
      // Of several devices one may have it.
      if (account !== undefined && people.get(textOf(account)) !== 'has') people.set(textOf(account), what)
    }
    for (const [account, what] of people) {
      const { has, fetches } = known.get(account) ?? { has: 0, fetches: 0 }
      known.set(account, what === 'has' ? { has: has + 1, fetches } : { has, fetches: fetches + 1 })
    }
  }
  return { ...details, readers: details.readers.map((reader) => ({ ...reader, files: reader.own ? null : (known.get(reader.account) ?? null) })) }
}

type Sealed = NonNullable<MessageRecord['sealed']>

function detailsOf(context: Context, group: string, { sealed, own, state, passedOnBy }: MessageRecord): Omit<MessageDetails, 'versions'> {
  const isEnded = state === 'notSentRemoved' || state === 'notSentLeft'
  const notSealed = passedOnBy !== null ? 'passedOn' : isEnded ? 'notSent' : 'notSealedYet'
  if (sealed === null) return { basis: notSealed, readers: [], epoch: '', keyId: 0, iteration: 0, frontier: [] }
  const place = { epoch: textOf(sealed.epoch), keyId: sealed.keyId, iteration: sealed.iteration, frontier: sealed.frontier.map(textOf) }
  const recipients = own ? cipherOf(context, group).recipientsOf(context, { group, ...place, device: sealed.device }) : undefined
  if (recipients !== undefined) {
    const opened = new Set(recipients.filter(({ hasOpened }) => hasOpened).map(({ device }) => textOf(device)))
    const devices = [sealed.device, ...recipients.map(({ device }) => device)]
    const awaited = new Map(awaitedFor(context, { group, ...place }, Number.POSITIVE_INFINITY).map(({ device, stage }) => [textOf(device), stage]))
    return { basis: 'keys', ...place, readers: readersOf(context, group, sealed, devices, { opened, awaited }) }
  }
  const could = whoCouldRead(logOf(context, group), sealed.frontier)
  if (sealed.frontier.length === 0 || could.unknownHeads.length > 0) return { basis: 'unknown', ...place, readers: [] }
  return { basis: 'log', ...place, readers: readersOf(context, group, sealed, could.devices, null) }
}

/** What is known of one's own message: which devices opened it, and what keeps letters for others here. */
interface Told {
  readonly opened: ReadonlySet<string>
  readonly awaited: ReadonlyMap<string, LetterStage>
}

/** The people behind these devices. A device of an unknown account is left out. */
function readersOf(context: Context, group: string, sealed: Sealed, devices: readonly DeviceId[], told: Told | null): readonly Reader[] {
  const now = rosterOf(context, group)
  const then = resolveAt(logOf(context, group), sealed.frontier)
  const self = selfOf(context).account
  const people = new Map<string, Reader>()
  for (const device of devices) {
    const account = then.accountOf(device) ?? now.accountOf(device)
    if (account === undefined) continue
    const key = textOf(account)
    const before = people.get(key) ?? {
      account: key,
      ...personOf(context, account),
      own: equalBytes(account, self),
      devices: 0,
      opened: told === null ? null : 0,
      isMember: now.isMember(account as AccountId),
      awaited: null,
      sessionReplacedMs: null,
      files: null,
    }
    const hasOpened = told?.opened.has(textOf(device)) === true
    const replacedMs = context.transaction.get(CONTACT, textOf(device))?.replacedMs ?? 0
    people.set(key, {
      ...before,
      devices: before.devices + 1,
      opened: before.opened === null ? null : before.opened + (hasOpened ? 1 : 0),
      awaited: told?.awaited.get(textOf(device)) ?? before.awaited,
      sessionReplacedMs: replacedMs === 0 ? before.sessionReplacedMs : Math.max(replacedMs, before.sessionReplacedMs ?? 0),
    })
  }
  return [...people.values()]
}
