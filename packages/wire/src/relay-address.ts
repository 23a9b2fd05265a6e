/** What the address of a relay looks like: the one rule for all who name one, a person as well as a member's operation. */
import { utf8 } from './bytes.ts'
import { LIMITS } from './limits.ts'
import { splitAdmission } from './relay-admission.ts'

/** A WebSocket multiaddr that ends in the relay's peer id. What admits to the relay may follow it. */
const RELAY_ADDRESS = /^\/(ip4|ip6|dns|dns4|dns6)\/[^/\s]+\/tcp\/\d{1,5}(\/tls(\/sni\/[^/\s]+)?)?\/wss?(\/http-path\/[^/\s]+)?\/p2p\/[A-Za-z0-9]{40,64}$/

export const isRelayAddress = (address: string): boolean =>
  utf8(address).length <= LIMITS.relayAddressBytes && RELAY_ADDRESS.test(splitAdmission(address).address)

/** What a group's relays may be: at least one, each named once, and no more than fit an address. */
export const areRelaysOfGroup = (relays: readonly string[]): boolean =>
  relays.length > 0 && relays.length <= LIMITS.relays && new Set(relays).size === relays.length && relays.every(isRelayAddress)
