/** A relay of one test, in this process, on any free ports of loopback. */
import { type Relay, type RelayOptions, startRelay } from '../relay.ts'
import { endLater, newFolder } from './left-behind.ts'

/** Ends with the test, and its folder too, unless `options` name another. */
export async function startTestRelay(options: Partial<RelayOptions> = {}): Promise<Relay> {
  const relay = await startRelay({ data: options.data ?? newFolder(), host: '127.0.0.1', port: 0, httpPort: 0, ...options })
  endLater(() => relay.stop())
  return relay
}
