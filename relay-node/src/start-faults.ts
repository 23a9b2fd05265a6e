/** Why a relay could not start, in a sentence for the operator. */

/** SQLite's codes, which come as `errcode`, possibly with more in their upper bytes. */
const SQLITE: Readonly<Record<number, (folder: string) => string>> = {
  1: (folder) => `The mailboxes in ${folder} were written by another version of Sotto. Run that version, or choose another folder with --data.`,
  5: (folder) => `Another program holds the mailboxes in ${folder}. Is a relay running there already?`,
  8: (folder) => `The mailboxes in ${folder} may be read but not written.`,
  11: (folder) => `The mailboxes in ${folder} are damaged. Put a copy of mailboxes.sqlite back, or move it away to start without letters.`,
  13: (folder) => `There is no room on the disk of ${folder}.`,
  14: (folder) => `The mailboxes in ${folder} cannot be opened: look at who may read and write there.`,
  26: (folder) => `mailboxes.sqlite in ${folder} is no file of a relay's. Move it away, or choose another folder with --data.`,
}

/** Codes of the operating system, and our own. */
const SYSTEM: Readonly<Record<string, (folder: string) => string>> = {
  STORE_TOO_NEW: (folder) =>
    `The mailboxes in ${folder}, or in NATS, were written by a later version of Sotto. Run that version, or choose another folder with --data.`,
  NATS_AWAY: () => 'No NATS server answers at the addresses of --store.',
  NATS_DENIED: () => 'The NATS servers do not let this relay in: look at --store-credentials.',
  NATS_CREDENTIALS: () => 'The file of --store-credentials cannot be read, or holds neither NATS credentials nor an nkey’s seed nor user:password.',
  NATS_NO_JETSTREAM: () => 'The NATS servers have no JetStream for this account, or it does not answer.',
  NATS_TOO_OLD: () => 'The NATS servers are older than 2.9, which this needs at least.',
  NATS_STREAMS: () =>
    'The streams of the mailboxes cannot be made or are not Sotto’s: are there as many NATS servers as --store-replicas says, and do they agree on a leader?',
  TURN_SECRET: () => 'The file of --turn-secret-file is empty.',
  BACKUP_EXISTS: () => 'There is a relay in that folder already: choose another with --to.',
  EADDRINUSE: () => 'A port is taken: choose others with --port, --http-port and --stun-port.',
  EADDRNOTAVAIL: () => 'This machine has no such address: choose another with --host.',
  EACCES: (folder) => `${folder} may not be written by this account, or a port is not for it.`,
  EPERM: (folder) => `${folder} may not be written by this account.`,
  EROFS: (folder) => `${folder} is on a disk that takes no writing.`,
  ENOSPC: (folder) => `There is no room on the disk of ${folder}.`,
  EEXIST: (folder) => `${folder} is a file, and a relay needs a folder: choose another with --data.`,
  ENOTDIR: (folder) => `A part of ${folder} is a file: choose another folder with --data.`,
}

/** A fault's sentence by its code, and otherwise its own message. */
export function startFault(fault: unknown, folder: string): string {
  const { code, errcode, message } = fault as { readonly code?: unknown; readonly errcode?: unknown; readonly message?: unknown }
  const sentence = typeof errcode === 'number' ? SQLITE[errcode & 0xff] : SYSTEM[String(code)]
  return sentence?.(folder) ?? String(message ?? fault)
}
