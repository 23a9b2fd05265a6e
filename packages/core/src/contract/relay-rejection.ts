/** The codes that tell pages why a relay address was rejected. */
import { readRelayAddress, type RelayAddressRejection } from '@sotto/wire'
import type { Rejection, RejectionCode } from './pages.ts'

const CODES = {
  notAnAddress: 'relayAddressInvalid',
  tooLong: 'relayAddressTooLong',
  hostImpossible: 'relayHostImpossible',
  portMissing: 'relayPortMissing',
  portImpossible: 'relayPortImpossible',
  notWebSocket: 'relayNotForBrowsers',
  hasPath: 'relayHasPath',
  peerImpossible: 'relayPeerImpossible',
} as const satisfies { readonly [C in RelayAddressRejection['code']]: RejectionCode }

export const relayRejection = ({ code, ...numbers }: RelayAddressRejection): Rejection => ({ code: CODES[code], numbers })

/** Reads a relay address that is passed on to others, so it has to name the relay's peer id. */
export function readNamedRelay(pasted: string): string | Rejection {
  const read = readRelayAddress(pasted)
  if ('code' in read) return relayRejection(read)
  return read.peer === null ? { code: 'relayPeerMissing', numbers: {} } : read.address
}
