/** What a balancer says first of a connection: the relay's reader of it is fed with headers, right and damaged. */
import { isIP } from 'node:net'
import { utf8 } from '@sotto/wire'
import { MOST_HEADER_BYTES, readProxyHeader } from '../../relay-node/src/proxy-header.ts'
import { damaged, seededRandom } from './invented-encoding.ts'

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]

function inventHeader(random: () => number): Uint8Array {
  const below = (limit: number): number => Math.floor(random() * limit)
  const bytes = (count: number): readonly number[] => Array.from({ length: count }, () => below(256))
  if (random() < 0.5) {
    const ip4 = (): string => bytes(4).join('.')
    const ip6 = (): string => Array.from({ length: 8 }, () => below(65_536).toString(16)).join(':')
    const [family, address] = random() < 0.5 ? ['TCP4', ip4] : ['TCP6', ip6]
    return utf8(random() < 0.1 ? 'PROXY UNKNOWN\r\n' : `PROXY ${family} ${address()} ${address()} ${below(65_536)} ${below(65_536)}\r\n`)
  }
  const family = below(4)
  const following = [0, 12, 36, 216][family] ?? 0
  const extension = random() < 0.3 ? bytes(below(40)) : []
  const length = following + extension.length
  return Uint8Array.from([...SIGNATURE, 0x20 + below(2), family * 16 + below(3), length >> 8, length & 255, ...bytes(following), ...extension])
}

/** The reader is total, ends by itself, says the same of a header whatever follows it, and nothing of it before all of it is there. */
export const proxyHeader = {
  name: 'PROXY header',
  input: (seed: number): Uint8Array => {
    const random = seededRandom(seed)
    let made = inventHeader(random)
    while (random() < 0.5) made = damaged(made, random)
    return made
  },
  feed: (input: Uint8Array): number => {
    const read = readProxyHeader(input)
    if (read.kind === 'incomplete' && input.length >= MOST_HEADER_BYTES) throw new Error('it waits for more than a header has')
    if (read.kind !== 'header') return 0
    if (read.lengthBytes > input.length || read.lengthBytes > MOST_HEADER_BYTES) throw new Error('a header is longer than it is')
    if (read.client !== null && isIP(read.client) === 0) throw new Error('a client is at no address')
    const longer = readProxyHeader(Uint8Array.from([...input.subarray(0, read.lengthBytes), 0x47, 0x45, 0x54]))
    if (JSON.stringify(longer) !== JSON.stringify(read)) throw new Error('what follows a header changes it')
    for (let length = 0; length < read.lengthBytes; length++) {
      if (readProxyHeader(input.subarray(0, length)).kind !== 'incomplete') throw new Error('a part of a header was read')
    }
    return 1
  },
}
