/**
 * The relay's disk is full: messages wait at their author, no message is shown as sent that is not, and all leave by
 * themselves once there is room.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MailboxId } from '@sotto/wire'
import { openSqliteMailboxStore } from '../../relay-node/src/store/sqlite-mailbox-store.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const MIB = 1024 * 1024
/** More than the prekeys of two take: what is there before the last tenth is reached may use that. */
const DISK_MIB = 4

describe('two people whose relay has a full disk', () => {
  const ballast = new Uint8Array(32).fill(1) as MailboxId
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string

  beforeAll(async () => {
    relay = await startRelay({ extraArguments: ['--disk-mib', `${DISK_MIB}`] })
    ;[alice, bob] = await Promise.all([startMember('chromium', 'Alice'), startMember('chromium', 'Bob')])
    group = await meet(relay, alice, [bob])
    await bob.ask({ kind: 'send', group, text: 'before' })
    await waitUntil('Alice reads it', async () => (await alice.texts(group)).includes('before'))
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  /** The relay's own store, while the relay is not running. */
  const withStore = (act: (store: ReturnType<typeof openSqliteMailboxStore>) => void): void => {
    const randomBytes = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes))
    const store = openSqliteMailboxStore({ path: join(relay.folder, 'mailboxes.sqlite'), mostBytes: DISK_MIB * MIB, randomBytes })
    try {
      act(store)
    } finally {
      store.close()
    }
  }
  /** Fills it with others' records, to the last page. */
  const fill = (): void =>
    withStore((store) => {
      for (let bodyBytes = 64 * 1024, i = 0; bodyBytes >= 256; i++) {
        const dedupe = new Uint8Array(new Uint32Array(8).fill(i + 1).buffer)
        const most = { records: MIB, bytes: DISK_MIB * MIB, capabilityRecords: MIB }
        const nowMs = Date.now()
        const expiresMs = nowMs + 3_600_000
        const body = new Uint8Array(bodyBytes)
        const [result] = store.execute(
          [{ kind: 'append', mailbox: ballast, capability: 1, claim: 'granted', body, dedupe, expiresMs, most, longestWaitMs: 0 }],
          nowMs,
        )
        if (result?.kind === 'refused') bodyBytes /= 2
      }
    })
  const refusedForTheDisk = async (): Promise<boolean> => /reason="diskFull"\} [1-9]/.test(await (await fetch(`${relay.http()}/metrics`)).text())
  const stateOf = async (text: string): Promise<string | null | undefined> =>
    (await alice.messages(group)).find(({ body }) => body.kind === 'text' && body.text === text)?.state
  const relayIsThere = (member: Member): Promise<unknown> =>
    waitUntil(`${member.name} has the relay`, async () => (await member.view()).relays.every(({ state }) => state === 'connected'))

  it('keep a message that finds no room, and see that it is still being sent', async () => {
    await bob.away('stop')
    await relay.stop()
    fill()
    await relay.start()
    await relayIsThere(alice)
    await alice.page().click({ role: 'link', nameIncludes: 'Desk' })
    await alice.ask({ kind: 'send', group, text: 'written to a full disk' })
    await waitUntil('the relay to refuse it', refusedForTheDisk)
    expect(await stateOf('written to a full disk')).toBe('sending')
    await alice.page().waitForText('Sending', { inside: { role: 'log', name: 'Messages' } })
  })

  it('have it leave by itself when there is room, and arrive', async () => {
    await relay.stop()
    withStore((store) => store.execute([{ kind: 'drop', mailbox: ballast }], Date.now()))
    await relay.start()
    await waitUntil('it to be sent', async () => (await stateOf('written to a full disk')) === 'sent', LONG_PATIENCE_MS)
    await bob.back()
    await waitUntil('Bob to read it', async () => (await bob.texts(group)).includes('written to a full disk'))
    await bob.ask({ kind: 'send', group, text: 'there is room' })
    await waitUntil('Alice to read the answer', async () => (await alice.texts(group)).includes('there is room'))
    for (const each of [alice, bob]) expect(await each.texts(group), each.name).toEqual(['before', 'written to a full disk', 'there is room'])
  })
})
