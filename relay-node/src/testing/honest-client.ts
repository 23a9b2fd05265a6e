/** Whether a relay serves an honest client. */
import type { Primitives } from '@sotto/crypto/primitives'
import type { ClientEvent, MailboxCredentials } from '@sotto/mailbox'
import { startMailboxPeer } from './mailbox-peer.ts'

/** A member of a group that no other client knows. */
export function someMember(primitives: Primitives): MailboxCredentials {
  const [readSeed, appendSeed] = [crypto.getRandomValues(new Uint8Array(32)), crypto.getRandomValues(new Uint8Array(32))]
  const publicKey = (seed: Uint8Array): Uint8Array => primitives.ed25519.keyPairFromSeed(seed).publicKey
  return { keys: { kind: 'group', readKey: publicKey(readSeed), appendKey: publicKey(appendSeed) }, readSeed, appendSeed, grant: null }
}

/** Connects, leaves a record and reads it. */
export async function serves(address: string, primitives: Primitives): Promise<boolean> {
  const peer = await startMailboxPeer(address, primitives)
  try {
    const credentials = someMember(primitives)
    const body = new Uint8Array(256).fill(7)
    peer.run((client, state) => client.append(state, { token: 'letter', credentials, body, class: 'stored' }, Date.now()))
    await peer.event((event): event is Extract<ClientEvent, { kind: 'appended' }> => event.kind === 'appended')
    peer.run((client, state) => client.want(state, credentials, null, Date.now()))
    const record = await peer.event((event): event is Extract<ClientEvent, { kind: 'record' }> => event.kind === 'record')
    return record.body.length === body.length && record.body.every((byte) => byte === 7)
  } finally {
    await peer.stop()
  }
}
