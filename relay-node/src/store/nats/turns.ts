/** Work in the order of asking, for each name by itself; works of one kind that follow each other go together. */

/** `kind` null: by itself. Rejects with what the work does. */
export type Turns = <T>(name: string, kind: string | null, work: () => Promise<T>) => Promise<T>

interface Tail {
  readonly kind: string | null
  /** When works of this kind may begin; null: at once. */
  readonly ready: Promise<unknown> | null
  /** When what comes behind them may. */
  readonly done: Promise<unknown>
}

export function createTurns(): Turns {
  const tails = new Map<string, Tail>()
  return <T>(name: string, kind: string | null, work: () => Promise<T>): Promise<T> => {
    const before = tails.get(name)
    const isTogether = before !== undefined && kind !== null && before.kind === kind
    const ready = before === undefined ? null : isTogether ? before.ready : before.done
    const result = ready === null ? work() : ready.then(work)
    const tail: Tail = { kind, ready, done: Promise.allSettled(isTogether ? [before.done, result] : [result]) }
    tails.set(name, tail)
    void tail.done.then(() => {
      if (tails.get(name) === tail) tails.delete(name)
    })
    return result
  }
}
