import { randomBytes } from 'node:crypto'
import { isLadderLength, utf8 } from '@sotto/wire'
import { expect, test } from 'vitest'
import { createNoblePrimitives } from '../primitives/noble.ts'
import { createParty, open, receive, seal } from './testing/two-devices.ts'

const provider = { primitives: createNoblePrimitives(), random: (lengthBytes: number) => new Uint8Array(randomBytes(lengthBytes)) }

test('two devices talk both ways, and the length of every record is on the ladder', () => {
  const alice = createParty(provider)
  const bob = createParty(provider)
  open(provider, alice, bob)
  for (let turn = 0; turn < 3; turn++) {
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const record = seal(provider, from, utf8(`turn ${turn}`))
      expect(isLadderLength(record.length)).toBe(true)
      expect(receive(provider, to, record)).toEqual(utf8(`turn ${turn}`))
      expect(receive(provider, to, record)).toBe('alreadyOpened')
    }
  }
})
