/**
 * Events that wait to be folded. Requests (of a person, or of a program in their name) and all other events take turns. A
 * caller with a thousand requests at once still gets what arrives meanwhile, which its later requests may depend on.
 */
import type { Event } from '@sotto/core'

export interface Queued {
  readonly event: Event
  readonly atMs: number
}

export class EventQueue {
  #requests: Event[] = []
  #others: Event[] = []
  #isRequestsTurn = false

  get length(): number {
    return this.#requests.length + this.#others.length
  }

  put(event: Event): void {
    const list = event.kind === 'requested' ? this.#requests : this.#others
    list.push(event)
  }

  clear(): void {
    this.#requests = []
    this.#others = []
  }

  /**
   * Takes the next event out on demand; `stopping` is always last. An event is dated by the time at which it is folded:
   * one that waited longer is not older than the others, or time would go back.
   */
  *taken(nowMs: () => number): Generator<Queued> {
    let requests = 0
    let others = 0
    try {
      for (;;) {
        const other = this.#others[others]
        const request = this.#requests[requests]
        const isRequest = request !== undefined && (other === undefined || this.#isRequestsTurn || other.kind === 'stopping')
        const next = isRequest ? request : other
        if (next === undefined) return
        if (isRequest) requests++
        else others++
        this.#isRequestsTurn = !isRequest
        yield { event: next, atMs: nowMs() }
      }
    } finally {
      this.#requests = this.#requests.slice(requests)
      this.#others = this.#others.slice(others)
    }
  }
}
