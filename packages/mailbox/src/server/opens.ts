/** How a client gets a handle: OPEN, judged by what it proves and by what its connection may have. */
import { type MailboxRequest, toBase64url } from '@sotto/wire'
import { type Admission, authorise } from './authorise.ts'
import type { Budgets } from './budgets.ts'
import type { Connection, Handle } from './connections.ts'
import type { OwnDesk } from './create-desk.ts'
import type { KeyDesk } from './key-desk.ts'

type Open = Extract<MailboxRequest, { readonly kind: 'open' }>

export interface Opens {
  readonly open: (connection: Connection, request: Open, nowMs: number) => void
}

/** @param relayPeer this relay's peer id, which an OPEN's signatures must name */
export function createOpens(desk: OwnDesk, keyDesk: KeyDesk, budgets: Budgets, relayPeer: string): Opens {
  const { primitives, limits } = desk

  const handleFor = (connection: Connection, { mailbox, kind, mayRead, mayAppend, grant }: Admission): Handle => ({
    number: connection.nextHandle++,
    connection,
    mailbox,
    name: toBase64url(mailbox),
    kind,
    mayRead,
    mayAppend,
    capability: grant?.capability ?? 0,
    capabilityRecords: grant === null ? limits.strangerRecords : Math.min(grant.records, limits.capabilityRecords),
    untilMs: grant?.expiresMs ?? Infinity,
    subscription: null,
  })

  return {
    open: (connection, request, nowMs) => {
      const waitMs = budgets.takeOpen(connection, nowMs)
      if (waitMs > 0) {
        desk.refuse(connection, request.request, 'rate', waitMs)
        return
      }
      if (connection.handles.size >= limits.mailboxesPerConnection) {
        desk.refuse(connection, request.request, 'tooManyMailboxes')
        return
      }
      const { clientPeer, nonce } = connection
      const context = { relayPeer, clientPeer, nonce, longestExpiryMs: limits.openExpiryMs }
      const admission = authorise(primitives, request, context, nowMs)
      if (typeof admission === 'string') {
        desk.refuse(connection, request.request, admission)
        // Checking costs far more than asking: who proves nothing is heard no more on this stream.
        if (admission === 'badSignature') {
          budgets.chargeBadOpen(connection, nowMs)
          desk.hangUp(connection.id)
        }
        return
      }
      const handle = handleFor(connection, admission)
      connection.handles.set(handle.number, handle)
      desk.count('opened')
      desk.say(connection, { kind: 'opened', request: request.request, handle: handle.number })
      if (handle.kind === 'inbox' && handle.mayRead) keyDesk.tellOwner(handle)
    },
  }
}
