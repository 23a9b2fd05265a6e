/** What members of a group can do to its mailbox at a real relay, from addresses of their own. */
import { loadPrimitives } from '@sotto/crypto/primitives'
import type { ClientEvent } from '@sotto/mailbox'
import { afterEach, expect, test } from 'vitest'
import { someMember } from './testing/honest-client.ts'
import { endAll, endLater } from './testing/left-behind.ts'
import { startMailboxPeer } from './testing/mailbox-peer.ts'
import { at, proxyFor } from './testing/proxies.ts'
import { startTestRelay } from './testing/test-relay.ts'

afterEach(endAll)

test('two addresses of hostile members, with all the connections they like, leave room in a mailbox to others', async () => {
  const primitives = await loadPrimitives()
  const relay = await startTestRelay({
    trustProxy: ['127.0.0.1'],
    mailboxLimits: { groupMailboxRecords: 400, appendBurst: 1_000, appendsPerSecond: 1_000 },
  })
  const [address = ''] = relay.addresses
  const group = someMember(primitives)
  let letters = 0
  /** Writes from an address until it is refused, and returns how many records were taken. */
  const fillFrom = async (client: string): Promise<number> => {
    const peer = await startMailboxPeer(at(await proxyFor(address, client), address), primitives)
    endLater(() => peer.stop())
    const isAppended = (event: ClientEvent): boolean => event.kind === 'appended'
    for (let n = 0; n < 400; n += 20) {
      const tokens = Array.from({ length: 20 }, () => String(letters++))
      for (const token of tokens) {
        const body = new Uint8Array(256)
        new DataView(body.buffer).setUint32(0, Number(token))
        peer.run((machine, state) => machine.append(state, { token, credentials: group, body, class: 'stored' }, Date.now()))
      }
      const answerOf = (token: string) =>
        peer.event(
          (event): event is Extract<ClientEvent, { kind: 'appended' | 'refused' }> =>
            (event.kind === 'appended' || event.kind === 'refused') && event.token === token,
        )
      const answers = await Promise.all(tokens.map(answerOf))
      if (answers.every(isAppended)) continue
      expect(answers.flatMap((answer) => (answer.kind === 'refused' ? [answer.code] : []))).toContain('full')
      break
    }
    return peer.events.filter(isAppended).length
  }
  const hostile: number[] = []
  for (let round = 0; round < 4; round++) for (const client of ['203.0.113.1', '203.0.113.2']) hostile.push(await fillFrom(client))
  expect(hostile.reduce((sum, records) => sum + records, 0)).toBeLessThan(230)
  expect(await fillFrom('203.0.113.3')).toBeGreaterThan(30)
  expect(await fillFrom('203.0.113.4')).toBeGreaterThan(25)
})
