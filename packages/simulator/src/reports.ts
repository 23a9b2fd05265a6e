/**
 * I45: what a member reports is shown to those who are admins where it says so, but for the author; once, as what that member says of
 * that author; and nobody else has it, not even sealed away or waiting.
 */
import { MEMBERSHIP_LOG, messageRecord, SELF, Transaction } from '@sotto/core/inside'
import { resolve } from '@sotto/membership'
import { decode, toBase64url } from '@sotto/wire'
import { newestOthersIds } from './newest-messages.ts'
import { seededRandom } from './seeded-random.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

/** Reports one of the newest messages of others. */
export interface ReportEvent {
  readonly kind: 'report'
  readonly atMs: number
  readonly peer: number
  readonly which: number
}

const FROM_MS = 8_000
const UNTIL_MS = 60_000
/** A step that says so may still change who is an admin. */
const MOMENT_MS = 10

/** In every third world. Drawn by itself. */
export function reportEvents(seed: number, peers: number): readonly ReportEvent[] {
  const random = seededRandom(Math.imul(seed, 0x41c64e6d))
  if (!random.chance(0.33)) return []
  return Array.from({ length: random.between(1, 6) }, () => ({
    kind: 'report',
    atMs: random.between(FROM_MS, UNTIL_MS),
    peer: random.below(peers),
    which: random.below(4),
  }))
}

interface Said {
  readonly words: string
  readonly by: SimulatedPeer
  readonly author: string
  /** Accounts that were admins for its device before it said so, and just after. */
  readonly before: ReadonlySet<string>
  after: ReadonlySet<string>
}

export interface ReportsWorld {
  readonly group: string
  readonly peers: readonly SimulatedPeer[]
  /** Present members whose disks lost nothing, and that were never out. */
  readonly isToldTruly: (peer: SimulatedPeer) => boolean
  /** Nothing that was left at a relay was lost, and nobody blocked another. */
  readonly isAllTaken: boolean
}

export class Reports {
  readonly #said: Said[] = []
  readonly #after: (ms: number, act: () => void) => void
  readonly #violate: (what: string) => void

  constructor(after: (ms: number, act: () => void) => void, violate: (what: string) => void) {
    this.#after = after
    this.#violate = violate
  }

  /** Returns whether there is a message to report. */
  say(by: SimulatedPeer, group: string, { which }: ReportEvent): boolean {
    const message = newestOthersIds(by, group)[which]
    const author = message === undefined ? undefined : authorOf(by, group, message)
    if (message === undefined || author === undefined) return false
    // With an end, so that none is found in another.
    const words = `${by.name} reports, ${this.#said.length}.`
    const said: Said = { words, by, author, before: adminsFor(by, group), after: new Set() }
    this.#said.push(said)
    by.request({ kind: 'reportMessage', group, message, words }, (reply) => {
      if (reply.ok) this.#after(MOMENT_MS, () => (said.after = adminsFor(by, group)))
    })
    return true
  }

  check({ group, peers, isToldTruly, isAllTaken }: ReportsWorld): number {
    let shown = 0
    for (const { words, by, author, before, after } of this.#said) {
      for (const peer of peers.filter((each) => each !== by)) {
        const account = accountOf(peer)
        const lines = reportedTo(peer, group).filter((each) => each.words === words)
        shown += lines.length
        if (lines.length > 1) this.#violate(`I45: ${peer.name} is shown “${words}” twice`)
        if (lines.some((each) => each.by !== accountOf(by) || each.author !== author)) this.#violate(`I45: ${peer.name} is shown “${words}” as of others`)
        const mayHave = account !== author && (before.has(account) || after.has(account))
        if (!mayHave && holds(peer, group, words)) this.#violate(`I45: ${peer.name} has “${words}”`)
        const isAdmin = [peer, by].every((each) => adminsFor(each, group).has(account))
        const isDue = isAllTaken && account !== author && before.has(account) && after.has(account) && isAdmin && isToldTruly(peer) && isToldTruly(by)
        if (isDue && lines.length === 0) this.#violate(`I45: “${words}” is not with ${peer.name}`)
      }
    }
    return shown
  }
}

const accountOf = ({ state }: SimulatedPeer): string => toBase64url(new Transaction(state).first(SELF)?.value.account ?? new Uint8Array())

function authorOf(peer: SimulatedPeer, group: string, message: string): string | undefined {
  const found = peer.readHistory(`messages/${group}`).find(({ id }) => id === message)
  const record = found === undefined ? undefined : decode(messageRecord, found.value)
  return record === undefined ? undefined : toBase64url(record.account)
}

/** Who is an admin for a device's log. */
function adminsFor({ state }: SimulatedPeer, group: string): ReadonlySet<string> {
  const log = new Transaction(state).get(MEMBERSHIP_LOG, group)
  const members = log === undefined ? [] : resolve(log).members
  return new Set(members.flatMap(({ account, role }) => (role === 'admin' ? [toBase64url(account)] : [])))
}

function reportedTo(peer: SimulatedPeer, group: string): readonly { readonly by: string; readonly author: string; readonly words: string }[] {
  return peer.readHistory(`messages/${group}`).flatMap(({ value }) => {
    const record = decode(messageRecord, value)
    if (record?.body.kind !== 'reported') return []
    return [{ by: toBase64url(record.account), author: toBase64url(record.body.author), words: record.body.words }]
  })
}

/** Whether a device's disk has these words anywhere. */
function holds(peer: SimulatedPeer, group: string, words: string): boolean {
  const records = peer.readHistory(`messages/${group}`).map(({ value }) => value)
  return [...peer.diskRows().values(), ...records].some((value) => Buffer.from(value).includes(words))
}
