/** Requests that must not overlap: a second one waits for the first. */
import type { EngineReply } from '@sotto/core'

/** `failed`: the answer to one that threw. The next is not kept from its turn. */
export function oneAfterAnother(failed: (fault: unknown) => EngineReply): (act: () => Promise<EngineReply>) => Promise<EngineReply> {
  let last: Promise<unknown> = Promise.resolve()
  return (act) => {
    const turn = last.then(act).catch(failed)
    last = turn
    return turn
  }
}
