export { type Relay, type RelayOptions, startRelay } from './relay.ts'
export { MAILBOX_PROTOCOL, type OnFrame } from './mailbox-streams.ts'
export { RELAY_LIMITS, type RelayLimits } from './relay-limits.ts'
