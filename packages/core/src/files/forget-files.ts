/** What ends takes its files with it: a message, a membership, a group (PROTOCOL §14.16). And what nothing names is not kept. */
import type { Context } from '../state/context.ts'
import { ATTACHED, FILE, type FileKey, SEALING } from '../state/tables/files.ts'
import { endAttachment } from './attach.ts'
import { filesOf, forgetFile } from './file-rows.ts'
import { removeChunks } from './jobs.ts'
import { passOnNext } from './pass-on.ts'

export function forgetFilesOf(context: Context, group: string, message: string): void {
  for (const { key, row } of filesOf(context, group, message)) forgetFile(context, key, row)
}

/** This device is in the group no more: its files go, and those that were not sent. */
export function forgetFilesIn(context: Context, group: string): void {
  for (const { key, value } of context.transaction.scan(FILE, group)) forgetFile(context, key as unknown as FileKey, value)
  for (const { key } of context.transaction.scan(ATTACHED, group)) endAttachment(context, group, key[1] ?? '')
  // What is forwarded to other groups waited for the one that was under way here.
  passOnNext(context)
}

/** After a start: what lies in the store and belongs to no row was half attached, or its row ended just before a kill. */
export function sweepStore(context: Context, stored: readonly string[]): void {
  const named = new Set([
    ...context.transaction.scan(FILE).map(({ value }) => value.stored),
    ...context.transaction.scan(SEALING).map(({ key }) => key[1] ?? ''),
    ...context.transaction.scan(ATTACHED).flatMap(({ key, value }) => (value.sealed === null ? [] : [key[1] ?? ''])),
  ])
  for (const file of stored) if (!named.has(file)) removeChunks(context, file)
}
