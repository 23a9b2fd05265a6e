/** A relay's address that a person gave, tried before it is kept. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { TriedRelay } from '@sotto/engine/api'
import type { Answer } from './answer.ts'

/** Where it stands. `for`: the address as it was written. */
export type Trial =
  | { readonly kind: 'none' }
  | { readonly kind: 'running' }
  | { readonly kind: 'refused'; readonly for: string; readonly sentence: string }
  | { readonly kind: 'done'; readonly for: string; readonly tried: TriedRelay }

export interface RelayTrial {
  readonly state: ReadonlySignal<Trial>
  readonly tryIt: (address: string) => Promise<void>
  /**
   * Whether an address may be kept now: it was reached, or the person was told that it was not and goes on all the same. Tries it if it
   * was not tried yet.
   */
  readonly mayKeep: (address: string) => Promise<boolean>
  /** The person changed the address: what was said is of another. */
  readonly forget: () => void
}

export function relayTrial(ask: (address: string) => Promise<Answer>): RelayTrial {
  const state = signal<Trial>({ kind: 'none' })
  let turn = 0
  const tryIt = async (address: string): Promise<void> => {
    const own = ++turn
    state.value = { kind: 'running' }
    const answer = await ask(address)
    if (own !== turn) return
    const tried = answer.ok ? answer.value.tried : undefined
    state.value =
      tried !== undefined ? { kind: 'done', for: address, tried } : answer.ok ? { kind: 'none' } : { kind: 'refused', for: address, sentence: answer.sentence }
  }
  return {
    state,
    tryIt,
    mayKeep: async (address) => {
      const before = state.peek()
      if (before.kind === 'running') return false
      if (before.kind === 'done' && before.for === address) return true
      await tryIt(address)
      const after = state.peek()
      return after.kind === 'done' && after.tried.result === 'reached'
    },
    forget: () => {
      turn++
      state.value = { kind: 'none' }
    },
  }
}
