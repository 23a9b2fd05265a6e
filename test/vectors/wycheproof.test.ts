/** Project Wycheproof's cases against both providers. The files name their source and which part they are. */
import { readFileSync } from 'node:fs'
import { concat, toHex } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { bytesOf, loadBothProviders } from './providers.ts'

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(`./wycheproof/${name}.json`, import.meta.url), 'utf8')) as T

type Ed25519Case = readonly [tcId: number, message: string, signature: string, result: 'valid' | 'invalid']
type X25519Case = readonly [tcId: number, public_: string, private_: string, secret: string, result: 'valid' | 'refused']
type AeadCase = readonly [id: number, key: string, nonce: string, ad: string, plain: string, cipher: string, tag: string]
type HkdfCase = readonly [id: number, secret: string, salt: string, info: string, lengthBytes: number, output: string]
type HmacCase = readonly [id: number, key: string, message: string, tag: string, result: 'valid' | 'invalid']

for (const primitives of await loadBothProviders()) {
  describe(primitives.name, () => {
    const ed25519 = read<{ groups: { publicKey: string; cases: Ed25519Case[] }[] }>('ed25519')
    test.for(ed25519.groups.flatMap(({ publicKey, cases }) => cases.map((row) => [publicKey, ...row] as const)))(
      'Ed25519: signature of key %s, case %i',
      ([publicKey, , message, signature, result]) => {
        const verified = primitives.ed25519.verify(bytesOf(signature), bytesOf(message), bytesOf(publicKey))
        expect(verified).toBe(result === 'valid')
      },
    )

    test.for(read<{ cases: X25519Case[] }>('x25519').cases)('X25519: case %i', ([, publicKey, privateKey, secret, result]) => {
      const agreed = primitives.x25519.agree(bytesOf(privateKey), bytesOf(publicKey))
      expect(agreed && toHex(agreed)).toBe(result === 'valid' ? secret : undefined)
    })

    const aeads = [
      ['chacha20-poly1305', primitives.chacha20Poly1305],
      ['xchacha20-poly1305', primitives.xchacha20Poly1305],
    ] as const
    for (const [name, aead] of aeads) {
      test.for(read<{ cases: AeadCase[] }>(name).cases)(
        `${name}: case %i seals to its bytes, opens, and opens with no bit of it changed`,
        ([, key, nonce, ad, plaintext, ciphertext, tag]) => {
          const inputs = [bytesOf(key), bytesOf(nonce)] as const
          const sealed = bytesOf(ciphertext + tag)
          expect(toHex(aead.seal(...inputs, bytesOf(plaintext), bytesOf(ad)))).toBe(ciphertext + tag)
          expect(aead.open(...inputs, sealed, bytesOf(ad))).toEqual(bytesOf(plaintext))
          for (let bit = 0; bit < 8 * sealed.length; bit++) {
            const changed = sealed.slice()
            changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
            expect(aead.open(...inputs, changed, bytesOf(ad))).toBeUndefined()
          }
          for (let length = 0; length < sealed.length; length++) {
            expect(aead.open(...inputs, sealed.slice(0, length), bytesOf(ad))).toBeUndefined()
          }
          expect(aead.open(...inputs, sealed, concat(bytesOf(ad), bytesOf('00')))).toBeUndefined()
        },
      )
    }

    test.for(read<{ cases: HkdfCase[] }>('hkdf-sha256').cases)('HKDF-SHA-256: case %i', ([, secret, salt, info, lengthBytes, output]) => {
      const derived = primitives.hkdfSha256(bytesOf(secret), bytesOf(salt), bytesOf(info), lengthBytes)
      expect(toHex(derived)).toBe(output)
    })

    test.for(read<{ cases: HmacCase[] }>('hmac-sha256').cases)('HMAC-SHA-256: case %i', ([, key, message, tag, result]) => {
      const computed = primitives.hmacSha256(bytesOf(key), bytesOf(message))
      expect(primitives.equalConstantTime(computed, bytesOf(tag))).toBe(result === 'valid')
    })
  })
}
