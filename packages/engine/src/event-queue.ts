/**
 * What waits to be folded. What a person, or a program in their name, asks for and what the world says take turns: whoever
 * asks for a thousand things at once still hears what comes meanwhile, which the later ones may depend on.
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
   * Takes what is next out as it is asked for; `stopping` is the last of all. It is dated by the time at which it is folded:
   * what waited longer than others is no older than they are, or time would go back.
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
