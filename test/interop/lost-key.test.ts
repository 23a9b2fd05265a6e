/** A key that never came, or was lost: the member requests it from its owner, and reads what it could not. */
import { afterEach, expect, it } from 'vitest'
import type { VaultPort } from '@sotto/engine'
import { type HeadlessProfile, startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'

const running: { readonly remove: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.remove()
})

it('a member whose store lost every key that was handed to it recovers by asking', async () => {
  const relay = await startRelay()
  running.push(relay)
  let dropped = 0
  /** A store that has lost the others' keys when it is opened again. */
  const wrapVault = (vault: VaultPort): VaultPort => ({
    ...vault,
    openStorage: async (cipher) => {
      const storage = await vault.openStorage(cipher)
      return {
        ...storage,
        load: async () => {
          const rows = new Map(await storage.load())
          for (const key of rows.keys()) if (key.startsWith('theirKey/') && rows.delete(key)) dropped++
          return rows
        },
      }
    },
  })
  const start = async (name: string, options = {}): Promise<HeadlessProfile> => {
    const peer = await startHeadlessProfile(name, { relays: relay.addresses() }, options)
    running.push(peer)
    return peer
  }
  const alice = await start('Alice')
  const carol = await start('Carol', { wrapVault })
  const { group = '' } = await alice.ask({ kind: 'createGroup', title: 'Desk' })
  const { invite = '' } = await alice.ask({ kind: 'createInvite', group })
  await carol.ask({ kind: 'join', invite })
  await waitUntil('Carol is in', () => carol.group(group)?.state === 'member')
  await alice.ask({ kind: 'send', group, text: 'with a key' })
  await carol.untilTexts(group, ['with a key'])
  await carol.stop()
  await alice.ask({ kind: 'send', group, text: 'while the key is lost' })
  await alice.until('it is sent', ({ groups }) => (groups[0]?.lastMessage?.text === 'while the key is lost' ? true : undefined))
  await carol.start()
  await carol.until('it is open', ({ phase, groups }) => (phase === 'ready' && groups.length > 0 ? true : undefined))
  await carol.untilTexts(group, ['with a key', 'while the key is lost'])
  expect(dropped).toBeGreaterThan(0)
  // It came from its author in private, and is marked so.
  const message = (await carol.messages(group)).find(({ body }) => body.kind === 'text' && body.text === 'while the key is lost')
  expect(message?.resent).toBe(true)
  await alice.ask({ kind: 'send', group, text: 'and on it goes' })
  await carol.untilTexts(group, ['and on it goes'])
  await waitUntil('nothing is left closed', () => carol.group(group)?.unreadable.length === 0)
})
