/** The first rows of a new profile. */
import type { Core } from '@sotto/core'
import type { RowCipher, VaultPort } from './ports.ts'

interface NewProfile {
  readonly name: string
  readonly relays: readonly string[]
}

/** Writes them into the storage of a vault that is being made. */
export const writeFirstRows =
  (core: Core, vault: VaultPort, { name, relays }: NewProfile, nowMs: number) =>
  async (cipher: RowCipher): Promise<void> => {
    const storage = await vault.openStorage(cipher)
    try {
      await storage.commit(core.createProfile(name, relays, nowMs).writes)
    } finally {
      await storage.close()
    }
  }
