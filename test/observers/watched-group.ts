/** Headless people in a group at a watched relay: every frame it receives or sends, every row they ever commit. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Primitives } from '@sotto/crypto/primitives'
import type { VaultPort } from '@sotto/engine'
import { type Relay, type RelayOptions, startRelay } from '@sotto/relay-node'
import { decode, mailboxRequest } from '@sotto/wire'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { waitUntil } from '../fixtures/wait-until.ts'

/** A durable row at some time. */
export interface Row {
  readonly key: string
  readonly value: Uint8Array
}

export interface Watched extends HeadlessProfile {
  /** Every row this device ever committed, in order. */
  readonly rows: readonly Row[]
}

export interface WatchedGroup {
  readonly relay: Relay
  /** Bodies of all appends, in order: what is or was in mailboxes. */
  readonly appended: readonly Uint8Array[]
  readonly person: (name: string) => Promise<Watched>
  readonly join: (newMember: Watched, by: Watched, group: string) => Promise<void>
  /** Everything the operator has: frames of both directions, files, log lines. */
  readonly haystack: () => Uint8Array
  readonly end: () => Promise<void>
}

/** `store`: NATS servers that keep the mailboxes, and the folder with all of their files. */
export async function watchGroup(
  primitives?: Primitives,
  store?: { readonly nats: NonNullable<RelayOptions['nats']>; readonly folder: string },
): Promise<WatchedGroup> {
  const folder = makeTemporaryFolder('watched-relay')
  const frames: Uint8Array[] = []
  const appended: Uint8Array[] = []
  const lines: string[] = []
  const relay = await startRelay({
    data: folder.path,
    host: '127.0.0.1',
    port: 0,
    httpPort: 0,
    nats: store?.nats ?? null,
    log: (...line) => void lines.push(JSON.stringify(line)),
    onFrame: (_direction, frame) => {
      frames.push(frame.slice())
      const request = decode(mailboxRequest, frame)
      if (request?.kind === 'append') appended.push(request.body)
    },
  })
  const people: HeadlessProfile[] = []
  return {
    relay,
    appended,
    person: async (name) => {
      const rows: Row[] = []
      const wrapVault = (vault: VaultPort): VaultPort => ({
        ...vault,
        openStorage: async (cipher) => {
          const storage = await vault.openStorage(cipher)
          return {
            ...storage,
            commit: async (writes) => {
              for (const { key, value } of writes.rows) if (value !== null) rows.push({ key, value })
              await storage.commit(writes)
            },
          }
        },
      })
      const profile = await startHeadlessProfile(name, { relays: relay.addresses }, { wrapVault, ...(primitives === undefined ? {} : { primitives }) })
      people.push(profile)
      return { ...profile, rows }
    },
    join: async (newMember, by, group) => {
      const { invite = '' } = await by.ask({ kind: 'createInvite', group })
      await newMember.ask({ kind: 'join', invite })
      await newMember.until('in', ({ groups }) => (groups.find((each) => each.id === group)?.state === 'member' ? true : undefined))
      await waitUntil(`${by.name} sees ${newMember.name}`, () => by.group(group)?.members.some((each) => each.name === newMember.name))
    },
    haystack: () => {
      const files = [folder.path, ...(store === undefined ? [] : [store.folder])].flatMap((path) =>
        readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
      )
      return Buffer.concat([...frames, ...files, Buffer.from(lines.join('\n'))])
    },
    end: async () => {
      for (const each of people) await each.remove()
      await relay.stop()
      folder.remove()
    },
  }
}
