/** A peer without a browser: the same engine on Node's storage and network. For tests, benchmarks and bots. */
import { randomBytes } from 'node:crypto'
import { loadPrimitives, type Primitives } from '@sotto/crypto/primitives'
import { createEngine, type Engine, type NetworkPort, type VaultPort } from '@sotto/engine'
import { createFileVault } from '@sotto/storage/node'
import { createLibp2pNetwork } from '@sotto/transport'
import { nodeClock } from './node-clock.ts'

export interface HeadlessOptions {
  /** Where everything of this peer lies. Created if needed, readable by its owner only. */
  readonly folder: string
  /** The network: libp2p with WebRTC unless a test brings its own. */
  readonly createNetwork?: () => NetworkPort
  /** Called with faults. */
  readonly report?: (fault: unknown) => void
  /** The primitives; loaded unless the caller has them. */
  readonly primitives?: Primitives
  /** Wraps the vault, for tests that watch or disturb what is stored. */
  readonly wrapVault?: (vault: VaultPort) => VaultPort
}

/** Starts a peer on a folder. `stop` it, or its next start counts as one after an unclean stop. */
export async function startHeadlessPeer(options: HeadlessOptions): Promise<Engine> {
  const primitives = options.primitives ?? (await loadPrimitives())
  const vault = createFileVault({
    folder: options.folder,
    stretch: async (passphrase, salt, cost) => primitives.argon2id(passphrase, salt, cost, STRETCHED_BYTES),
  })
  return createEngine({
    primitives,
    random: (lengthBytes) => new Uint8Array(randomBytes(lengthBytes)),
    vault: options.wrapVault?.(vault) ?? vault,
    createNetwork: options.createNetwork ?? (() => createLibp2pNetwork()),
    clock: nodeClock,
    ...(options.report === undefined ? {} : { report: options.report }),
  })
}

/** The length of a stretched passphrase. */
const STRETCHED_BYTES = 32
