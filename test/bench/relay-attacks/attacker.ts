/** One attack, in a thread of its own: what the attackers compute does not make honest people wait. It ends with its thread. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadPrimitives } from '@sotto/crypto/primitives'
import type { MailboxCredentials } from '@sotto/mailbox'
import { ATTACKS, type AttackName } from './attacks.ts'

const { name, relay, group } = workerData as { readonly name: AttackName; readonly relay: string; readonly group: MailboxCredentials }
// A relay that hangs up is no fault of an attacker's.
process.on('uncaughtException', () => {})
process.on('unhandledRejection', () => {})
parentPort?.on('message', () => {})
await ATTACKS[name]({ relay, group, primitives: await loadPrimitives() })
