/** A session of a mailbox client: everything that is wanted is asked for on it. */
import { equalBytes } from '@sotto/wire'
import type { Ask, ClientState, Servers, Session } from './client-state.ts'
import type { Transaction } from './pump.ts'

/** From here on requests go out. */
export function beginSession(transaction: Transaction, session: Session, { stunPort, turn }: Servers): void {
  const { connection } = transaction.state
  if (connection === null) return
  const state = fitPositions({ ...transaction.state, connection: { ...connection, session, admission: null } }, session.incarnation)
  const subscriptions: Ask[] = []
  for (const [mailbox, { channel, credentials }] of state.wanted) {
    subscriptions.push({ kind: 'subscribe', channel, credentials, mailbox })
  }
  transaction.state = { ...state, waiting: [...subscriptions, ...state.waiting] }
  transaction.events.push({ kind: 'connected', incarnation: session.incarnation, stunPort, turn })
}

/** Cursors of another store mean nothing: reading starts from the beginning there. */
export function fitPositions(state: ClientState, incarnation: Uint8Array): ClientState {
  const wanted = new Map(state.wanted)
  for (const [name, entry] of wanted) {
    if (entry.after !== null && equalBytes(entry.after.incarnation, incarnation)) continue
    wanted.set(name, { ...entry, after: { incarnation, cursor: 0 } })
  }
  return { ...state, wanted }
}
