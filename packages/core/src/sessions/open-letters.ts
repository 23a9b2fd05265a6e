/** Opening a letter: by the session that it belongs to, or as the first of a new one (PROTOCOL §2, §13.17). */
import { acceptInitial, openReadWithSessions, readRecord } from '@sotto/crypto'
import { type DeviceId, equalBytes, LIMITS } from '@sotto/wire'
import { preKeyStoreOf, putPreKeyStore } from '../identity/pre-key-rows.ts'
import { ownIdentity } from '../identity/profile.ts'
import { type Context, tell } from '../state/context.ts'
import { type Sender, textOf } from '../state/names.ts'
import { CONTACT, type ContactDevice, LAST_WRITERS, RECENT_LETTERS } from '../state/tables/sessions.ts'
import { setTimer } from '../state/timers.ts'
import { lettersDue } from './letters-due.ts'
import { sharesGroup } from './relays-to.ts'
import { endFetch } from './session-setup.ts'

/** What became of a record. */
export type TriedLetter =
  | OpenedLetter
  /** A letter of a session that does not open now: mostly one that came before. */
  | { readonly outcome: 'refused' }
  /** No session opens it, and it starts none. */
  | { readonly outcome: 'unreadable' }

/** What a session opened: the sender and the encoded letter. */
export interface OpenedLetter {
  readonly outcome: 'opened'
  readonly from: Sender
  readonly plaintext: Uint8Array
  /** The device was not a contact before. */
  readonly isNew: boolean
}

/**
 * Opens a sealed record from our inbox or from a peer's stream. The same record may come any number of times. What opens
 * nothing is dropped, because anyone can leave noise in an inbox. `likely` are the probable senders, tried first; `others`:
 * whether all contacts are tried then, which costs time for each.
 */
export function openLetter(context: Context, record: Uint8Array, tried: Tried): TriedLetter {
  const hash = textOf(context.provider.primitives.sha256(record).subarray(0, 16))
  const recent = context.transaction.get(RECENT_LETTERS, 'self') ?? []
  // From another relay, or beside the stream: no contact is tried again.
  if (recent.includes(hash)) return REFUSED
  const opened = tryToOpen(context, record, tried)
  if (opened.outcome === 'opened') context.transaction.put(RECENT_LETTERS, ['self'], [...recent, hash].slice(-LIMITS.recentLetters))
  return opened
}

function tryToOpen(context: Context, record: Uint8Array, tried: Tried): TriedLetter {
  const read = readRecord(context.provider, record)
  if (read === undefined) return UNREADABLE
  // Which session a first letter is of shows in its header, and costs nothing to look up.
  const others = tried.others || read.initialId !== null
  for (const { device, contact } of inLikelyOrder(context, { ...tried, others })) {
    if (contact.sessions === null) continue
    const opened = openReadWithSessions(context.provider, contact.sessions, read, context.nowMs)
    if (opened === undefined) continue
    if ('code' in opened) return REFUSED
    context.transaction.put(CONTACT, [device], { ...contact, sessions: opened.sessions })
    noteWriter(context, device)
    lettersDue(context, device)
    return { outcome: 'opened', from: senderOf(contact), plaintext: opened.plaintext, isNew: false }
  }
  return openInitial(context, record)
}

const UNREADABLE = { outcome: 'unreadable' } as const
const REFUSED = { outcome: 'refused' } as const

interface Tried {
  readonly likely: readonly string[]
  readonly others: boolean
}

/** How many of the last senders are tried first. A guess at how many write at a time. */
const TRIED_FIRST = 16

function noteWriter(context: Context, device: string): void {
  const before = context.transaction.get(LAST_WRITERS, 'self') ?? []
  if (before[0] === device) return
  context.transaction.put(LAST_WRITERS, ['self'], [device, ...before.filter((each) => each !== device)].slice(0, TRIED_FIRST))
}

/** Contacts in the order in which they are tried. A record does not name its sender, and each contact that is tried costs time. */
function* inLikelyOrder(context: Context, { likely, others }: Tried): Generator<{ readonly device: string; readonly contact: ContactDevice }> {
  const tried = new Set<string>()
  for (const device of [...likely, ...(others ? (context.transaction.get(LAST_WRITERS, 'self') ?? []) : [])]) {
    const contact = context.transaction.get(CONTACT, device)
    if (contact === undefined || tried.has(device)) continue
    tried.add(device)
    yield { device, contact }
  }
  if (!others) return
  for (const { key, value: contact } of context.transaction.scan(CONTACT)) {
    const [device = ''] = key
    if (!tried.has(device)) yield { device, contact }
  }
}

const senderOf = ({ certificate: { body } }: ContactDevice): Sender => ({ account: body.account, device: body.device })

/** The first letter of a session. The session is kept from now on. */
function openInitial(context: Context, record: Uint8Array): TriedLetter {
  const store = preKeyStoreOf(context.transaction)
  if (store === undefined) return UNREADABLE
  const sessionsOf = (device: DeviceId) => context.transaction.get(CONTACT, textOf(device))?.sessions ?? null
  const isKnown = (device: DeviceId) => sharesGroup(context, textOf(device))
  const accepted = acceptInitial(context.provider, ownIdentity(context), store, { sessionsOf, isKnown }, record, context.nowMs)
  if (accepted === undefined || 'code' in accepted) return accepted?.code === 'alreadyAccepted' ? REFUSED : UNREADABLE
  putPreKeyStore(context.transaction, accepted.store)
  setTimer(context, 'preKeys', context.nowMs, 'earliest')
  const { certificate } = accepted
  const device = textOf(certificate.body.device)
  const known = context.transaction.get(CONTACT, device)
  const before = known?.sessions?.sessions[0]
  const isRelieved = before !== undefined && before.unansweredHeader !== null && !equalBytes(before.id, accepted.sessions.sessions[0]?.id ?? before.id)
  if (isRelieved) tell(context, { kind: 'sessionReplaced', device: certificate.body.device })
  const contact: ContactDevice = {
    certificate,
    address: known?.address ?? null,
    sessions: accepted.sessions,
    // What left in an unanswered session may never have arrived. Now one of their sessions seals.
    sendCapabilityGiven: known?.sendCapabilityGiven === true && !isRelieved,
    renew: known?.renew ?? false,
    openedMs: known?.openedMs ?? 0,
    replacedMs: known?.replacedMs ?? 0,
  }
  context.transaction.put(CONTACT, [device], contact)
  lettersDue(context, device)
  if (!contact.renew) endFetch(context, device)
  return { outcome: 'opened', from: senderOf(contact), plaintext: accepted.plaintext, isNew: known === undefined }
}
