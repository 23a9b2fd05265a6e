/**
 * The relay's operator, with every frame after Noise, every file and every log line, finds no text, name, key or secret.
 * The control: if the ciphers seal nothing, the same search finds every kind of them.
 */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createOwnSenderKey, deriveEpochKeys, sealMessage } from '@sotto/crypto'
import { loadSodiumPrimitives, type AeadPrimitive, type Primitives } from '@sotto/crypto/primitives'
import { chunkKeyOf, fileMailbox } from '@sotto/blob'
import { EPOCH, FILE, LEFT, OWN_KEY, SECRET, SELF, THEIR_KEY } from '@sotto/core/inside'
import { type AccountId, type Codec, concat, decode, type DeviceId, type GroupId, utf8 } from '@sotto/wire'
import { seededRandom } from '../fuzz/invented-encoding.ts'
import { startNatsServers } from '../../relay-node/src/testing/nats-servers.ts'
import { sendFile, untilLeft } from '../fixtures/files-talk.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { isIn } from './search.ts'
import { type Row, type Watched, type WatchedGroup, watchGroup } from './watched-group.ts'

let world: WatchedGroup | null = null
afterEach(async () => {
  await world?.end()
  world = null
})

const TEXT = 'planted words that nobody but the group may read'
const TITLE = 'Planted title of a desk'
const FILE_NAME = 'planted name of a film.webm'
const FILE_TEXT = 'planted words in a file that nobody but the group may read'

/** What must not be found, by kind: every value that was ever stored anywhere. */
function needlesOf(people: readonly Watched[], relay: string, primitives: Primitives): ReadonlyMap<string, readonly Uint8Array[]> {
  const rows = people.flatMap((each) => each.rows)
  const rowsOf = <T>(table: { readonly name: string; readonly codec: Codec<T> | null }): readonly T[] =>
    rows.flatMap(({ key, value }: Row) => {
      const row = key.startsWith(`${table.name}/`) && table.codec !== null ? decode(table.codec, value) : undefined
      return row === undefined ? [] : [row]
    })
  const selves = rowsOf(SELF)
  const files = rowsOf(FILE)
  return new Map<string, readonly Uint8Array[]>([
    ['texts', [utf8(TEXT)]],
    ['titles', [utf8(TITLE)]],
    ['names', people.map((each) => utf8(each.name))],
    ['accounts', selves.map((each) => each.account)],
    ['devices', selves.map((each) => each.device)],
    ['epoch secrets', rowsOf(SECRET)],
    ['chain keys', [...rowsOf(OWN_KEY).map((each) => each.key.chainKey), ...rowsOf(THEIR_KEY).map((each) => each.key.chainKey)]],
    ['derived epoch secrets', rowsOf(EPOCH).map((each) => each.secret)],
    ['names of files', [utf8(FILE_NAME)]],
    ['texts of files', [utf8(FILE_TEXT)]],
    ['keys of files', files.flatMap(({ key }) => [key, chunkKeyOf(primitives, key), ...Object.values(fileMailbox(primitives, key, relay))])],
    ['rights of files', rowsOf(LEFT).flatMap(({ at }) => at.map(({ appendSeed }) => appendSeed))],
    ['what members name files and hold chunks against', files.flatMap(({ name, root }) => [name, root])],
    ['sealed chunks and their proofs', people.flatMap(storedPieces)],
    ['private seeds', selves.flatMap((each) => [each.accountSeed, each.deviceSeed, each.deviceDhSeed, each.inboxReadSeed])],
  ])
}

/** The first bytes of each file in a person's store of chunks, and the last, which are of a proof. */
function storedPieces({ folder }: Watched): readonly Uint8Array[] {
  const chunks = join(folder, 'chunks')
  return readdirSync(chunks).flatMap((name) => {
    const bytes = readFileSync(join(chunks, name))
    return bytes.length < 64 ? [] : [bytes.subarray(0, 32), bytes.subarray(-32)]
  })
}

async function live(
  primitives?: Primitives,
  store?: Parameters<typeof watchGroup>[1],
): Promise<{ found: (kind: string) => number; all: (kind: string) => number; kinds: readonly string[] }> {
  world = await watchGroup(primitives, store)
  const alice = await world.person('Alice Planted-Name')
  const bob = await world.person('Bob Planted-Name')
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: TITLE })
  await world.join(bob, alice, group)
  for (const each of [alice, bob]) await each.ask({ kind: 'send', group, text: TEXT })
  await alice.until('both have both', ({ groups }) => (groups[0]?.unread === 1 ? true : undefined))
  await bob.until('both have both', ({ groups }) => (groups[0]?.unread === 1 ? true : undefined))
  // More than one chunk, so that each has a proof.
  const content = new Uint8Array(randomBytes(200_000))
  content.set(utf8(FILE_TEXT))
  await sendFile(alice, group, content, { name: FILE_NAME, text: '' })
  await untilLeft(alice, group)
  const needles = needlesOf([alice, bob], world.relay.addresses[0] ?? '', primitives ?? (await loadSodiumPrimitives()))
  const haystack = world.haystack()
  return {
    kinds: [...needles.keys()],
    all: (kind) => needles.get(kind)?.length ?? 0,
    found: (kind) => (needles.get(kind) ?? []).filter((needle) => isIn(haystack, needle)).length,
  }
}

/** A cipher that seals nothing: the control's. */
const nothing: AeadPrimitive = {
  seal: (_key, _nonce, plaintext) => concat(plaintext, new Uint8Array(16)),
  open: (_key, _nonce, sealed) => (sealed.length < 16 ? undefined : sealed.slice(0, -16)),
}

describe('the operator of the relay', () => {
  it('finds nothing planted, no key and no secret in all that it has', async () => {
    const { kinds, all, found } = await live()
    for (const kind of kinds) {
      expect(all(kind), kind).toBeGreaterThan(0)
      expect(found(kind), kind).toBe(0)
    }
  })

  it('finds as little in what NATS keeps and logs, where it keeps the mailboxes there', async () => {
    const folder = makeTemporaryFolder('watched-nats')
    const servers = await startNatsServers(1, folder.path, `logfile: "${join(folder.path, 'nats.log')}"\ntrace: true`)
    try {
      const nats = { servers: servers.urls, credentials: null, authority: null, replicas: 1, partitions: 4 }
      const { kinds, all, found } = await live(undefined, { nats, folder: folder.path })
      for (const kind of kinds) {
        expect(all(kind), kind).toBeGreaterThan(0)
        expect(found(kind), kind).toBe(0)
      }
      // The control: what the relay was given is there, so the search looked where it is kept.
      const kept = world?.appended.filter((body) => isIn(world?.haystack() ?? new Uint8Array(), body)) ?? []
      expect(kept.length).toBeGreaterThan(0)
    } finally {
      await world?.end()
      world = null
      await servers.end()
      folder.remove()
    }
  })

  it('would find texts, titles, names, accounts, devices, secrets, chain keys and files if the ciphers sealed nothing', async () => {
    const sodium = await loadSodiumPrimitives()
    const { found } = await live({ ...sodium, chacha20Poly1305: nothing, xchacha20Poly1305: nothing })
    const shown = ['texts', 'titles', 'names', 'accounts', 'devices', 'epoch secrets', 'chain keys', 'names of files', 'texts of files']
    for (const kind of [...shown, 'sealed chunks and their proofs']) expect(found(kind), kind).toBeGreaterThan(0)
  })

  it('cannot tell two senders apart by their masked headers, although it could by unmasked ones', async () => {
    const primitives = await loadSodiumPrimitives()
    const random = seededRandom(20_261_120)
    const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => Math.floor(random() * 256))
    const epoch = deriveEpochKeys(primitives, bytes(32))
    const envelopesOf = (count: number): Uint8Array[] => {
      let key = createOwnSenderKey(
        { primitives, random: bytes },
        { group: bytes(32) as GroupId, epoch: epoch.epochId, account: bytes(32) as AccountId, device: bytes(32) as DeviceId, keyId: 1, frontier: [] },
      )
      return Array.from({ length: count }, () => {
        const sealed = sealMessage(primitives, epoch, key, utf8('x'))
        key = sealed.key
        return sealed.envelope.slice(1, 9)
      })
    }
    const [one, other] = [envelopesOf(1_000), envelopesOf(1_000)]
    expect(accuracy(one, other)).toBeLessThan(0.5 + 4.5 * Math.sqrt(0.25 / 1_000))
    // The control: headers with a tag in the clear, a counter behind it.
    const clear = (tag: Uint8Array) => Array.from({ length: 1_000 }, (_, i) => concat(tag, Uint8Array.of(0, 1, i >> 8, i & 255)))
    expect(accuracy(clear(bytes(4)), clear(bytes(4)))).toBe(1)
  })
})

/** How often a naive Bayes classifier over the bytes, trained on the first half of each, is right on the second. */
function accuracy(one: readonly Uint8Array[], other: readonly Uint8Array[]): number {
  const half = one.length / 2
  const train = (headers: readonly Uint8Array[]) => {
    const counts = Array.from({ length: 8 }, () => new Float64Array(256).fill(1))
    for (const header of headers.slice(0, half)) {
      header.forEach((byte, i) => {
        const count = counts[i]
        if (count !== undefined) count[byte] = (count[byte] ?? 0) + 1
      })
    }
    return (header: Uint8Array): number => header.reduce((sum, byte, i) => sum + Math.log(counts[i]?.[byte] ?? 1), 0)
  }
  const [likeOne, likeOther] = [train(one), train(other)]
  const right =
    one.slice(half).filter((header) => likeOne(header) > likeOther(header)).length +
    other.slice(half).filter((header) => likeOther(header) > likeOne(header)).length
  return right / (2 * half)
}
