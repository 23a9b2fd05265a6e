/** Whether a direct connection goes through a TURN server: what its selected pair of candidates says (W3C WebRTC statistics). */
import type { Connection } from '@libp2p/interface'

interface PeerConnection {
  readonly getStats: () => Promise<ReadonlyMap<string, unknown>>
}

/** undefined: nothing is known. Never rejects. */
export async function goesThroughTurn(connection: Connection): Promise<boolean | undefined> {
  // libp2p shows nowhere else what a connection is made of.
  const { maConn } = connection as { readonly maConn?: { readonly peerConnection?: PeerConnection } }
  try {
    return isRelayed((await maConn?.peerConnection?.getStats()) ?? new Map())
  } catch {
    return undefined
  }
}

interface Statistic {
  readonly type?: string
  readonly selectedCandidatePairId?: string
  readonly localCandidateId?: string
  readonly remoteCandidateId?: string
  readonly candidateType?: string
}

/** Of an `RTCStatsReport`: the transport names the pair, and that its candidates. Firefox has no transport there and marks the pair. */
export function isRelayed(statistics: ReadonlyMap<string, unknown>): boolean | undefined {
  const all = [...statistics.values()] as readonly (Statistic & { readonly selected?: boolean })[]
  const id = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId
  const pair =
    id === undefined ? all.find(({ type, selected }) => type === 'candidate-pair' && selected === true) : (statistics.get(id) as Statistic | undefined)
  if (pair === undefined) return undefined
  return [pair.localCandidateId, pair.remoteCandidateId].some(
    (candidate) => candidate !== undefined && (statistics.get(candidate) as Statistic | undefined)?.candidateType === 'relay',
  )
}
