/**
 * Who may use a relay that is not open to everybody: those who show a token that its operator made (PROTOCOL §8.80). No list of people or
 * tokens is kept: the relay knows its own by their tag. In memory only: which tokens are in use by peers that are connected.
 */
import { type AdmissionToken, LIMITS, type MailboxRequest, admissionTagInput, type TurnAccess, admissionTokenOf, isKnownAdmission } from '@sotto/wire'
import type { Primitives } from '@sotto/crypto/primitives'
import type { Connection } from './connections.ts'
import type { OwnDesk } from './create-desk.ts'

/** How a relay that is not open to everybody knows its tokens. */
export interface AdmissionRule {
  /** 32 bytes, secret: tokens are made with it. */
  readonly key: Uint8Array
  /** Numbers of tokens that admit nobody any more. */
  readonly revoked: ReadonlySet<number>
}

export interface Admissions {
  /** HELLO says so: no token is asked for. */
  readonly isOpen: boolean
  readonly isAdmitted: (connection: Connection) => boolean
  readonly admit: (connection: Connection, request: Extract<MailboxRequest, { readonly kind: 'admit' }>, nowMs: number) => void
  readonly forget: (connection: Connection) => void
}

const DAY_MS = 24 * 60 * 60_000
const TAG_BYTES = 16
/** A renewed token ends with such a period: it is one for all that came in a month, and tells no device from another. */
const PERIOD_DAYS = 30
/** Where a token's devices are all there, one more is let in when one of them has gone. A guess. */
const DEVICES_RETRY_MS = 60_000

type Terms = Pick<AdmissionToken, 'number' | 'devices' | 'expiresDay'>

/** The day of a time, as tokens count days. */
export const admissionDay = (ms: number): number => Math.floor(ms / DAY_MS)

/** What an operator hands out. `key`: the relay's for this. */
export const makeAdmissionToken = (primitives: Primitives, key: Uint8Array, { number, devices, expiresDay }: Terms): AdmissionToken =>
  admissionTokenOf({ number, devices, expiresDay, tag: tagOf(primitives, key, { number, devices, expiresDay }) })

const tagOf = (primitives: Primitives, key: Uint8Array, terms: Terms): Uint8Array => primitives.hmacSha256(key, admissionTagInput(terms)).subarray(0, TAG_BYTES)

const renewed = ({ expiresDay }: AdmissionToken, nowMs: number): number =>
  Math.max(expiresDay, Math.ceil((admissionDay(nowMs) + LIMITS.admissionRenewedDays) / PERIOD_DAYS) * PERIOD_DAYS)

/**
 * @param rule null: the relay is open to everybody
 * @param turnAccess what those are told that were let in; nothing: there is none
 */
export function createAdmissions(desk: OwnDesk, rule: AdmissionRule | null, turnAccess?: () => TurnAccess): Admissions {
  const { primitives } = desk
  /** By the token's number: its peers, and how many streams of each it let in. */
  const inside = new Map<number, Map<string, number>>()
  const tokenOf = new Map<number, number>()

  const isGood = ({ key, revoked }: AdmissionRule, token: AdmissionToken, nowMs: number): boolean =>
    isKnownAdmission(token) &&
    primitives.equalConstantTime(token.tag, tagOf(primitives, key, token)) &&
    !revoked.has(token.number) &&
    token.expiresDay > admissionDay(nowMs)

  const forget = ({ id, clientPeer }: Connection): void => {
    const number = tokenOf.get(id)
    const peers = number === undefined ? undefined : inside.get(number)
    if (number === undefined || peers === undefined) return
    tokenOf.delete(id)
    const left = (peers.get(clientPeer) ?? 0) - 1
    if (left > 0) peers.set(clientPeer, left)
    else peers.delete(clientPeer)
    if (peers.size === 0) inside.delete(number)
  }

  return {
    isOpen: rule === null,
    isAdmitted: ({ id }) => rule === null || tokenOf.has(id),
    admit: (connection, { request, token }, nowMs) => {
      if (rule === null) {
        desk.say(connection, { kind: 'admitted', request, token })
        return
      }
      if (!isGood(rule, token, nowMs)) {
        desk.refuse(connection, request, 'notAdmitted')
        return
      }
      forget(connection)
      const peers = inside.get(token.number) ?? new Map<string, number>()
      if (!peers.has(connection.clientPeer) && peers.size >= token.devices) {
        desk.refuse(connection, request, 'notAdmitted', DEVICES_RETRY_MS)
        return
      }
      inside.set(token.number, peers.set(connection.clientPeer, (peers.get(connection.clientPeer) ?? 0) + 1))
      tokenOf.set(connection.id, token.number)
      desk.count('admitted')
      desk.admitted(connection.id)
      desk.say(connection, { kind: 'admitted', request, token: makeAdmissionToken(primitives, rule.key, { ...token, expiresDay: renewed(token, nowMs) }) })
      if (turnAccess !== undefined) desk.say(connection, { kind: 'turn', turn: turnAccess() })
    },
    forget,
  }
}
