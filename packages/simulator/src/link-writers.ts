/**
 * I46: what is written by a contact link waits with the link's person as a request, one of each who asks, until it is accepted; and then
 * it is in their conversation. (What was said is with nobody else: I40.)
 */
import { DIRECT_CHAT, Transaction } from '@sotto/core/inside'
import type { BlockedPeople } from './blocked-people.ts'
import { type SaidAlone, shownAlone } from './direct-chats.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

/** What is written by links, and answered. */
export class LinkWriters {
  readonly #written: SaidAlone[] = []
  /** Whose link led nowhere from some time on. */
  readonly #replaced = new Set<SimulatedPeer>()
  /** Accounts that a person accepted, or refused. */
  readonly #accepted = new Map<SimulatedPeer, Set<string>>()
  readonly #refused = new Map<SimulatedPeer, Set<string>>()
  readonly #blocked: BlockedPeople
  readonly #violate: (what: string) => void

  constructor(blocked: BlockedPeople, violate: (what: string) => void) {
    this.#blocked = blocked
    this.#violate = violate
  }

  /** One writes by the link that the other shows. Both are up. */
  write(said: SaidAlone, done: (said: SaidAlone) => void): void {
    const { by, to, text } = said
    to.request({ kind: 'contactLink', what: 'show' }, (shown) => {
      if (!shown.ok || shown.value.contactLink === undefined) return
      by.request({ kind: 'writeByLink', link: `Write to me: ${shown.value.contactLink}` }, (begun) => {
        if (!begun.ok || begun.value.group === undefined) return
        by.request({ kind: 'send', group: begun.value.group, text }, (sent) => {
          if (!sent.ok) return
          this.#written.push(said)
          done(said)
        })
      })
    })
  }

  /** Nothing where nobody asks. */
  answer(peer: SimulatedPeer, which: number, isAccepted: boolean): void {
    const asking = peer.view().requests[which]
    if (asking === undefined) return
    const keep = (kept: Map<SimulatedPeer, Set<string>>): unknown => kept.set(peer, (kept.get(peer) ?? new Set()).add(asking.account))
    const what = { kind: 'answerContactRequest', account: asking.account, answer: isAccepted ? 'accept' : 'block' } as const
    // A device that dies before it answered accepted nothing.
    if (isAccepted) return peer.request(what, (reply) => reply.ok && keep(this.#accepted))
    keep(this.#refused)
    this.#blocked.decide(peer, asking.account, true, what)
  }

  replace(peer: SimulatedPeer): void {
    this.#replaced.add(peer)
    peer.request({ kind: 'contactLink', what: 'replace' })
  }

  /** Whether a person refused another. */
  hasRefused = (peer: SimulatedPeer, account: string): boolean => this.#refused.get(peer)?.has(account) === true

  /** `isDue`: of two whose disks lost nothing and who were told truly, at relays that kept what they took. */
  check(isDue: (by: SimulatedPeer, to: SimulatedPeer) => boolean): void {
    for (const peer of new Set(this.#written.map(({ to }) => to))) {
      const asking = peer.view().requests.map(({ account }) => account)
      if (new Set(asking).size < asking.length) this.#violate(`I46: ${peer.name} is asked twice by one person`)
      const talking = new Set(peer.view().groups.flatMap(({ direct }) => direct?.account ?? []))
      // One that is blocked, in whatever way, stays among them, so that it can be taken back, also where its person is written to all the same.
      for (const account of asking)
        if (talking.has(account) && !this.hasRefused(peer, account) && !this.#blocked.hasBlocked(peer, account))
          this.#violate(`I46: ${peer.name} is asked by one with whom it talks already`)
    }
    for (const { by, to, text } of this.#written) {
      const account = by.view().self?.account ?? ''
      if (this.#replaced.has(to) || this.hasRefused(to, account) || !isDue(by, to)) continue
      const isShown = shownAlone(to).some((each) => each.text === text)
      const isAsking = to.view().requests.some((each) => each.account === account)
      if (this.#accepted.get(to)?.has(account) === true ? !isShown : !isShown && !isAsking)
        this.#violate(`I46: “${text}”, written by a link, is not with ${to.name} (${new Transaction(to.state).scan(DIRECT_CHAT).length} conversations)`)
    }
  }
}
