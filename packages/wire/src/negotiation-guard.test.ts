import { describe, expect, test } from 'vitest'
import { concat, utf8 } from './bytes.ts'
import { LIMITS } from './limits.ts'
import { createNegotiationGuard } from './negotiation-guard.ts'
import { toStreamFrame } from './stream-frames.ts'

const HOP = '/libp2p/circuit/relay/0.2.0/hop'
const line = (text: string): Uint8Array => toStreamFrame(utf8(`${text}\n`))
const HEADER = line('/multistream/1.0.0')
const guard = () => createNegotiationGuard((said) => said === '/ours' || said === HOP)
const inBytes = (bytes: Uint8Array): readonly Uint8Array[] => [...bytes].map((byte) => Uint8Array.of(byte))

describe('a negotiation', () => {
  test('is over with a protocol that this end has, in one piece or byte by byte, and what follows is not looked at', () => {
    const whole = concat(HEADER, line('/another'), line('/ours'))
    expect(guard()(concat(whole, new Uint8Array(1_000).fill(0xff)))).toBe('over')
    const look = guard()
    expect(inBytes(whole).map(look).at(-1)).toBe('over')
  })

  test('goes on while nothing is agreed', () => {
    const look = guard()
    expect(look(HEADER)).toBe('more')
    expect(look(line('/another'))).toBe('more')
    expect(look(new Uint8Array(0))).toBe('more')
  })

  test('ends the pipe at a length of more than two bytes, whether it ends or not', () => {
    expect(guard()(Uint8Array.of(0xff, 0xff))).toBe('bad')
    expect(inBytes(Uint8Array.of(0x80, 0x80)).map(guard()).at(-1)).toBe('bad')
    expect(guard()(concat(HEADER, Uint8Array.of(0x81, 0x80, 0x00)))).toBe('bad')
  })

  test('ends the pipe at an empty line and at one above 1,024 bytes', () => {
    expect(guard()(Uint8Array.of(0))).toBe('bad')
    expect(guard()(toStreamFrame(new Uint8Array(1_024)))).toBe('more')
    expect(guard()(toStreamFrame(new Uint8Array(1_025)))).toBe('bad')
  })

  test('has so many lines and no more', () => {
    const look = guard()
    for (let i = 0; i < LIMITS.negotiationLines; i++) expect(look(line('/another'))).toBe('more')
    expect(look(line('/another'))).toBe('bad')
  })
})

describe('the first message of a protocol of libp2p', () => {
  test('has a length that ends, and is the last that is looked at', () => {
    const agreed = concat(HEADER, line(HOP))
    expect(guard()(agreed)).toBe('more')
    expect(guard()(concat(agreed, toStreamFrame(new Uint8Array(300)), Uint8Array.of(0xff, 0xff, 0xff, 0xff)))).toBe('over')
    expect(guard()(concat(agreed, Uint8Array.of(0xff, 0xff, 0xff, 0xff)))).toBe('bad')
  })
})
