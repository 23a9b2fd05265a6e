/** Invites to a relay that is not open to everybody: addresses with a token (PROTOCOL §8.80). */
import { randomInt } from 'node:crypto'
import type { PrivateKey } from '@libp2p/interface'
import { loadPrimitives, type Primitives } from '@sotto/crypto/primitives'
import { admissionDay, makeAdmissionToken } from '@sotto/mailbox'
import { L, peerIdOfKey, withAdmission } from '@sotto/wire'
import { makeFolder } from './data-folder.ts'
import { loadPeerKey } from './peer-key.ts'

/** The key of a relay's tokens. It follows from the relay's own, so that all its processes have it, and moving the folder keeps all invites. */
export const admissionKeyOf = (primitives: Primitives, privateKey: PrivateKey): Uint8Array =>
  primitives.hkdfSha256(privateKey.raw, new Uint8Array(32), L('relay admission key'), 32)

export interface Invite {
  /** The relay's addresses, each with the token. */
  readonly addresses: readonly string[]
  /** By which it can be revoked: eight hexadecimal digits. */
  readonly number: string
  /** The first day on which nobody comes in by it any more, in UTC. */
  readonly untilMs: number
}

const NUMBERS = 2 ** 32
const DAY_MS = 24 * 60 * 60_000

/**
 * Makes an invite, beside a relay that runs or before its first start.
 *
 * @param addresses multiaddrs by which the relay is reached, without its peer id
 * @param devices how many may be connected at once by it
 */
export async function makeInvite(
  { data, addresses, devices, days }: { readonly data: string; readonly addresses: readonly string[]; readonly devices: number; readonly days: number },
  nowMs: number,
): Promise<Invite> {
  await makeFolder(data)
  const privateKey = await loadPeerKey(data)
  const primitives = await loadPrimitives()
  const number = randomInt(NUMBERS)
  const expiresDay = admissionDay(nowMs) + days
  const token = makeAdmissionToken(primitives, admissionKeyOf(primitives, privateKey), { number, devices, expiresDay })
  const peer = peerIdOfKey(privateKey.publicKey.raw)
  const whole = (address: string): string => (address.includes('/p2p/') ? address : `${address}/p2p/${peer}`)
  return {
    addresses: addresses.map((address) => withAdmission(whole(address), token)),
    number: number.toString(16).padStart(8, '0'),
    untilMs: expiresDay * DAY_MS,
  }
}
