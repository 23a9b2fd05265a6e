import { afterEach, expect, test } from 'vitest'
import { endAll, endLater, newFolder } from './testing/left-behind.ts'
import { onAnyPort, startRelayProcess } from './testing/relay-process.ts'

afterEach(endAll)

/** A network of the test's own, in which loopback has more addresses. */
const withAddresses = (...addresses: readonly string[]): readonly string[] => [
  'unshare',
  ...(process.getuid?.() === 0 ? [] : ['--map-root-user']),
  '--net',
  'sh',
  '-c',
  `ip link set lo up; ${addresses.map((address) => `ip addr add ${address} dev lo; `).join('')}exec "$@"`,
  'sh',
]

test.runIf(process.platform === 'linux')('it names the public addresses that it listens on', async () => {
  const within = withAddresses('9.9.9.9/32', '2620:fe::9/128')
  const namedOn = async (host: string): Promise<readonly string[]> => {
    const relay = await startRelayProcess({ words: [...onAnyPort(newFolder()), '--host', host], within })
    endLater(() => relay.end())
    return (relay.listening?.addresses ?? []).map((address) => address.replace(/tcp\/\d+/, 'tcp/N').replace(relay.listening?.peerId ?? '', 'ID'))
  }
  const [one, other, all] = await Promise.all(['9.9.9.9', '2620:fe::9', '0.0.0.0'].map(namedOn))
  expect([one, other]).toEqual([['/ip4/9.9.9.9/tcp/N/ws/p2p/ID'], ['/ip6/2620:fe::9/tcp/N/ws/p2p/ID']])
  expect(all).toEqual(['/ip4/127.0.0.1/tcp/N/ws/p2p/ID', '/ip4/9.9.9.9/tcp/N/ws/p2p/ID'])
})
