/**
 * I43: what a person chose for a conversation in its list outlasts whatever happens to its device, and choosing sends nothing.
 */
import type { EngineRequest } from '@sotto/core'
import { CONVERSATION_CHOICES, GROUP, Transaction } from '@sotto/core/inside'
import type { Writes } from '@sotto/engine'
import type { ListChoice } from './people-events.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

interface Chosen {
  readonly isPinned: boolean
  readonly isMuted: boolean
  /** A message of another brings back what was archived, unless it is muted. */
  readonly isArchived: boolean
  readonly isMarkedUnread: boolean
}

/** What a person chose; what is absent is not known for sure. */
type Known = Partial<Chosen>

const CHOICES: { readonly [C in ListChoice]: readonly [ask: (group: string) => EngineRequest, means: Known] } = {
  pin: [(group) => ({ kind: 'setPinned', group, isPinned: true }), { isPinned: true }],
  unpin: [(group) => ({ kind: 'setPinned', group, isPinned: false }), { isPinned: false }],
  mute: [(group) => ({ kind: 'mute', group, minutes: null }), { isMuted: true }],
  unmute: [(group) => ({ kind: 'mute', group, minutes: 0 }), { isMuted: false }],
  archive: [(group) => ({ kind: 'setArchived', group, isArchived: true }), { isArchived: true }],
  unarchive: [(group) => ({ kind: 'setArchived', group, isArchived: false }), { isArchived: false }],
  markUnread: [(group) => ({ kind: 'markUnread', group }), { isMarkedUnread: true }],
}

export class ListChoices {
  readonly #known = new Map<SimulatedPeer, Map<string, Known>>()
  readonly #violate: (what: string) => void

  constructor(violate: (what: string) => void) {
    this.#violate = violate
  }

  choose(peer: SimulatedPeer, group: string, what: ListChoice): void {
    const [ask, means] = CHOICES[what]
    const request = ask(group)
    for (const each of peer.sentAtOnce(request)) this.#violate(`I43: ${peer.name} chooses to ${what}, and sends ${each}`)
    // Whether it counts is not known before the answer: the device may die on the way.
    const unknown = Object.fromEntries(Object.keys(means).map((name) => [name, undefined]))
    this.#note(peer, group, unknown)
    peer.request(request, (reply) => {
      if (!reply.ok) return
      this.#note(peer, group, means)
      // It may have been brought back before it was muted.
      if (what === 'archive' && this.#of(peer, group).isMuted !== true) this.#note(peer, group, { isArchived: undefined })
    })
    if (what === 'unmute' && this.#of(peer, group).isArchived === true) this.#note(peer, group, { isArchived: undefined })
  }

  /** A person who reads a conversation needs no reminder of it. */
  read(peer: SimulatedPeer, group: string): void {
    this.#note(peer, group, { isMarkedUnread: undefined })
  }

  #of = (peer: SimulatedPeer, group: string): Known => this.#known.get(peer)?.get(group) ?? {}

  #note(peer: SimulatedPeer, group: string, what: { readonly [N in keyof Chosen]?: Chosen[N] | undefined }): void {
    const known = this.#known.get(peer) ?? new Map<string, Known>()
    this.#known.set(peer, known)
    known.set(group, Object.fromEntries(Object.entries({ ...this.#of(peer, group), ...what }).filter(([, value]) => value !== undefined)))
  }

  /** A group that is forgotten takes what was chosen with it. */
  committed(peer: SimulatedPeer, { rows }: Writes): void {
    const known = this.#known.get(peer)
    if (known === undefined) return
    for (const { key, value } of rows) if (value === null && key.startsWith(`${GROUP.name}/`)) known.delete(key.slice(GROUP.name.length + 1))
  }

  /** `steady`: peers whose disks lost nothing. */
  check(steady: readonly SimulatedPeer[]): void {
    for (const peer of steady) {
      for (const [group, known] of this.#known.get(peer) ?? []) {
        const row = new Transaction(peer.state).get(CONVERSATION_CHOICES, group)
        const now: Chosen = {
          isPinned: row !== undefined && row.pinned !== null,
          isMuted: row !== undefined && row.mutedUntilMs !== null,
          isArchived: row?.isArchived === true,
          isMarkedUnread: row?.isMarkedUnread === true,
        }
        for (const name of Object.keys(known) as (keyof Chosen)[])
          if (known[name] !== now[name]) this.#violate(`I43: ${peer.name} chose ${name} to be ${known[name]}, and it is ${now[name]}`)
      }
    }
  }
}
