/** The relay's identity. Addresses contain it, so it must outlive restarts. A file that only its owner may read. */
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { KEY_FILE } from './data-folder.ts'

/** The key in the data folder, created on the first start. Rejects if the file exists but is not a key. */
export async function loadPeerKey(folder: string): Promise<PrivateKey> {
  const path = join(folder, KEY_FILE)
  try {
    return privateKeyFromProtobuf(await readFile(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const key = await generateKeyPair('Ed25519')
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(privateKeyToProtobuf(key))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  return key
}
