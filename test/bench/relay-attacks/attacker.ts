/**
 * One attack, in a process of its own with the lowest priority: what the attackers compute takes no processor time that honest people or
 * the relay want. It ends with its process.
 */
import { constants, setPriority } from 'node:os'
import { loadPrimitives } from '@sotto/crypto/primitives'
import type { MailboxCredentials } from '@sotto/mailbox'
import { ATTACKS, type AttackName, actsSoFar } from './attacks.ts'

export interface Orders {
  readonly name: AttackName
  readonly relay: string
  /** A group of honest people that an attacker is in too. */
  readonly group: MailboxCredentials
  readonly clockFile: string
}

/** What it says from time to time. */
export interface Done {
  readonly acts: number
}

const SAYS_MS = 100

setPriority(constants.priority.PRIORITY_LOW)
// A relay that hangs up is no fault of an attacker's.
process.on('uncaughtException', () => {})
process.on('unhandledRejection', () => {})
process.once('message', (orders) => {
  const { name, ...target } = orders as Orders
  setInterval(() => process.send?.({ acts: actsSoFar() } satisfies Done), SAYS_MS)
  void loadPrimitives().then((primitives) => ATTACKS[name]({ ...target, primitives }))
})
