/** What a relay prints for the person who has just started it in a terminal. */
import { encodeQR } from 'qr'
import type { Relay } from './relay.ts'

export function greeting(relay: Relay): string {
  const [first] = relay.addresses
  return [
    'This relay is up. Its address, to put into Sotto’s settings or an invite:',
    '',
    ...relay.addresses.map((address) => `  ${address}`),
    '',
    ...(first === undefined ? [] : [encodeQR(first, 'ascii', { ecc: 'low' })]),
    'It sees: the addresses and throw-away peer ids of who connects, when, how large (in steps), and which unnamed',
    'mailboxes a connection opens, so roughly who is in a group with whom, by pseudonym.',
    'It cannot see: what is written, names, groups’ titles, accounts, devices, or any key that opens a message.',
    '',
    `Health: ${relay.http}/healthz    Stop: Ctrl-C`,
    '',
  ].join('\n')
}
