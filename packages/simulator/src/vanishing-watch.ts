/**
 * I49: nothing outlives its timer. What is said so that it vanishes is on no disk once its time has passed since it was sent, at its author,
 * or since it was read, at a reader; whatever happened to them meanwhile.
 */
import { messageRecord } from '@sotto/core/inside'
import type { Writes } from '@sotto/engine'
import { decode, encode, LIMITS, text as textCodec } from '@sotto/wire'
import { seededRandom } from './seeded-random.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

export type VanishingEvent = { readonly atMs: number; readonly peer: number } & (
  | { readonly kind: 'sayVanishing'; readonly seconds: number; readonly isEdited: boolean }
  /** The person sees everything that is there. */
  | { readonly kind: 'seeAll' }
)

const FROM_MS = 5_000
const UNTIL_MS = 60_000

/** In every other world. Drawn by itself, so that worlds stay the same without it. */
export function vanishingEvents(seed: number, peers: number): readonly VanishingEvent[] {
  const random = seededRandom(Math.imul(seed, 0x2545f491))
  if (!random.chance(0.5)) return []
  const at = () => ({ atMs: random.between(FROM_MS, UNTIL_MS), peer: random.below(peers) })
  return [
    ...Array.from({ length: random.between(1, 8) }, (): VanishingEvent => ({
      kind: 'sayVanishing',
      ...at(),
      seconds: random.between(30, 90),
      isEdited: random.chance(0.3),
    })),
    ...Array.from({ length: random.between(1, 6) }, (): VanishingEvent => ({ kind: 'seeAll', ...at() })),
  ]
}

/** How its texts end. They are judged here alone: those who were away when they ended need not have them. */
const MARK = ', and vanishes'

export const isVanishing = (text: string): boolean => text.endsWith(MARK)

/** Timers, and a relay's word after a device was off for days. */
const SLACK_MS = 60_000

interface Said {
  readonly texts: string[]
  readonly author: SimulatedPeer
  readonly seconds: number
  /** From when on its time has begun, by peer. */
  readonly begunMs: Map<SimulatedPeer, number>
}

export class VanishingWatch {
  readonly #said: Said[] = []
  readonly #nowMs: () => number
  readonly #violate: (what: string) => void

  constructor(nowMs: () => number, violate: (what: string) => void) {
    this.#nowMs = nowMs
    this.#violate = violate
  }

  /** Says something, and says it otherwise a moment later. */
  say(peer: SimulatedPeer, group: string, number: number, { seconds, isEdited }: Extract<VanishingEvent, { readonly kind: 'sayVanishing' }>): void {
    const said: Said = { texts: [`${peer.name} ${number}${MARK}`], author: peer, seconds, begunMs: new Map() }
    this.#said.push(said)
    peer.request({ kind: 'send', group, text: said.texts[0] ?? '', lifetimeSeconds: seconds }, (reply) => {
      if (!reply.ok || !isEdited || reply.value.message === undefined) return
      said.texts.push(`${peer.name} ${number}, otherwise${MARK}`)
      peer.request({ kind: 'editMessage', group, message: reply.value.message, text: said.texts[1] ?? '' })
    })
  }

  /** A person has seen what was there: the time of that has begun, but of what it said itself. */
  see(peer: SimulatedPeer, group: string): void {
    const there = textsOf(peer, group)
    peer.request({ kind: 'markRead', group }, (reply) => {
      if (!reply.ok) return
      for (const said of this.#said)
        if (said.author !== peer && there.has(said.texts[0] ?? '') && !said.begunMs.has(peer)) said.begunMs.set(peer, this.#nowMs())
    })
  }

  /** An author's time begins when its device shows the message as sent. */
  committed(peer: SimulatedPeer, { histories }: Writes): void {
    for (const { history, value } of histories) {
      const record = history.startsWith('messages/') && value !== null ? decode(messageRecord, value) : undefined
      if (record?.own !== true || record.body.kind !== 'text' || (record.state !== 'sent' && record.state !== 'delivered')) continue
      const { text } = record.body
      const said = isVanishing(text) ? this.#said.find(({ texts }) => texts[0] === text) : undefined
      if (said !== undefined && !said.begunMs.has(peer)) said.begunMs.set(peer, this.#nowMs())
    }
  }

  /** `steady`: peers with an unchanged program whose disks lost nothing, and whose clocks went back or ahead by this much. */
  check(steady: readonly SimulatedPeer[], wrongMs: (peer: SimulatedPeer) => number): void {
    for (const peer of steady) {
      const due = this.#said.filter(({ begunMs, seconds }) => {
        const begun = begunMs.get(peer)
        return begun !== undefined && begun + seconds * 1_000 + SLACK_MS + wrongMs(peer) < this.#nowMs()
      })
      if (due.length === 0 || !peer.alive) continue
      const all = Buffer.concat(everythingOf(peer))
      // With its length, so that no text is found in a longer one.
      for (const text of due.flatMap(({ texts }) => texts))
        if (all.includes(Buffer.from(encode(textCodec(LIMITS.textBytes), text)))) this.#violate(`I49: ${peer.name} keeps “${text}” beyond its time`)
    }
  }

  /** How many have been said, and how many ends of them were looked at. */
  counts(): { readonly said: number; readonly begun: number } {
    return { said: this.#said.length, begun: this.#said.reduce((sum, { begunMs }) => sum + begunMs.size, 0) }
  }
}

function textsOf(peer: SimulatedPeer, group: string): ReadonlySet<string> {
  return new Set(
    peer.readHistory(`messages/${group}`).flatMap(({ value }) => {
      const record = decode(messageRecord, value)
      return record?.body.kind === 'text' ? [record.body.text] : []
    }),
  )
}

/** All that is on a peer's disk, but reports: what was passed on to admins is another's word. */
function everythingOf(peer: SimulatedPeer): readonly Uint8Array[] {
  const groups = peer.view().groups.map(({ id }) => id)
  const records = groups.flatMap((group) => ['messages', 'edits', 'own'].flatMap((name) => peer.readHistory(`${name}/${group}`).map(({ value }) => value)))
  return [...peer.diskRows().values(), ...records.filter((value) => decode(messageRecord, value)?.body.kind !== 'reported')]
}
