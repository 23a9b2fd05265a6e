/** `backup`: a copy of a relay's folder, also of one that runs. */
import { access, chmod, copyFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync, backup } from 'node:sqlite'
import { KEY_FILE, STORE_FILE, makeFolder } from './data-folder.ts'

class BackupExists extends Error {
  readonly code = 'BACKUP_EXISTS'
}

/** Pages that are copied before the relay gets a turn. A guess: a few milliseconds. */
const PAGES_AT_ONCE = 256

/**
 * Copies key and mailboxes into a new folder, from which a relay can start. It is whole or not there: the last step gives
 * it its name. Resolves with the size of the mailboxes' file in pages.
 *
 * The copy forgets the *incarnation* of its store. A relay that starts from it hands out cursors again that the first has
 * used, and clients would take its records for ones that they have read; in another incarnation they read all again.
 */
export async function backUp(from: string, to: string): Promise<number> {
  await makeFolder(to)
  const exists = (name: string): Promise<boolean> =>
    access(join(to, name)).then(
      () => true,
      () => false,
    )
  if ((await exists(STORE_FILE)) || (await exists(KEY_FILE))) throw new BackupExists(`${to} holds a relay's files already`)
  const part = join(to, `${STORE_FILE}.part`)
  await rm(part, { force: true })
  const source = new DatabaseSync(join(from, STORE_FILE), { readOnly: true })
  let pages: number
  try {
    pages = await backup(source, part, { rate: PAGES_AT_ONCE })
  } finally {
    source.close()
  }
  await chmod(part, 0o600)
  const copy = new DatabaseSync(part)
  try {
    copy.exec('PRAGMA journal_mode = DELETE')
    copy.exec('PRAGMA secure_delete = ON')
    copy.exec("DELETE FROM meta WHERE name = 'incarnation'")
  } finally {
    copy.close()
  }
  await copyFile(join(from, KEY_FILE), join(to, KEY_FILE))
  await chmod(join(to, KEY_FILE), 0o600)
  await rename(part, join(to, STORE_FILE))
  return pages
}
