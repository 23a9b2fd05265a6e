/**
 * I53: a new member is told all that the group wants and the member that tells it had when it was asked: nothing is lost between two pages, nor
 * where either of them stops meanwhile. Held where the group wanted one thing all the time.
 */
import { EARLIER_ASKING, messageRecord, SELF, textNow, Transaction } from '@sotto/core/inside'
import type { Writes } from '@sotto/engine'
import { decode, type Decoded, toBase64url } from '@sotto/wire'
import type { SimulatedPeer } from './simulated-peer.ts'
import { isVanishing } from './vanishing-watch.ts'

export interface WantedHistory {
  readonly days: number
  readonly messages: number
}

interface Passable {
  readonly id: string
  readonly author: string
  readonly text: string
  readonly timeMs: number
}

interface Asked {
  readonly group: string
  readonly teller: SimulatedPeer
  /** By its own clock. */
  readonly tellerMs: number
  /** What it had when it was first asked, the newest first. */
  readonly had: readonly Passable[]
}

interface Told extends Asked {
  /** How many it received while it told: they are passed on first. */
  readonly since: number
}

type Asking = Decoded<NonNullable<typeof EARLIER_ASKING.codec>>

const DAY_MS = 86_400_000

export class ToldInFull {
  readonly #peers: readonly SimulatedPeer[]
  readonly #nowMs: () => number
  readonly #violate: (what: string) => void
  readonly #asked = new Map<SimulatedPeer, Asked>()
  readonly #told = new Map<SimulatedPeer, Told>()
  /** Ids of messages that were ever shown, however they came. */
  readonly #shown = new Map<SimulatedPeer, Set<string>>()

  constructor(peers: readonly SimulatedPeer[], nowMs: () => number, violate: (what: string) => void) {
    this.#peers = peers
    this.#nowMs = nowMs
    this.#violate = violate
  }

  committed(peer: SimulatedPeer, { rows, histories }: Writes): void {
    for (const { history, id, value } of histories) {
      if (!history.startsWith('messages/') || value === null) continue
      const shown = this.#shown.get(peer) ?? new Set()
      this.#shown.set(peer, shown.add(id))
    }
    for (const { key, value } of rows) {
      const [table, group = ''] = key.split('/')
      if (table !== EARLIER_ASKING.name) continue
      if (value === null) this.#end(peer, group)
      else this.#ask(peer, group, EARLIER_ASKING.codec === null ? undefined : decode(EARLIER_ASKING.codec, value))
    }
  }

  #ask(peer: SimulatedPeer, group: string, row: Asking | undefined): void {
    const device = toBase64url(row?.asked.at(-1) ?? new Uint8Array())
    const teller = this.#peers.find((each) => toBase64url(new Transaction(each.state).first(SELF)?.value.device ?? new Uint8Array()) === device)
    if (teller === undefined || this.#asked.get(peer)?.teller === teller) return
    this.#asked.set(peer, { group, teller, tellerMs: this.#nowMs() + teller.skewMs, had: passable(teller, group) })
  }

  #end(peer: SimulatedPeer, group: string): void {
    const asked = this.#asked.get(peer)
    if (asked?.group !== group) return
    const ids = new Set(asked.had.map(({ id }) => id))
    this.#told.set(peer, { ...asked, since: passable(asked.teller, group).filter(({ id }) => !ids.has(id)).length })
  }

  /**
   * Returns how many messages new members had to have. `steady`: peers with an unchanged program that were never out and lost nothing. `wanted`:
   * what the group wanted from the first that was told to the last.
   */
  check(steady: readonly SimulatedPeer[], wanted: WantedHistory, accountOf: (peer: SimulatedPeer) => string): number {
    const accounts = new Set(steady.map(accountOf))
    let due = 0
    for (const [peer, { group, teller, tellerMs, had, since }] of this.#told) {
      if (!steady.includes(peer) || !steady.includes(teller)) continue
      const left = new Set(passable(teller, group).map(({ id }) => id))
      const wantedOf =
        wanted.messages > 0 ? had.slice(0, Math.max(0, wanted.messages - since)) : had.filter(({ timeMs }) => timeMs > tellerMs - wanted.days * DAY_MS)
      for (const { id, author, text } of wantedOf) {
        // What was deleted meanwhile is passed on no more; who was out, or is unknown to it, said nothing for the new member.
        if (!left.has(id) || author === accountOf(peer) || !accounts.has(author)) continue
        due++
        if (this.#shown.get(peer)?.has(id) !== true) this.#violate(`I53: ${peer.name} is not told “${text}”, which ${teller.name} had when it was asked`)
      }
    }
    return due
  }
}

/** What this peer would pass on now, the newest first. */
function passable(peer: SimulatedPeer, group: string): readonly Passable[] {
  const transaction = new Transaction(peer.state)
  return peer
    .readHistory(`messages/${group}`)
    .toReversed()
    .flatMap(({ id, order, value }) => {
      const record = decode(messageRecord, value)
      if (record?.body.kind !== 'text' || record.passedOnBy !== null || !SAID.includes(record.state) || isVanishing(record.body.text)) return []
      if (textNow({ transaction }, group, id, record, new Map())?.kind !== 'text') return []
      return [{ id, author: toBase64url(record.account), text: record.body.text, timeMs: Number.parseInt(order, 36) }]
    })
}

const SAID: readonly string[] = ['none', 'sent', 'delivered']
