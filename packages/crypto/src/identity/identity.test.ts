import { type AccountId, type DeviceList, deviceListSigningInput, toHex, type UnsignedDeviceList } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { createNoblePrimitives, loadSodiumPrimitives } from '../primitives/index.ts'
import { createDevice, createPerson } from '../test-support/people.ts'
import { flipped, seededProvider } from '../test-support/seeded-provider.ts'
import { isCertificateValid } from './certificate.ts'
import { checkDeviceList, createDeviceList, deviceListHash, linkOf } from './device-list.ts'
import { safetyNumber } from './safety-number.ts'

const sodium = await loadSodiumPrimitives()
const NOW = 1_800_000_000_000

describe('a certificate', () => {
  const provider = seededProvider(sodium, 'certificate')
  const alice = createPerson(provider, NOW)
  const mallory = createPerson(provider, NOW)
  const { certificate } = alice

  test('is good when account and device signed it', () => {
    expect(isCertificateValid(sodium, certificate)).toBe(true)
    expect(isCertificateValid(createNoblePrimitives(), certificate)).toBe(true)
  })

  test('is not good with either signature changed, or the other in its place', () => {
    const { accountSignature, deviceSignature } = certificate
    expect(isCertificateValid(sodium, { ...certificate, accountSignature: flipped(accountSignature, 0) })).toBe(false)
    expect(isCertificateValid(sodium, { ...certificate, deviceSignature: flipped(deviceSignature, 63) })).toBe(false)
    expect(isCertificateValid(sodium, { ...certificate, accountSignature: deviceSignature, deviceSignature: accountSignature })).toBe(false)
  })

  test('is not good for any other account, device, DH key or time', () => {
    for (const change of [{ account: mallory.account }, { device: mallory.device }, { deviceDh: mallory.deviceDh.publicKey }, { createdMs: NOW + 1 }]) {
      expect(isCertificateValid(sodium, { ...certificate, body: { ...certificate.body, ...change } })).toBe(false)
    }
  })

  test('cannot claim a device that did not consent', () => {
    const claimed = { ...certificate.body, account: mallory.account }
    const signedByMalloryOnly = { ...mallory.certificate, body: claimed }
    expect(isCertificateValid(sodium, signedByMalloryOnly)).toBe(false)
  })
})

describe('a device list', () => {
  const provider = seededProvider(sodium, 'device list')
  const alice = createPerson(provider, NOW)
  const second = createDevice(provider, alice.accountKeys, NOW)
  const both = [alice.certificate, second.certificate]
  const first = alice.list
  const next = (devices = both, revoked: readonly (typeof alice.device)[] = [], previous: DeviceList | null = first, signedMs = NOW + 1): DeviceList =>
    createDeviceList(sodium, alice.accountKeys, { devices, revoked, signedMs }, previous)
  const signed = (body: UnsignedDeviceList, by = alice.accountKeys): DeviceList => ({ body, signature: sodium.ed25519.sign(deviceListSigningInput(body), by) })

  test('is taken on first use, and the next version after it', () => {
    expect(checkDeviceList(sodium, first, null)).toEqual({ standing: 'newer' })
    expect(checkDeviceList(sodium, next(), first)).toEqual({ standing: 'newer' })
    expect(checkDeviceList(sodium, first, first)).toEqual({ standing: 'same' })
    expect(toHex(next().body.previousHash)).toBe(toHex(deviceListHash(sodium, first)))
  })

  test('may skip versions that were never seen', () => {
    const third = next(both, [], next())
    expect(third.body.version).toBe(3)
    expect(checkDeviceList(sodium, third, first)).toEqual({ standing: 'newer' })
  })

  test('of a lower version is refused', () => {
    expect(checkDeviceList(sodium, first, next())).toEqual({ code: 'rollback', version: 1, knownVersion: 2 })
  })

  test('that differs from the known one of the same version is a fork', () => {
    expect(checkDeviceList(sodium, next([second.certificate]), next())).toEqual({ code: 'fork', version: 2 })
  })

  test('that does not name the hash of the version before breaks the chain', () => {
    const other = next([second.certificate], [], null)
    expect(checkDeviceList(sodium, next(both, [], other), first)).toEqual({ code: 'brokenChain', version: 2 })
  })

  test('keeps a revoked device revoked, in the same version and in all later ones', () => {
    const revoking = next([alice.certificate], [second.certificate.body.device])
    expect(checkDeviceList(sodium, revoking, first)).toEqual({ standing: 'newer' })
    expect(() => next(both, [], revoking)).toThrow(RangeError)
    const forgets = signed({ ...revoking.body, version: 3, previousHash: deviceListHash(sodium, revoking), revoked: [] })
    expect(checkDeviceList(sodium, forgets, revoking)).toEqual({ code: 'revokedDevice' })
    const listsIt = signed({ ...revoking.body, devices: both })
    expect(checkDeviceList(sodium, listsIt, null)).toEqual({ code: 'revokedDevice' })
  })

  test('goes with a known one, or contradicts it', () => {
    const linked = (list: DeviceList, known: DeviceList) =>
      linkOf(list, deviceListHash(sodium, list), { version: known.body.version, hash: deviceListHash(sodium, known), revoked: known.body.revoked })
    expect(linked(first, first)).toBe('same')
    expect(linked(next(), first)).toBe('newer')
    expect(linked(first, next())).toBe('older')
    expect(linked(next([second.certificate]), next())).toBe('fork')
    expect(linked(next(both, [], next([second.certificate], [], null)), first)).toBe('fork')
    const revoking = next([alice.certificate], [second.certificate.body.device])
    expect(linked(signed({ ...revoking.body, version: 4, revoked: [] }), revoking)).toBe('fork')
    expect(linked(signed({ ...revoking.body, version: 4 }), revoking)).toBe('newer')
  })

  test('is refused with a wrong signature, a foreign or a broken certificate, or a device twice', () => {
    const mallory = createPerson(provider, NOW)
    const body = first.body
    expect(checkDeviceList(sodium, signed(body, mallory.accountKeys), null)).toEqual({ code: 'badSignature' })
    expect(checkDeviceList(sodium, { ...first, signature: flipped(first.signature, 5) }, null)).toEqual({ code: 'badSignature' })
    expect(checkDeviceList(sodium, next([alice.certificate, mallory.certificate]), null)).toEqual({ code: 'foreignAccount', index: 1 })
    const broken = { ...second.certificate, deviceSignature: flipped(second.certificate.deviceSignature, 0) }
    expect(checkDeviceList(sodium, next([alice.certificate, broken]), null)).toEqual({ code: 'badCertificate', index: 1 })
    expect(checkDeviceList(sodium, next([alice.certificate, alice.certificate]), null)).toEqual({ code: 'deviceTwice', index: 1 })
    expect(checkDeviceList(sodium, mallory.list, first)).toEqual({ code: 'foreignAccount', index: -1 })
  })
})

describe('a safety number', () => {
  const account = (byte: number): AccountId => new Uint8Array(32).fill(byte) as AccountId

  test('is 60 digits, the same on both sides and with both providers', () => {
    const number = safetyNumber(sodium, account(1), account(2))
    expect(number).toMatch(/^\d{60}$/)
    expect(safetyNumber(sodium, account(2), account(1))).toBe(number)
    expect(safetyNumber(createNoblePrimitives(), account(1), account(2))).toBe(number)
  })

  test('differs in both halves for other people', () => {
    const number = safetyNumber(sodium, account(1), account(2))
    const other = safetyNumber(sodium, account(3), account(4))
    expect(other.slice(0, 30)).not.toBe(number.slice(0, 30))
    expect(other.slice(30)).not.toBe(number.slice(30))
  })
})
