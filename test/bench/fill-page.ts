/** A page of the extension without its engine: fills conversations of the profile that lies there. */
import { loadPrimitives } from '@sotto/crypto/primitives'
import { unlockVault } from '@sotto/engine'
import { createDexieVault, readOriginFile } from '@sotto/storage'
import { fillConversations } from './filled-conversations.ts'

const refuse = (): Promise<never> => Promise.reject(new Error('nothing of the vault is changed here'))

async function fill(counts: readonly (readonly [group: string, messages: number])[]): Promise<string> {
  const primitives = await loadPrimitives()
  const fileOf = (name: string) => ({ read: () => readOriginFile(name), overwrite: refuse, remove: refuse })
  const port = createDexieVault({
    databaseName: 'sotto',
    stretch: refuse,
    secrets: fileOf('sotto-secrets'),
    keys: fileOf('sotto-keys'),
    chunks: { open: refuse, remove: refuse },
  })
  const random = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
  const unlocked = await unlockVault({ primitives, random, port, nowMs: () => Date.now() }, null)
  if (unlocked.code !== 'unlocked') return unlocked.code
  const storage = await port.openStorage(unlocked.vault.cipher)
  await fillConversations(storage, new Map(counts))
  await storage.close()
  return 'filled'
}

Object.assign(globalThis, { fill })
