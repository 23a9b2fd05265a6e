/** The folder of one relay: what lies where in it, and that no two relays write to it. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export const KEY_FILE = 'relay.key'
export const STORE_FILE = 'mailboxes.sqlite'
const LOCK_FILE = 'relay.lock'

/** Creates the folder for this account only. */
export const makeFolder = async (folder: string): Promise<void> => void (await mkdir(folder, { recursive: true, mode: 0o700 }))

/**
 * Takes the folder for this process until it ends or gives it back. The lock is the operating system's, on a file that
 * SQLite opens: it goes with the process, however that ends. Throws SQLite's code 5 where another process has it.
 */
export function lockFolder(folder: string): () => void {
  const lock = new DatabaseSync(join(folder, LOCK_FILE))
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw error
  }
  return () => {
    if (lock.isOpen) lock.close()
  }
}
