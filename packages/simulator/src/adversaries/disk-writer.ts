/** Which disks were copied and written to in a world, and what became of their devices (I23). */
import type { SeededRandom } from '../seeded-random.ts'
import type { SimulatedPeer } from '../simulated-peer.ts'
import { type DiskAct, type Rows, writeDisk } from './write-disk.ts'

export class DiskWriter {
  /** Peers that are gone for good: their profile is damaged, or was not to be started. */
  readonly lost = new Set<SimulatedPeer>()
  readonly #copies = new Map<SimulatedPeer, Rows>()
  readonly #written = new Set<SimulatedPeer>()
  readonly #random: SeededRandom
  readonly #violate: (what: string) => void

  constructor(random: SeededRandom, violate: (what: string) => void) {
    this.#random = random
    this.#violate = violate
  }

  copy(peer: SimulatedPeer): void {
    const disk = peer.sealedRows
    if (disk !== null) this.#copies.set(peer, disk.loadNow())
  }

  /** Whether any row is another than before. */
  write(peer: SimulatedPeer, act: DiskAct): boolean {
    const disk = peer.sealedRows
    if (disk === null || peer.alive) return false
    const isOther = writeDisk(disk, act, this.#copies.get(peer) ?? new Map(), this.#random) > 0
    if (isOther) this.#written.add(peer)
    return isOther
  }

  started(peer: SimulatedPeer): void {
    if (this.#written.has(peer)) this.#violate(`I23: ${peer.name} starts, although rows of its disk were deleted or put back`)
  }

  damaged(peer: SimulatedPeer): void {
    if (!this.#written.has(peer)) this.#violate(`I23: ${peer.name} is said to be damaged, and nobody wrote to its disk`)
    this.lost.add(peer)
  }
}
