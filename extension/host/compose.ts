/** The composition root: the only place of the extension that knows which adapters the engine gets. */
import { loadPrimitives } from '@sotto/crypto/primitives'
import { createEngine } from '@sotto/engine'
import type { EngineApi } from '@sotto/engine/api'
import { createDexieVault } from '@sotto/storage'
import { createLibp2pNetwork } from '@sotto/transport'
import { createBrowserClock } from './browser-clock.ts'
import { chunksIn } from './chunk-store.ts'
import { remains } from './remains.ts'
import { erasableFile } from './erasable-file.ts'
import { stretchInWorker } from './stretch.ts'

/** Assembles the engine and starts it. Resolves when it answers requests. */
export async function composeEngine(): Promise<EngineApi> {
  const primitives = await loadPrimitives()
  return createEngine({
    primitives,
    random: (lengthBytes) => crypto.getRandomValues(new Uint8Array(lengthBytes)),
    vault: createDexieVault({
      databaseName: 'sotto',
      stretch: stretchInWorker,
      secrets: erasableFile('sotto-secrets'),
      keys: erasableFile('sotto-keys'),
      chunks: chunksIn('sotto-chunks'),
    }),
    createNetwork: () => createLibp2pNetwork(),
    clock: createBrowserClock(),
    remains,
    // The kind of a fault and where it happened. Our messages never contain a secret.
    report: (fault) => console.error(fault instanceof Error ? (fault.stack ?? fault.name) : 'a fault that is no error'),
  })
}
