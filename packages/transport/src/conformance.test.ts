/** The contract of the network port, tested on libp2p nodes over a real relay and real WebRTC. */
import { NETWORK_CASES } from '@sotto/engine/conformance'
import { test } from 'vitest'
import { createLibp2pNetwork } from './network.ts'
import { startTinyRelay } from './testing/tiny-relay.ts'

test.each(NETWORK_CASES)('$name', async ({ run }) => {
  const relay = await startTinyRelay()
  try {
    await run({ relay: relay.address, create: () => createLibp2pNetwork() })
  } finally {
    await relay.stop()
  }
})
