import type { MultiaddrConnection } from '@libp2p/interface'
import { expect, test } from 'vitest'
import { isGhost, mendReset } from './libp2p-node.ts'

const inbound = (parts: object): MultiaddrConnection => parts as unknown as MultiaddrConnection

test.each(['new', 'connecting', 'disconnected', 'failed', 'closed'])(
  'an inbound WebRTC connection whose peer connection is %s is refused',
  (connectionState) => {
    expect(isGhost(inbound({ peerConnection: { connectionState } }))).toBe(true)
  },
)

test('an inbound WebRTC connection that is up, or one of another kind, is accepted', () => {
  expect(isGhost(inbound({ peerConnection: { connectionState: 'connected' } }))).toBe(false)
  expect(isGhost(inbound({ websocket: {} }))).toBe(false)
})

test('a reset closes the socket with a code that sockets accept', () => {
  const codes: (number | undefined)[] = []
  const connection = {
    websocket: { close: (code?: number) => void codes.push(code) },
    sendReset(): void {
      this.websocket.close(1006)
    },
  }
  mendReset(inbound(connection))
  connection.sendReset()
  expect(codes).toEqual([undefined])
})
