/** What people do with files, where a run asks for it (`--files`). Drawn by itself. */
import { seededRandom } from './seeded-random.ts'

export type RelayOfFiles = 'refuses' | 'spoils' | 'loses'

export type FileEvent = { readonly atMs: number; readonly peer: number } &
  /** Attaches files and sends them in one message. `bytes`: how long each is. */
  (
    | { readonly kind: 'sendFiles'; readonly bytes: readonly number[] }
    /** Does something with one of the newest files that it knows. */
    | { readonly kind: 'changeFile'; readonly which: number; readonly what: 'fetchFile' | 'pauseFile' | 'cancelFile' }
    /** Forwards the message of one of these files to the same group. */
    | { readonly kind: 'forwardFiles'; readonly which: number }
    /** Its disk has room for so many bytes more, for a while. */
    | { readonly kind: 'fillDisk'; readonly spareBytes: number; readonly forMs: number }
    /** Its disk changes some bytes of a file. */
    | { readonly kind: 'spoilFile'; readonly which: number; readonly place: number }
    /** For a while nobody connects to anybody: what comes, comes by relays. */
    | { readonly kind: 'apart'; readonly forMs: number }
    /** A relay has no room for files for a while, changes the chunks that it hands out, or loses all files that lie there. */
    | { readonly kind: 'relayOfFiles'; readonly relay: number; readonly act: RelayOfFiles; readonly forMs: number }
  )

const FROM_MS = 6_000
const UNTIL_MS = 60_000
const CHUNK_BYTES = 61_424

export function fileEvents(seed: number, peers: number): readonly FileEvent[] {
  const random = seededRandom(Math.imul(seed, 0x51ed270b))
  const when = (): { readonly atMs: number; readonly peer: number } => ({ atMs: random.between(FROM_MS, UNTIL_MS), peer: random.below(peers) })
  const length = (): number => (random.chance(0.5) ? random.below(3 * CHUNK_BYTES) : random.below(14 * CHUNK_BYTES))
  const sent = Array.from({ length: random.between(1, 5) }, (): FileEvent => ({
    kind: 'sendFiles',
    ...when(),
    bytes: Array.from({ length: random.chance(0.7) ? 1 : random.between(2, 4) }, length),
  }))
  const changed = Array.from({ length: random.below(6) }, (): FileEvent => {
    const kind = random.pick(['changeFile', 'changeFile', 'changeFile', 'fillDisk', 'spoilFile'] as const)
    if (kind === 'fillDisk') return { kind, ...when(), spareBytes: random.below(8 * CHUNK_BYTES), forMs: random.between(5_000, 90_000) }
    if (kind === 'spoilFile') return { kind, ...when(), which: random.below(3), place: random.below(2 ** 20) }
    return { kind, ...when(), which: random.below(3), what: random.pick(['fetchFile', 'pauseFile', 'cancelFile'] as const) }
  })
  const relays = Array.from({ length: random.chance(0.5) ? random.below(3) : 0 }, (): FileEvent => ({
    kind: 'relayOfFiles',
    ...when(),
    relay: random.below(3),
    act: random.pick(['refuses', 'spoils', 'loses'] as const),
    forMs: random.between(5_000, 60_000),
  }))
  const apart: readonly FileEvent[] = random.chance(0.5) ? [{ kind: 'apart', ...when(), forMs: random.between(20_000, 120_000) }] : []
  const forwarded = Array.from({ length: random.below(4) }, (): FileEvent => ({ kind: 'forwardFiles', ...when(), which: random.below(4) }))
  return [...sent, ...changed, ...relays, ...apart, ...forwarded]
}
