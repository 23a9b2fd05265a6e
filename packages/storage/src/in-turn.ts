/** Calls one after another, in the order in which they are made. One that fails keeps none of the next from its turn. */
export function inTurn(): <T>(call: () => T | Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (call) => {
    const turn = last.then(call)
    last = turn.catch(() => undefined)
    return turn
  }
}
