import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode } from './codec.ts'
import { readRelayAddress } from './pasted-relay-address.ts'
import { isRelayAddress } from './relay-address.ts'
import { type AdmissionToken, admissionTokenOf, splitAdmission, withAdmission, withPeerId } from './relay-admission.ts'
import { relayInLink } from './relay-in-link.ts'

const PEER = '12D3KooWEqtXU8YKcotpw81atHgRotr6deRpWLgSnxAAYR3MjaLG'
const BASE = `/dns4/relay.example.org/tcp/443/tls/ws/p2p/${PEER}`
const anyToken: fc.Arbitrary<AdmissionToken> = fc
  .record({ number: fc.nat(0xffff_ffff), devices: fc.nat(0xffff), expiresDay: fc.nat(0xffff), tag: fc.uint8Array({ minLength: 16, maxLength: 16 }) })
  .map(admissionTokenOf)
const token = admissionTokenOf({ number: 1, devices: 2, expiresDay: 3, tag: new Uint8Array(16).fill(255) })

test('an address carries any token, gives it back, and is a relay’s address with it', () => {
  fc.assert(
    fc.property(anyToken, (each) => {
      const whole = withAdmission(BASE, each)
      expect(splitAdmission(whole)).toEqual({ address: BASE, token: each })
      expect(isRelayAddress(whole)).toBe(true)
      expect(withAdmission(whole, token)).toBe(withAdmission(BASE, token))
      expect(withAdmission(whole, null)).toBe(BASE)
    }),
  )
})

test('what is no token stays in the address, which is then none', () => {
  for (const end of ['#', '#abc', `#${'A'.repeat(33)}`, `#${'A'.repeat(35)}`, `#${'*'.repeat(34)}`, `#${'_'.repeat(34)}`]) {
    expect(splitAdmission(`${BASE}${end}`)).toEqual({ address: `${BASE}${end}`, token: null })
    expect(isRelayAddress(`${BASE}${end}`)).toBe(false)
  }
})

test('a pasted address keeps any token, also where it is wrapped, quoted or ends a sentence', () => {
  fc.assert(
    fc.property(anyToken, (each) => {
      const whole = withAdmission(BASE, each)
      for (const pasted of [whole, `<${whole}>`, `"${whole}".`, `Our relay is ${whole} since May`, `> ${whole.slice(0, 40)}\r\n> ${whole.slice(40)}`])
        expect(readRelayAddress(pasted)).toEqual({ address: whole, peer: PEER })
    }),
  )
  expect(readRelayAddress(withAdmission('/dns/relay.example.org/tcp/4001/ws', token))).toMatchObject({ peer: null })
  expect(readRelayAddress(withAdmission(`wss://relay.example.org/p2p/${PEER}`, token))).toMatchObject({
    address: withAdmission(`/dns/relay.example.org/tcp/443/wss/p2p/${PEER}`, token),
  })
})

test('the peer id that a relay proved goes before the token', () => {
  expect(withPeerId(withAdmission('/dns/relay.example.org/tcp/4001/ws', token), PEER)).toBe(
    withAdmission(`/dns/relay.example.org/tcp/4001/ws/p2p/${PEER}`, token),
  )
})

test('in a link a token takes 25 bytes, and an address of another shape is text with it', () => {
  fc.assert(
    fc.property(anyToken, (each) => {
      const whole = withAdmission(BASE, each)
      const bytes = encode(relayInLink, whole)
      expect(bytes.length).toBe(encode(relayInLink, BASE).length + 25)
      expect(decode(relayInLink, bytes)).toBe(whole)
      for (let length = 0; length < bytes.length; length++) expect(decode(relayInLink, bytes.slice(0, length))).toBeUndefined()
    }),
  )
  const unusual = withAdmission(`/dns4/relay.example/tcp/443/wss/http-path/a/p2p/${PEER}`, token)
  expect(decode(relayInLink, encode(relayInLink, unusual))).toBe(unusual)
})
