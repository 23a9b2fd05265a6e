/** How a client comes into a relay that is not open to everybody (PROTOCOL §8.80). Nothing else is asked of it before. */
import type { MailboxAnswer } from '@sotto/wire'
import { beginSession } from './begin-session.ts'
import type { Connection, Servers, Session } from './client-state.ts'
import { send, type Transaction } from './pump.ts'

/** Of all requests on a stream the first. */
const REQUEST = 0

/** Whether the relay may say this now: HELLO first, and where it asked for a token, what came of that. */
export function isExpected({ session, admission }: Connection, kind: MailboxAnswer['kind']): boolean {
  if (session !== null) return kind !== 'hello'
  return admission === null ? kind === 'hello' : kind === 'admitted' || kind === 'refused'
}

export function askForAdmission(transaction: Transaction, session: Session, { stunPort, turn }: Servers): void {
  const { connection } = transaction.state
  if (connection === null) return
  const { token } = connection
  transaction.state = { ...transaction.state, connection: { ...connection, admission: { session, servers: { stunPort, turn }, againMs: null } } }
  if (token === null) transaction.events.push({ kind: 'notAdmitted', retries: false })
  else send(transaction, { kind: 'admit', request: REQUEST, token })
}

/** What the relay answered. */
export function onAdmission(transaction: Transaction, answer: MailboxAnswer, nowMs: number): void {
  const { connection } = transaction.state
  const admission = connection?.admission ?? null
  if (connection === null || admission === null) return
  if (answer.kind === 'admitted') {
    transaction.events.push({ kind: 'admitted', token: answer.token })
    beginSession(transaction, { ...admission.session, nextRequest: REQUEST + 1 }, admission.servers)
  } else if (answer.kind === 'refused') {
    const againMs = answer.retryAfterMs === 0 ? null : nowMs + answer.retryAfterMs
    transaction.state = { ...transaction.state, connection: { ...connection, admission: { ...admission, againMs } }, wakeAtMs: againMs }
    transaction.events.push({ kind: 'notAdmitted', retries: againMs !== null })
    if (againMs !== null) transaction.events.push({ kind: 'wakeAt', atMs: againMs })
  }
}

/** Shows the token again where the relay said when. */
export function askAgain(transaction: Transaction, nowMs: number): void {
  const { connection } = transaction.state
  const admission = connection?.admission ?? null
  if (connection === null || connection.token === null || admission === null || admission.againMs === null || admission.againMs > nowMs) return
  transaction.state = { ...transaction.state, connection: { ...connection, admission: { ...admission, againMs: null } } }
  send(transaction, { kind: 'admit', request: REQUEST, token: connection.token })
}
