/** Six people of random logs, with the device lists that they may show. Made once; signatures are not looked at. */
import { createCertificate, createDeviceList } from '@sotto/crypto'
import type { Primitives, SigningKeyPair } from '@sotto/crypto/primitives'
import { type AccountId, type DeviceId, type DeviceList, type InboxAddress, type MemberDevice, type MemberEntry, utf8 } from '@sotto/wire'

export const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'] as const

export interface Character {
  readonly name: string
  readonly account: AccountId
  /** The key of the third is one under several accounts. */
  readonly devices: readonly DeviceId[]
  readonly lists: readonly MemberEntry[]
}

/** The lists of all people, by their place: devices, those revoked, the list they go on from, and what an operation shows. */
export const LISTS: readonly {
  readonly devices: readonly number[]
  readonly revoked: readonly number[]
  readonly after: number | null
  readonly shown: readonly number[]
}[] = [
  { devices: [0], revoked: [], after: null, shown: [0] },
  { devices: [0, 1], revoked: [], after: 0, shown: [0, 1] },
  { devices: [0, 2], revoked: [], after: 0, shown: [0, 2] },
  { devices: [0], revoked: [1], after: 1, shown: [0] },
  { devices: [1], revoked: [0], after: 1, shown: [1] },
  { devices: [0, 1, 2], revoked: [], after: 1, shown: [0, 1, 2] },
  { devices: [0], revoked: [], after: 1, shown: [0] },
  { devices: [0, 1, 2], revoked: [], after: 1, shown: [0, 1] },
  { devices: [0, 2], revoked: [], after: 3, shown: [0, 2] },
]

/** `primitives` sign and check as they please: `withoutSignatures` for speed. */
export function fixturesOf(primitives: Primitives, names: readonly string[] = NAMES): readonly Character[] {
  const keyOf = (what: string): SigningKeyPair => primitives.ed25519.keyPairFromSeed(primitives.sha256(utf8(what)))
  const inbox = inboxOf(primitives)
  return names.map((name, place): Character => {
    const accountKey = keyOf(`account ${name}`)
    const account = accountKey.publicKey as AccountId
    const deviceKeys = [keyOf(`first device of ${name}`), keyOf(`second device of ${name}`), keyOf(`third device, number ${place >> 1}`)]
    const devices = deviceKeys.map((key): MemberDevice => {
      const body = { account, device: key.publicKey as DeviceId, deviceDh: primitives.sha256(utf8('dh')), createdMs: 1 }
      return { certificate: createCertificate(primitives, body, accountKey, key), inbox }
    })
    const lists: MemberEntry[] = []
    for (const { devices: held, revoked, after, shown } of LISTS) {
      const own = held.flatMap((each) => devices[each] ?? [])
      const previous: DeviceList | null = after === null ? null : (lists[after]?.list ?? null)
      const content = {
        devices: own.map(({ certificate }) => certificate),
        revoked: revoked.flatMap((each) => devices[each]?.certificate.body.device ?? []),
        signedMs: 1,
      }
      lists.push({ list: createDeviceList(primitives, accountKey, content, previous), devices: shown.flatMap((each) => devices[each] ?? []) })
    }
    return { name, account, devices: devices.map(({ certificate }) => certificate.body.device), lists }
  })
}

function inboxOf(primitives: Primitives): InboxAddress {
  const bytes = primitives.sha256(utf8('inbox'))
  const grant = { capability: 1, appendKey: bytes, records: 10, expiresMs: 1, signature: new Uint8Array(64) }
  return { relays: ['/dns4/relay.example/tcp/443/wss'], readKey: bytes, strangerKey: bytes, grant, sendCapabilitySeed: bytes, bundleKey: bytes }
}

/** `primitives` that take every signature for good: operations of random logs are given as checked already. */
export const withoutSignatures = (primitives: Primitives): Primitives => ({
  ...primitives,
  ed25519: {
    keyPairFromSeed: (seed) => ({ publicKey: primitives.sha256(utf8('public'), seed), seed }),
    sign: () => new Uint8Array(64),
    verify: () => true,
  },
})
