/** What a relay prints for the person who has just started it in a terminal. */
import { encodeQR } from 'qr'
import type { Relay } from './relay.ts'
import { BLIND, SEES } from './what-it-sees.ts'

export function greeting(relay: Relay): string {
  const [first] = relay.addresses
  return [
    'This relay is up. Its address, to put into Sotto’s settings or an invite:',
    '',
    ...relay.addresses.map((address) => `  ${address}`),
    '',
    ...(first === undefined ? [] : [encodeQR(first, 'ascii', { ecc: 'low' })]),
    `It sees: ${SEES}`,
    `It cannot see: ${BLIND}`,
    '',
    `Its page: ${relay.http}/    Health: ${relay.http}/healthz    Stop: Ctrl-C`,
    '',
  ].join('\n')
}
