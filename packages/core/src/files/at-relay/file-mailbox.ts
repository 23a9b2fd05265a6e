/** A file's mailbox at a relay: what opens it, and what its relay allows (PROTOCOL §14.1, §14.34, §14.31). */
import { fileMailbox } from '@sotto/blob'
import { type MailboxCredentials, mailboxIdOf } from '@sotto/mailbox'
import type { MailboxKeys, ServedLimits } from '@sotto/wire'
import type { Context } from '../../state/context.ts'
import { textOf } from '../../state/names.ts'
import type { FileRow } from '../../state/tables/files.ts'
import { RELAY_LINK } from '../../state/tables/links.ts'

type Keyed = Pick<FileRow, 'key'>

/** The keys by which a relay knows it, and the seeds of both rights. `key`: the file's. */
export function keysAtRelay(
  context: Context,
  { key }: Keyed,
  relay: string,
): { readonly keys: MailboxKeys; readonly readSeed: Uint8Array; readonly appendSeed: Uint8Array } {
  const { primitives } = context.provider
  const { readSeed, appendSeed } = fileMailbox(primitives, key, relay)
  const [readKey, appendKey] = [readSeed, appendSeed].map((seed) => primitives.ed25519.keyPairFromSeed(seed).publicKey) as [Uint8Array, Uint8Array]
  return { keys: { kind: 'blob', readKey, appendKey }, readSeed, appendSeed }
}

/** What seals the file's chunks at a relay. */
export const recordKeyAt = (context: Context, { key }: Keyed, relay: string): Uint8Array => fileMailbox(context.provider.primitives, key, relay).recordKey

/** The right to write to it, and to drop it. */
export const toWrite = ({ keys, appendSeed }: { readonly keys: MailboxKeys; readonly appendSeed: Uint8Array }): MailboxCredentials => ({
  keys,
  readSeed: null,
  appendSeed,
  grant: null,
})

export const mailboxName = (context: Context, keys: MailboxKeys): string => textOf(mailboxIdOf(context.provider.primitives, keys))

/** A relay that is connected and has said what it allows; `undefined`: there is none now. `name`: as rows name it. */
export function readyRelay(
  { transaction }: Pick<Context, 'transaction'>,
  name: string,
): { readonly limits: ServedLimits; readonly incarnation: Uint8Array } | undefined {
  const link = transaction.get(RELAY_LINK, name)
  const session = link?.client.connection?.session
  return link?.state !== 'connected' || link.isSilent || session === undefined || session === null ? undefined : session
}
