/** Files as browsers' engines know them, for stories. */
import { createHash } from 'node:crypto'
import type { FileView } from '@sotto/engine/api'
import type { AppPage } from '../../fixtures/browser-profile.ts'
import { PATIENCE_MS, waitUntil } from '../../fixtures/wait-until.ts'
import type { Member } from './group-of-browsers.ts'

export const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The page shows this conversation. */
export const at = (page: AppPage, group: string): Promise<void> =>
  page.evaluate((hash) => void (location.hash = hash), `#/conversation/${encodeURIComponent(group)}`)

/** All that a member has of a file, read from its engine. */
export async function bytesOf(member: Member, group: string, message: string, number: number, size: number): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let from = 0; from < size;) {
    const { bytes = '' } = await member.ask({ kind: 'readFile', group, message, number, fromByte: from, toByte: size })
    const part = Buffer.from(bytes, 'base64url')
    parts.push(part)
    from += part.length
  }
  return Buffer.concat(parts)
}

interface Found {
  readonly message: string
  readonly files: readonly FileView[]
}

/** The message of a member that has a file of this name. */
export async function messageWith(member: Member, group: string, name: string): Promise<Found | null> {
  const found = (await member.messages(group)).find(({ body }) => body.kind === 'text' && body.files.some((file) => file.name === name))
  return found?.body.kind === 'text' ? { message: found.id, files: found.body.files } : null
}

/** The same, once all of its files are in that state. */
export const messageIs = (member: Member, group: string, name: string, state: FileView['state'], withinMs = PATIENCE_MS): Promise<Found> =>
  waitUntil(
    `${member.name} to have ${name} ${state}`,
    async () => {
      const found = await messageWith(member, group, name)
      return found?.files.every((file) => file.state === state) === true ? found : null
    },
    withinMs,
  )
