/** Why a relay's address was not taken, as pages are told. */
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

/** An address that is passed on to others: it has to say who answers there. */
export function readNamedRelay(pasted: string): string | Rejection {
  const read = readRelayAddress(pasted)
  if ('code' in read) return relayRejection(read)
  return read.peer === null ? { code: 'relayPeerMissing', numbers: {} } : read.address
}
