export { type ConnectionDescription, createLibp2pNetwork, type Libp2pNetwork, type Libp2pNetworkOptions } from './network.ts'
export { DEFAULT_TIMING, type NetworkTiming } from './timing.ts'
