/** The mailboxes of a file end with its message, where that is deleted for everyone or vanishes (PROTOCOL §14.39). */
import { LIMITS } from '@sotto/wire'
import { runClient } from '../../links/relay-client.ts'
import { linkToLeave, relayName } from '../../links/relay-links.ts'
import type { Context } from '../../state/context.ts'
import { CHUNK_LEAVING, DROP_ASKED, FILE_DROP, type FileKey, LEFT } from '../../state/tables/files.ts'
import { mailboxName, readyRelay, toWrite } from './file-mailbox.ts'
import { stopLeaving } from './left-rows.ts'

/** What this device left of a message's files at relays is to be deleted there. */
export function dropLeft(context: Context, group: string, message: string): void {
  for (const { key: name, value } of context.transaction.scan(LEFT, group, message)) {
    const key = name as unknown as FileKey
    stopLeaving(context, key)
    context.transaction.delete(LEFT, ...key)
    for (const { address, keys, appendSeed, taken, state } of value.at) {
      if (state === 'refused' && taken === 0) continue
      context.transaction.put(FILE_DROP, [relayName(context, address), mailboxName(context, keys)], { address, keys, appendSeed, sinceMs: context.nowMs })
    }
  }
}

/** Asks relays that are connected, and links others. Runs at the end of each step. */
export function askToDrop(context: Context): void {
  for (const {
    key: [relay = '', mailbox = ''],
    value,
  } of context.transaction.scan(FILE_DROP)) {
    if (context.transaction.get(DROP_ASKED, relay, mailbox) !== undefined) continue
    // A chunk that is on its way there would lie in it again.
    if (context.transaction.scan(CHUNK_LEAVING, relay).some((each) => each.value.mailbox === mailbox)) continue
    if (readyRelay(context, relay) === undefined) {
      linkToLeave(context, value.address)
      continue
    }
    context.transaction.put(DROP_ASKED, [relay, mailbox], true)
    runClient(context, relay, (client) => context.mailbox.drop(client, toWrite(value), context.nowMs))
  }
}

/** A relay deleted it. */
export const dropped = (context: Context, relay: string, mailbox: string): void => context.transaction.delete(FILE_DROP, relay, mailbox)

/** A relay is connected: it may not have heard what it was asked before. */
export const dropAgainAt = (context: Context, relay: string): void => context.transaction.deleteAll(DROP_ASKED, relay)

/** What a relay that was never there again has not deleted has expired there. Runs from time to time. */
export function expireDrops(context: Context): void {
  for (const { key, value } of context.transaction.scan(FILE_DROP))
    if (value.sinceMs + LIMITS.blobRetentionMs <= context.nowMs) context.transaction.delete(FILE_DROP, ...key)
}
