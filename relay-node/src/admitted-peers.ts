/** Which peers may use circuits at a relay that is not open to everybody: those with a mailbox stream that it admitted. */

export interface AdmittedPeers {
  readonly add: (peer: string, stream: number) => void
  readonly remove: (peer: string, stream: number) => void
  /** Waits a while for one that has just connected: its stream and its reservation begin at the same time. */
  readonly isAdmitted: (peer: string) => Promise<boolean>
}

/** @param waitMs how long to wait for a peer's token */
export function createAdmittedPeers(waitMs: number): AdmittedPeers {
  const streams = new Map<string, Set<number>>()
  const waiting = new Map<string, Set<() => void>>()

  return {
    add: (peer, stream) => {
      streams.set(peer, (streams.get(peer) ?? new Set()).add(stream))
      for (const tell of waiting.get(peer) ?? []) tell()
    },
    remove: (peer, stream) => {
      const left = streams.get(peer)
      left?.delete(stream)
      if (left?.size === 0) streams.delete(peer)
    },
    isAdmitted: async (peer) => {
      if (streams.has(peer)) return true
      const own = waiting.get(peer) ?? new Set()
      waiting.set(peer, own)
      await new Promise<void>((resolve) => {
        const over = setTimeout(end, waitMs)
        function end(): void {
          clearTimeout(over)
          own.delete(end)
          if (own.size === 0) waiting.delete(peer)
          resolve()
        }
        own.add(end)
      })
      return streams.has(peer)
    },
  }
}
