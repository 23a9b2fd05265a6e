/** Work in the order of asking, for each name by itself; works of one kind that follow each other go together. */

/** `kind` null: by itself. Rejects with what the work does. */
export type Turns = <T>(name: string, kind: string | null, work: () => Promise<T>) => Promise<T>

interface Tail {
  readonly kind: string | null
  /** When works of this kind may begin; null: at once. */
  readonly ready: Promise<unknown> | null
  /** Works that have not ended, and when all have: what comes behind them may begin. */
  underway: number
  readonly done: PromiseWithResolvers<void>
}

export function createTurns(): Turns {
  const tails = new Map<string, Tail>()
  return <T>(name: string, kind: string | null, work: () => Promise<T>): Promise<T> => {
    const before = tails.get(name)
    const isTogether = before !== undefined && kind !== null && before.kind === kind
    const tail = isTogether ? before : { kind, ready: before?.done.promise ?? null, underway: 0, done: Promise.withResolvers<void>() }
    tails.set(name, tail)
    tail.underway++
    const result = tail.ready === null ? work() : tail.ready.then(work)
    const ended = (): void => {
      if (--tail.underway > 0) return
      if (tails.get(name) === tail) tails.delete(name)
      tail.done.resolve()
    }
    result.then(ended, ended)
    return result
  }
}
