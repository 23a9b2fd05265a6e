/**
 * I30 of `invariants.ts`: what became of messages. Peers that have one, and everything that was said of it, show the same text,
 * reactions and tombstone; and no peer that knows of a deletion keeps a text of what was deleted.
 */
import {
  CONTROL_QUEUE,
  controlMessage,
  HIDDEN,
  MESSAGE_CHANGE,
  messageRecord,
  PENDING_BODY,
  PENDING_MESSAGE,
  REACTED,
  REACTION,
  replaces,
  SELF,
  textNow,
  textsOf,
  Transaction,
} from '@sotto/core/inside'
import { type Codec, decode, encode, LIMITS, text as textCodec, toBase64url } from '@sotto/wire'
import type { Ledger, Sealed } from './ledger.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

interface World {
  readonly group: string
  readonly ledger: Ledger
  /** Present members with an unchanged program, whose disks lost nothing. */
  readonly steady: readonly SimulatedPeer[]
  /** Whether a peer must have this. */
  readonly isOwed: (sealed: Sealed, peer: SimulatedPeer) => boolean
}

interface Now {
  readonly text: string | null
  readonly reactions: string
  readonly account: string
}

/** A peer keeps an edit, or what makes it needless. */
export function hasChange(peer: SimulatedPeer, group: string, { author, change }: Sealed): boolean {
  if (change === null) return false
  const transaction = new Transaction(peer.state)
  const row = transaction.get(MESSAGE_CHANGE, group, accountOf(author), change.message)
  if (row?.deleted === true || transaction.get(HIDDEN, group, change.message) !== undefined) return true
  if (row === undefined || change.text === null) return false
  return row.versions.length === LIMITS.editsOfMessage || row.versions.some(({ timeMs, counter }) => timeMs === change.timeMs && counter === change.counter)
}

/** Whether a peer keeps a reaction, or a later one of its author beside the same message. */
export function hasReaction(peer: SimulatedPeer, group: string, { author, beside }: Sealed): boolean {
  if (beside === null) return false
  const kept = new Transaction(peer.state).get(REACTION, group, accountOf(author), beside.message)
  return kept !== undefined && !replaces(beside, kept)
}

/** Messages that their authors deleted, also where nobody heard of it yet, and where the author has forgotten the group since. */
export function deletedBy(peers: readonly SimulatedPeer[], group: string, ledger: Pick<Ledger, 'sealed'>): ReadonlySet<string> {
  const kept = peers.flatMap((peer) => {
    const rows = new Transaction(peer.state).scan(MESSAGE_CHANGE, group, accountOf(peer))
    return rows.flatMap(({ key, value }) => (value.deleted ? [key[2] ?? ''] : []))
  })
  const authors = new Map([...ledger.sealed.values()].map(({ id, author }) => [id, author]))
  const sealed = [...ledger.sealed.values()].flatMap(({ change, author }) =>
    change !== null && change.text === null && authors.get(change.message) === author ? [change.message] : [],
  )
  return new Set([...kept, ...sealed])
}

export function checkChanges({ group, ledger, steady, isOwed }: World, violate: (what: string) => void): void {
  const about = Map.groupBy(
    [...ledger.sealed.values()].filter(({ change, beside }) => change !== null || beside !== null),
    ({ change, beside }) => (change ?? beside)?.message ?? '',
  )
  const shown = new Map(steady.map((peer) => [peer, shownBy(peer, group)]))
  const settled = steady.filter((peer) => new Transaction(peer.state).first(PENDING_MESSAGE, group) === undefined)
  const authors = new Map(settled.map((peer) => [accountOf(peer), peer]))
  const ids = new Set([...shown.values()].flatMap((each) => [...each.keys()]))
  for (const id of ids) {
    const having = settled.filter((peer) => shown.get(peer)?.has(id) === true)
    const entries = about.get(id) ?? []
    const isSettled = (peer: SimulatedPeer): boolean =>
      entries.every((sealed) => settled.includes(sealed.author) && (sealed.author === peer || isOwed(sealed, peer)))
    const sure = having.filter((peer) => authors.has(shown.get(peer)?.get(id)?.account ?? '') && isSettled(peer))
    const [first] = sure
    const expected = first === undefined ? undefined : shown.get(first)?.get(id)
    if (first === undefined || expected === undefined) continue
    const newest = newestOf(entries, authors.get(expected.account))
    if (newest !== undefined && newest.text !== expected.text)
      violate(`I30: ${first.name} shows “${expected.text ?? 'a tombstone'}” for what its author made “${newest.text ?? 'a tombstone'}”`)
    for (const peer of sure) {
      const now = shown.get(peer)?.get(id)
      if (now?.text !== expected.text) violate(`I30: ${peer.name} shows “${now?.text ?? 'a tombstone'}”, and ${first.name} “${expected.text ?? 'a tombstone'}”`)
      if (now?.reactions !== expected.reactions)
        violate(`I30: beside “${expected.text ?? id}” ${peer.name} shows ${now?.reactions}, and ${first.name} ${expected.reactions}`)
    }
  }
  for (const peer of steady) checkErased(peer, group, ledger, violate)
}

/** A deletion counts for ever, and the newest edit else. */
function newestOf(entries: readonly Sealed[], author: SimulatedPeer | undefined): { readonly text: string | null } | undefined {
  const changes = entries.flatMap((each) => (each.author === author && each.change !== null ? [each.change] : []))
  const deletion = changes.find(({ text }) => text === null)
  return deletion ?? changes.toSorted((a, b) => b.timeMs - a.timeMs || b.counter - a.counter)[0]
}

/** What a peer shows of every message that it has. */
function shownBy(peer: SimulatedPeer, group: string): ReadonlyMap<string, Now> {
  const transaction = new Transaction(peer.state)
  const texts = textsOf(peer.readHistory(`edits/${group}`))
  const now = new Map<string, Now>()
  for (const { id, value } of peer.readHistory(`messages/${group}`)) {
    const record = decode(messageRecord, value)
    const shown = record === undefined ? undefined : textNow({ transaction }, group, id, record, texts)
    if (record === undefined || shown === undefined) continue
    const reactions = shown.kind === 'deleted' ? [] : transaction.scan(REACTED, group, id)
    now.set(id, {
      text: shown.kind === 'text' ? shown.text : null,
      account: toBase64url(record.account),
      reactions: reactions
        .flatMap(({ key }) => {
          const emoji = transaction.get(REACTION, group, key[2] ?? '', id)?.emoji ?? ''
          return emoji === '' ? [] : [`${key[2]} ${emoji}`]
        })
        .toSorted()
        .join(', '),
    })
  }
  return now
}

/** Nothing that a peer keeps holds the text of a message that its author deleted, as far as it knows of that. */
function checkErased(peer: SimulatedPeer, group: string, ledger: Ledger, violate: (what: string) => void): void {
  const transaction = new Transaction(peer.state)
  const account = (sealed: Sealed): string => accountOf(sealed.author)
  const isGone = (sealed: Sealed, message: string): boolean =>
    transaction.get(MESSAGE_CHANGE, group, account(sealed), message)?.deleted === true || transaction.get(HIDDEN, group, message) !== undefined
  const gone = [...ledger.sealed.values()].flatMap((sealed) => {
    const message = sealed.change?.message ?? sealed.id
    const text = sealed.change === null ? sealed.text : sealed.change.text
    return sealed.beside !== null || text === null || !isGone(sealed, message)
      ? []
      : [{ text, isOwnHidden: sealed.author === peer && transaction.get(HIDDEN, group, message) !== undefined }]
  })
  if (gone.length === 0) return
  const kept = ['messages', 'edits', 'own'].flatMap((name) => peer.readHistory(`${name}/${group}`).map(({ value }) => value))
  const rows = [...peer.diskRows()].flatMap(([key, value]) => (isQueuedReport(key, value) ? [] : [value]))
  const all = Buffer.concat([...rows, ...kept.filter((value) => !isReport(value))])
  // With its length, so that no text is found in a longer one. What was deleted on its author's own device goes to the others as before.
  for (const { text, isOwnHidden } of gone)
    if (!isOwnHidden && all.includes(Buffer.from(encode(textCodec(LIMITS.textBytes), text)))) violate(`I30: ${peer.name} keeps “${text}”, which was deleted`)
}

/** What was reported stays (PROTOCOL §8.44): here with an admin, */
const isReport = (value: Uint8Array): boolean => decode(messageRecord, value)?.body.kind === 'reported'

/** and here on its way. */
function isQueuedReport(key: string, value: Uint8Array): boolean {
  const [table] = key.split('/')
  const isOf = ({ name }: { readonly name: string }): boolean => name === table
  const row = isOf(CONTROL_QUEUE) ? readRow(CONTROL_QUEUE.codec, value) : isOf(PENDING_BODY) ? readRow(PENDING_BODY.codec, value) : undefined
  return row !== undefined && decode(controlMessage, row.body)?.kind === 'report'
}

const readRow = <T>(codec: Codec<T> | null, value: Uint8Array): T | undefined => (codec === null ? undefined : decode(codec, value))

function accountOf(peer: SimulatedPeer): string {
  const account = new Transaction(peer.state).first(SELF)?.value.account
  return account === undefined ? '' : toBase64url(account)
}
