/**
 * One attack, in a process of its own with the lowest priority: what the attackers compute takes no processor time that honest people or
 * the relay want. It ends with its process.
 */
import { constants, setPriority } from 'node:os'
import { loadPrimitives } from '@sotto/crypto/primitives'
import type { MailboxCredentials } from '@sotto/mailbox'
import { ATTACKS, type AttackName } from './attacks.ts'

export interface Orders {
  readonly name: AttackName
  readonly relay: string
  /** A group of honest people that an attacker is in too. */
  readonly group: MailboxCredentials
}

setPriority(constants.priority.PRIORITY_LOW)
// A relay that hangs up is no fault of an attacker's.
process.on('uncaughtException', () => {})
process.on('unhandledRejection', () => {})
process.once('message', (orders) => {
  const { name, relay, group } = orders as Orders
  void loadPrimitives().then((primitives) => ATTACKS[name]({ relay, group, primitives }))
})
