/** The vectors printed in the standards, against both providers. */
import { argon2id } from '@noble/hashes/argon2.js'
import { shake128 } from '@noble/hashes/sha3.js'
import { toHex, utf8 } from '@sotto/wire'
import { describe, expect, test } from 'vitest'
import { bytesOf, counting, loadBothProviders } from './providers.ts'

const SUNSCREEN = utf8("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.")

for (const primitives of await loadBothProviders()) {
  describe(primitives.name, () => {
    test.for([
      ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
      ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
      ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1'],
    ] as const)('SHA-256 of "%s" (FIPS 180-4)', ([message, digest]) => {
      expect(toHex(primitives.sha256(utf8(message)))).toBe(digest)
      expect(toHex(primitives.sha256(utf8(message.slice(0, 2)), utf8(message.slice(2))))).toBe(digest)
    })

    test.for([
      [1, '0b'.repeat(20), toHex(utf8('Hi There')), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
      [2, toHex(utf8('Jefe')), toHex(utf8('what do ya want for nothing?')), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
      [3, 'aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
      [4, toHex(counting(1, 25)), 'cd'.repeat(50), '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b'],
      [
        6,
        'aa'.repeat(131),
        toHex(utf8('Test Using Larger Than Block-Size Key - Hash Key First')),
        '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
      ],
      [
        7,
        'aa'.repeat(131),
        toHex(
          utf8(
            'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
          ),
        ),
        '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
      ],
    ] as const)('HMAC-SHA-256, case %i of RFC 4231', ([, key, message, tag]) => {
      expect(toHex(primitives.hmacSha256(bytesOf(key), bytesOf(message)))).toBe(tag)
    })

    test.for([
      [
        1,
        '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
        'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
        '',
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
      ],
      [
        2,
        '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
        '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
        '72',
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
      ],
      [
        3,
        'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
        'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
        'af82',
        '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
      ],
      [
        'SHA(abc)',
        '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
        'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
        'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
        'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
      ],
    ] as const)('Ed25519, test %s of RFC 8032 §7.1', ([, seed, publicKey, message, signature]) => {
      const keyPair = primitives.ed25519.keyPairFromSeed(bytesOf(seed))
      expect(toHex(keyPair.publicKey)).toBe(publicKey)
      expect(toHex(primitives.ed25519.sign(bytesOf(message), keyPair))).toBe(signature)
      expect(primitives.ed25519.verify(bytesOf(signature), bytesOf(message), keyPair.publicKey)).toBe(true)
    })

    test('X25519, both sides of RFC 7748 §6.1', () => {
      const alice = primitives.x25519.keyPairFromSeed(bytesOf('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'))
      const bob = primitives.x25519.keyPairFromSeed(bytesOf('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'))
      const secret = bytesOf('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742')
      expect(toHex(alice.publicKey)).toBe('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a')
      expect(toHex(bob.publicKey)).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f')
      expect(primitives.x25519.agree(alice.privateKey, bob.publicKey)).toEqual(secret)
      expect(primitives.x25519.agree(bob.privateKey, alice.publicKey)).toEqual(secret)
    })

    test('X25519, iterated once and 1,000 times (RFC 7748 §5.2)', () => {
      let scalar = bytesOf('0900000000000000000000000000000000000000000000000000000000000000')
      let point = scalar
      const results = new Map<number, string>()
      for (let i = 1; i <= 1000; i++) {
        // The standard masks the top bit of a result that is used as a key again. The contract refuses it instead.
        const masked = point.slice()
        masked[31] = (masked[31] ?? 0) & 0x7f
        const next = primitives.x25519.agree(scalar, masked)
        if (next === undefined) throw new Error(`no agreement in round ${i}`)
        point = scalar
        scalar = next
        results.set(i, toHex(scalar))
      }
      expect(results.get(1)).toBe('422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079')
      expect(results.get(1000)).toBe('684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51')
    })

    test('ChaCha20-Poly1305 (RFC 8439 §2.8.2)', () => {
      const key = counting(0x80, 32)
      const nonce = bytesOf('070000004041424344454647')
      const ad = bytesOf('50515253c0c1c2c3c4c5c6c7')
      const sealed = primitives.chacha20Poly1305.seal(key, nonce, SUNSCREEN, ad)
      expect(toHex(sealed.slice(0, 16))).toBe('d31a8d34648e60db7b86afbc53ef7ec2')
      expect(toHex(sealed.slice(-16))).toBe('1ae10b594f09e26a7e902ecbd0600691')
      expect(primitives.chacha20Poly1305.open(key, nonce, sealed, ad)).toEqual(SUNSCREEN)
    })

    test('XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03, A.3.1)', () => {
      const key = counting(0x80, 32)
      const nonce = counting(0x40, 24)
      const ad = bytesOf('50515253c0c1c2c3c4c5c6c7')
      const sealed = primitives.xchacha20Poly1305.seal(key, nonce, SUNSCREEN, ad)
      expect(toHex(sealed.slice(0, 16))).toBe('bd6d179d3e83d43b9576579493c0e939')
      expect(toHex(sealed.slice(-16))).toBe('c0875924c1c7987947deafd8780acf49')
      expect(primitives.xchacha20Poly1305.open(key, nonce, sealed, ad)).toEqual(SUNSCREEN)
    })

    /**
     * A hundred key pairs, encapsulations and implicit rejections from one SHAKE128 stream, hashed by another: the
     * accumulated vector of Go's crypto/mlkem (TestAccumulated, short form), which replaces files of keys.
     */
    test('ML-KEM-768 returns the accumulated vector of 100 rounds', () => {
      const random = shake128.create()
      const accumulated = shake128.create()
      for (let i = 0; i < 100; i++) {
        const keyPair = primitives.mlKem768.keyPairFromSeed(random.xof(64))
        const sent = primitives.mlKem768.encapsulate(keyPair.publicKey, random.xof(32))
        if (sent === undefined) throw new Error(`round ${i} refused its own key`)
        expect(primitives.mlKem768.decapsulate(keyPair.secretKey, sent.ciphertext)).toEqual(sent.sharedSecret)
        const rejected = primitives.mlKem768.decapsulate(keyPair.secretKey, random.xof(1088))
        if (rejected === undefined) throw new Error(`round ${i} refused a ciphertext by its content`)
        accumulated.update(keyPair.publicKey).update(sent.ciphertext).update(sent.sharedSecret).update(rejected)
      }
      expect(toHex(accumulated.xof(32))).toBe('1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415')
    })

    test('ML-KEM-768 refuses a key with a coefficient that is not reduced, and any wrong length (FIPS 203 §7.2, §7.3)', () => {
      const { publicKey, secretKey } = primitives.mlKem768.keyPairFromSeed(counting(0, 64))
      const seed = counting(7, 32)
      const sent = primitives.mlKem768.encapsulate(publicKey, seed)
      expect(sent?.ciphertext.length).toBe(1088)
      for (let pair = 0; pair < 384; pair++) {
        for (const [low, high] of [
          [3329, 0],
          [0, 3329],
          [4095, 0],
          [0, 4095],
        ] as const) {
          const wrong = publicKey.slice()
          wrong.set([low & 255, (low >> 8) | ((high & 15) << 4), high >> 4], 3 * pair)
          expect(primitives.mlKem768.encapsulate(wrong, seed)).toBeUndefined()
        }
      }
      const greatest = publicKey.slice()
      greatest.set([3328 & 255, (3328 >> 8) | ((3328 & 15) << 4), 3328 >> 4], 0)
      expect(primitives.mlKem768.encapsulate(greatest, seed)).toBeDefined()
      for (const lengthBytes of [0, 1183, 1185]) {
        expect(primitives.mlKem768.encapsulate(new Uint8Array(lengthBytes), seed)).toBeUndefined()
      }
      for (const lengthBytes of [0, 1087, 1089]) {
        expect(primitives.mlKem768.decapsulate(secretKey, new Uint8Array(lengthBytes))).toBeUndefined()
      }
    })

    test('Argon2id returns what the reference returns for one lane', () => {
      const derived = primitives.argon2id(utf8('password'), utf8('somesaltSOMESALT'), { memoryKib: 64, passes: 3 }, 32)
      const reference = argon2id(utf8('password'), utf8('somesaltSOMESALT'), { m: 64, t: 3, p: 1, dkLen: 32 })
      expect(toHex(derived)).toBe(toHex(reference))
    })
  })
}

/** The providers take one lane and no secret; so the standard's vector, with four and one, runs on the reference. */
test('the reference of Argon2id returns the vector of RFC 9106 §5.3', () => {
  const tag = argon2id(new Uint8Array(32).fill(1), new Uint8Array(16).fill(2), {
    m: 32,
    t: 3,
    p: 4,
    dkLen: 32,
    key: new Uint8Array(8).fill(3),
    personalization: new Uint8Array(12).fill(4),
  })
  expect(toHex(tag)).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659')
})
