/** The answers of the relay's STUN server: as RFC 5769 has them, to what is no question, and how many. */
import { createSocket, type Socket } from 'node:dgram'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { assert, oneof, property, uint8Array } from 'fast-check'
import { answerBinding, startStun, type StunServer } from './stun.ts'

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'))
/** The transaction of RFC 5769 §2, with the cookie. */
const TRANSACTION = '2112a442 b7e7a701 bc34d686 fa87dfae'
const FROM = { address: '192.0.2.1', port: 32_853 }
const ask = (attributes = ''): Uint8Array => {
  const lengthBytes = bytesOf(attributes).length
  return bytesOf(`0001 ${lengthBytes.toString(16).padStart(4, '0')} ${TRANSACTION} ${attributes}`)
}

describe('a Binding request', () => {
  it('is answered with the address that RFC 5769 §2.2 has for it', () => {
    expect(answerBinding(ask(), FROM)).toEqual(Buffer.from(bytesOf(`0101 000c ${TRANSACTION} 0020 0008 0001 a147 e112a643`)))
  })

  it('is answered with the IPv6 address of RFC 5769 §2.3', () => {
    const from = { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32_853 }
    const mapped = '0020 0014 0002 a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9'
    expect(answerBinding(ask(), from)).toEqual(Buffer.from(bytesOf(`0101 0018 ${TRANSACTION} ${mapped}`)))
  })

  it('may carry what an ICE agent says of itself, and is answered the same (RFC 5769 §2.1)', () => {
    const software = '8022 0010 5354554e 20746573 7420636c 69656e74'
    const ice = '0024 0004 6e0001ff 8029 0008 932ff9b1 51263b36 0006 0009 6576746a 3a683676 59202020'
    expect(answerBinding(ask(`${software} ${ice}`), FROM)).toEqual(answerBinding(ask(), FROM))
  })

  it('that demands what is unknown is refused with the names of it (RFC 8489 §6.3.1)', () => {
    const refused = `0111 0010 ${TRANSACTION} 0009 0004 00000414 000a 0002 7abc 0000`
    expect(answerBinding(ask('7abc 0004 01020304'), FROM)).toEqual(Buffer.from(bytesOf(refused)))
    // What need not be understood is passed over.
    expect(answerBinding(ask('8abc 0004 01020304'), FROM)).toEqual(answerBinding(ask(), FROM))
  })

  it('is answered with little more than it has', () => {
    const many = '7abc 0000'.repeat(200)
    expect(answerBinding(ask(many), FROM)?.length).toBeLessThan(50)
  })
})

describe('what is no Binding request', () => {
  it.each([
    ['an answer', `0101 0000 ${TRANSACTION}`],
    ['an indication', `0011 0000 ${TRANSACTION}`],
    ['without the cookie', '0001 0000 00000000 b7e7a701 bc34d686 fa87dfae'],
    ['shorter than it says', `0001 0004 ${TRANSACTION}`],
    ['longer than it says', `0001 0000 ${TRANSACTION} 80220000`],
    ['with an attribute that does not fit', `0001 0004 ${TRANSACTION} 8022 0004`],
    ['with no header', '0001 0000'],
  ])('%s gets no answer', (_, hex) => {
    expect(answerBinding(bytesOf(hex), FROM)).toBeUndefined()
  })

  it('whatever the bytes are, nothing is thrown', () => {
    const behind = uint8Array({ maxLength: 64 }).map((rest) => Uint8Array.from([...ask(), ...rest]))
    assert(
      property(oneof(uint8Array({ maxLength: 128 }), behind), (datagram) => {
        const answer = answerBinding(datagram, FROM)
        expect(answer === undefined || answer.length <= 48).toBe(true)
      }),
    )
  })
})

describe('a server', () => {
  const started: StunServer[] = []
  const sockets: Socket[] = []
  afterEach(async () => {
    for (const server of started.splice(0)) await server.close()
    for (const socket of sockets.splice(0)) socket.close()
    vi.useRealTimers()
  })

  async function asked(times: number, limits: { readonly perAddress: number; readonly inAll: number }) {
    const counted: string[] = []
    const server = await startStun({ host: '127.0.0.1', port: 0, ...limits, onCounted: (what) => counted.push(what) })
    started.push(server)
    const socket = createSocket('udp4')
    const answers: Uint8Array[] = []
    socket.on('message', (datagram) => answers.push(datagram))
    sockets.push(socket)
    const own = await new Promise<number>((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket.address().port)))
    const again = async (more: number) => {
      const before = counted.length
      for (let i = 0; i < more; i++) socket.send(ask(), server.port, '127.0.0.1')
      await expect.poll(() => counted.length, { timeout: 30_000 }).toBe(before + more)
      const due = counted.filter((what) => what === 'stunAnswered').length
      await expect.poll(() => answers.length, { timeout: 30_000 }).toBe(due)
      return { answers, own }
    }
    return { ...(await again(times)), again }
  }

  it('says from which port it was asked', async () => {
    const { answers, own } = await asked(1, { perAddress: 20, inAll: 1_000 })
    expect(answers).toEqual([Buffer.from(answerBinding(ask(), { address: '127.0.0.1', port: own }) ?? [])])
  })

  it('answers one address, and all together, no more often in a second than it may', async () => {
    // The second does not end by itself, however slow the machine is.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const alone = await asked(50, { perAddress: 5, inAll: 1_000 })
    expect(alone.answers).toHaveLength(5)
    vi.advanceTimersByTime(1_000)
    expect((await alone.again(50)).answers).toHaveLength(10)
    expect((await asked(50, { perAddress: 1_000, inAll: 3 })).answers).toHaveLength(3)
  })
})
