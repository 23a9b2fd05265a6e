/** Newer credentials for TURN go to all clients there are, and to nobody of a relay that has none. */
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { type TurnAccess, decode, mailboxAnswer } from '@sotto/wire'
import { expect, test } from 'vitest'
import { createMailboxServer } from './create-mailbox-server.ts'

const primitives = await loadSodiumPrimitives()

/** What two clients hear of TURN. The first goes before the renewal. */
function heard(turnAccess?: () => TurnAccess): readonly (readonly [number, string, TurnAccess | null])[] {
  const server = createMailboxServer({
    primitives,
    randomBytes: (lengthBytes) => new Uint8Array(lengthBytes),
    relayPeer: 'relay',
    incarnation: new Uint8Array(16),
    ...(turnAccess === undefined ? {} : { turnAccess }),
  })
  const outputs = [
    ...[1, 2].flatMap((connection) => server.connect({ connection, clientPeer: `peer ${connection}`, address: 'here' }, 0)),
    ...server.disconnect(1),
    ...server.renewTurn(),
  ]
  return outputs.flatMap((output) => {
    const answer = output.kind === 'send' ? decode(mailboxAnswer, output.frame) : undefined
    return output.kind === 'send' && (answer?.kind === 'hello' || answer?.kind === 'turn') ? [[output.connection, answer.kind, answer.turn] as const] : []
  })
}

test('with HELLO and when they are renewed', () => {
  let asked = 0
  const next = (): TurnAccess => ({ urls: ['turn:a.example:1'], username: String(++asked), password: 'x', forSeconds: 60 })
  expect(heard(next).map(([connection, kind, turn]) => [connection, kind, turn?.username])).toEqual([
    [1, 'hello', '1'],
    [2, 'hello', '2'],
    [2, 'turn', '3'],
  ])
})

test('where there is no TURN server nobody is told of one', () => {
  expect(heard()).toEqual([
    [1, 'hello', null],
    [2, 'hello', null],
  ])
})
