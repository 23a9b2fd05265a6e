/** What a relay prints for the person who has just started it in a terminal. */
import { encodeQR } from 'qr'
import type { Invite } from './admit.ts'
import type { Relay } from './relay.ts'
import { BLIND, SEES } from './what-it-sees.ts'

/** @param isOpen whether everybody may use it */
export function greeting(relay: Relay, isOpen: boolean): string {
  const [first] = relay.addresses
  return [
    isOpen
      ? 'This relay is up. Its address, to put into Sotto’s settings or an invite:'
      : 'This relay is up. Only who has an invite of yours can use it (npm run relay -- admit). Its address without one:',
    '',
    ...relay.addresses.map((address) => `  ${address}`),
    '',
    ...(first === undefined || !isOpen ? [] : [encodeQR(first, 'ascii', { ecc: 'low' })]),
    `It sees: ${SEES}`,
    `It cannot see: ${BLIND}`,
    '',
    `Its page: ${relay.http}/    Health: ${relay.http}/healthz    Stop: Ctrl-C`,
    '',
  ].join('\n')
}

/** The same for one who has just made an invite. @param devices how many it lets in at once */
export function invited({ addresses, number, untilMs }: Invite, devices: number): string {
  const [first] = addresses
  return [
    'An invite to this relay, to put into Sotto’s settings. Sotto passes it on with the invites to groups there:',
    '',
    ...addresses.map((address) => `  ${address}`),
    '',
    ...(first === undefined ? [] : [encodeQR(first, 'ascii', { ecc: 'low' })]),
    `Devices come in by it until ${new Date(untilMs).toISOString().slice(0, 10)}, ${devices} at a time; those that did go on.`,
    `To take it back, with all who came by it: --revoke ${number}`,
    '',
  ].join('\n')
}
