/**
 * What every store of a relay's mailboxes must keep (`../store/mailbox-store.ts`, invariants 1 to 5), as cases that run
 * anywhere. No framework and no clock. `run` throws with what is wrong.
 */
import { type MailboxId, compareBytes, equalBytes } from '@sotto/wire'
import type { Claim, MailboxStore, StoreCommand, StoreResult } from '../store/mailbox-store.ts'

export interface MailboxStoreCase {
  /** A sentence. */
  readonly name: string
  /** `open` returns an empty store whose disk takes about `mostBytes` of bodies. */
  readonly run: (open: (mostBytes?: number) => MailboxStore) => void
}

const DAY = 86_400_000
const mailbox = (number: number): MailboxId => new Uint8Array(32).fill(number) as MailboxId
const body = (number: number, lengthBytes = 256): Uint8Array => {
  const bytes = new Uint8Array(lengthBytes)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}
const ROOMY = { records: 1_000_000, bytes: 2 ** 40, capabilityRecords: 1_000_000 }

type Append = Extract<StoreCommand, { readonly kind: 'append' }>
const append = (box: number, number: number, change: Partial<Append> = {}): Append => {
  const dedupe = new Uint8Array(32)
  new DataView(dedupe.buffer).setUint32(0, box)
  new DataView(dedupe.buffer).setUint32(4, number)
  const defaults = { capability: 0, claim: 'group' as Claim, expiresMs: DAY, most: ROOMY, longestWaitMs: DAY }
  return { kind: 'append', mailbox: mailbox(box), body: body(number), dedupe, ...defaults, ...change }
}

function assert(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(sentence)
}

function one(store: MailboxStore, command: StoreCommand, nowMs = 0): StoreResult {
  const [result] = store.execute([command], nowMs)
  if (result === undefined) throw new Error('a command without a result')
  return result
}

function cursorOf(result: StoreResult | undefined): number {
  if (result?.kind !== 'appended') throw new Error(`expected appended, found ${JSON.stringify(result)}`)
  return result.cursor
}

function refusalOf(result: StoreResult): string {
  return result.kind === 'refused' ? result.code : `no refusal but ${result.kind}`
}

/** The numbers of the bodies in a mailbox, in order. */
function numbersIn(store: MailboxStore, box: number, nowMs = 0, after = 0): readonly number[] {
  const result = one(store, { kind: 'read', mailbox: mailbox(box), after, mostRecords: 10_000, mostBytes: 2 ** 40 }, nowMs)
  if (result.kind !== 'records') throw new Error('a read without records')
  return result.records.map(({ body }) => new DataView(body.buffer, body.byteOffset).getUint32(0))
}

function assertNumbers(found: readonly number[], expected: readonly number[]): void {
  assert(found.join() === expected.join(), `found [${found.join()}], expected [${expected.join()}]`)
}

const oneTime = (ids: readonly number[]) => ids.map((id) => ({ id, key: body(id, 40) }))
const publish = (ids: readonly number[], change: { readonly replace?: boolean; readonly expiresMs?: number } = {}): StoreCommand => ({
  kind: 'publishKeys',
  mailbox: mailbox(1),
  replace: change.replace ?? false,
  publication: { shared: body(1, 90), lastResort: body(999, 90), oneTime: oneTime(ids), oneTimeKem: oneTime(ids) },
  expiresMs: change.expiresMs ?? DAY,
  mostKeys: 5,
})
const publishIn = (box: number): StoreCommand => ({ ...(publish([1]) as Extract<StoreCommand, { readonly kind: 'publishKeys' }>), mailbox: mailbox(box) })
const FETCH: StoreCommand = { kind: 'fetchKeys', mailbox: mailbox(1), pop: true }

/** The numbers of the keys that a fetch returned: one-time (null: none) and KEM (999: the last resort). */
function fetched(store: MailboxStore, nowMs = 0, command: StoreCommand = FETCH): string {
  const result = one(store, command, nowMs)
  if (result.kind !== 'keys') throw new Error('a fetch without keys')
  if (result.keys === null) return 'nothing'
  const number = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const { oneTime: first, kem } = result.keys
  return `${first === null ? 'none' : number(first)} ${number(kem)}`
}

export const MAILBOX_STORE_CASES: readonly MailboxStoreCase[] = [
  {
    name: 'records are read in order, after a cursor, each mailbox separately',
    run: (open) => {
      const store = open()
      const results = store.execute([append(1, 1), append(2, 2), append(1, 3), append(1, 4)], 0)
      const cursors = results.map(cursorOf)
      for (let i = 1; i < cursors.length; i++) assert((cursors[i] ?? 0) > (cursors[i - 1] ?? 0), 'cursors do not ascend')
      assertNumbers(numbersIn(store, 1), [1, 3, 4])
      assertNumbers(numbersIn(store, 1, 0, cursors[0]), [3, 4])
      assertNumbers(numbersIn(store, 2), [2])
      store.close()
    },
  },
  {
    name: 'a read stops at its limits of records and bytes, and says whether there is more',
    run: (open) => {
      const store = open()
      store.execute([append(1, 1), append(1, 2), append(1, 3)], 0)
      const read = (mostRecords: number, mostBytes: number): string => {
        const result = one(store, { kind: 'read', mailbox: mailbox(1), after: 0, mostRecords, mostBytes })
        return result.kind === 'records' ? `${result.records.length} ${result.more}` : result.kind
      }
      assert(read(2, 2 ** 30) === '2 true', 'two of three')
      assert(read(3, 2 ** 30) === '3 false', 'three of three')
      assert(read(10, 512) === '2 true', 'two fit the bytes')
      assert(read(10, 1) === '1 true', 'one record is returned whatever its size')
      store.close()
    },
  },
  {
    name: 'a repeated record is acknowledged with the cursor it has, also within one batch',
    run: (open) => {
      const store = open()
      const results = store.execute([append(1, 1), append(1, 1), append(2, 1)], 0)
      assert(cursorOf(results[0]) === cursorOf(results[1]), 'a duplicate got another cursor')
      assert(cursorOf(results[2]) !== cursorOf(results[0]), 'another mailbox is another record')
      assertNumbers(numbersIn(store, 1), [1])
      store.close()
    },
  },
  {
    name: 'acknowledging deletes up to the cursor, and no cursor is used again',
    run: (open) => {
      const store = open()
      const [, second] = store.execute([append(1, 1), append(1, 2), append(1, 3)], 0)
      one(store, { kind: 'acknowledge', mailbox: mailbox(1), upTo: cursorOf(second) })
      assertNumbers(numbersIn(store, 1), [3])
      one(store, { kind: 'acknowledge', mailbox: mailbox(1), upTo: 2 ** 40 })
      assertNumbers(numbersIn(store, 1), [])
      assert(cursorOf(one(store, append(1, 1))) > cursorOf(second) + 1, 'a cursor was used twice')
      store.close()
    },
  },
  {
    name: 'a full mailbox refuses what is new and keeps what it has, until something expires',
    run: (open) => {
      const store = open()
      const most = { records: 3, bytes: 2 ** 30, capabilityRecords: 3 }
      const put = (number: number, nowMs: number, expiresMs: number) => one(store, append(1, number, { most, expiresMs }), nowMs)
      put(1, 0, 100)
      put(2, 0, 200)
      put(3, 0, 300)
      const refused = put(4, 40, 340)
      assert(refused.kind === 'refused' && refused.code === 'full', 'not refused')
      assert(refused.kind === 'refused' && refused.retryAfterMs === 60, 'does not say when there will be room')
      assertNumbers(numbersIn(store, 1, 40), [1, 2, 3])
      cursorOf(put(4, 100, 400))
      assertNumbers(numbersIn(store, 1, 100), [2, 3, 4])
      store.close()
    },
  },
  {
    name: 'bytes and send capabilities are counted as well as records',
    run: (open) => {
      const store = open()
      const bytes = { records: 100, bytes: 600, capabilityRecords: 100 }
      one(store, append(1, 1, { most: bytes }))
      one(store, append(1, 2, { most: bytes }))
      assert(refusalOf(one(store, append(1, 3, { most: bytes }))) === 'full', 'bytes are not counted')
      const capabilities = { records: 100, bytes: 2 ** 30, capabilityRecords: 1 }
      one(store, append(2, 1, { most: capabilities, capability: 1 }))
      assert(refusalOf(one(store, append(2, 2, { most: capabilities, capability: 1 }))) === 'full', 'send capabilities are not counted')
      cursorOf(one(store, append(2, 3, { most: capabilities, capability: 2 })))
      one(store, { kind: 'acknowledge', mailbox: mailbox(2), upTo: 2 ** 40 })
      cursorOf(one(store, append(2, 2, { most: capabilities, capability: 1 })))
      store.close()
    },
  },
  {
    name: 'an expired record is not read, does not count as a duplicate, and is forgotten in steps',
    run: (open) => {
      const store = open()
      for (let number = 1; number <= 5; number++) one(store, append(1, number, { expiresMs: 100 }))
      one(store, append(1, 6, { expiresMs: 200 }))
      assertNumbers(numbersIn(store, 1, 100), [6])
      const again = cursorOf(one(store, append(1, 3, { expiresMs: 300 }), 100))
      assertNumbers(numbersIn(store, 1, 100), [6, 3])
      assert(again > 6, 'a cursor was used twice')
      let forgotten = 0
      for (let step = store.expire(200, 2); step > 0; step = store.expire(200, 2)) {
        assert(step <= 2, 'a step was too long')
        forgotten += step
      }
      assert(forgotten <= 6, 'too much was forgotten')
      assertNumbers(numbersIn(store, 1, 200), [3])
      store.close()
    },
  },
  {
    name: 'dropping a mailbox deletes its records and its keys',
    run: (open) => {
      const store = open()
      store.execute([append(1, 1), publish([1, 2]), { kind: 'drop', mailbox: mailbox(1) }], 0)
      assertNumbers(numbersIn(store, 1), [])
      assert(fetched(store) === 'nothing', 'keys are left')
      store.close()
    },
  },
  {
    name: 'a full disk refuses strangers first, then all others, evicts nothing, and keeps working',
    run: (open) => {
      const mostBytes = 400 * 1024
      const store = open(mostBytes)
      one(store, publishIn(6))
      const kept: number[] = []
      const fill = (claim: Claim, from: number): number => {
        for (let number = from; ; number++) {
          const result = one(store, append(1, number, { claim, body: body(number, 4096) }))
          if (result.kind === 'refused') {
            assert(result.code === 'diskFull' && result.retryAfterMs > 0, 'refused with another code')
            return number
          }
          kept.push(number)
          assert(number < 1_000, 'the disk never fills')
        }
      }
      const strangersTo = fill('stranger', 1)
      assert(strangersTo > 10, 'full at once')
      for (const claim of ['group', 'granted'] as const) {
        assert(refusalOf(one(store, append(7, 1, { claim, body: body(1, 4096) }))) === 'diskFull', `a new mailbox took the reserve as ${claim}`)
      }
      assert(refusalOf(one(store, publishIn(7))) === 'diskFull', 'new keys took the reserve')
      assert(one(store, publishIn(6)).kind === 'keysLeft', 'keys of before are not renewed')
      cursorOf(one(store, append(6, 1, { claim: 'granted', body: body(1, 4096) })))
      assert(fill('granted', strangersTo) > strangersTo, 'nothing is reserved for grants')
      assertNumbers(numbersIn(store, 1), kept)
      const half = kept[Math.floor(kept.length / 2)] ?? 0
      const read = one(store, { kind: 'read', mailbox: mailbox(1), after: 0, mostRecords: half, mostBytes: 2 ** 30 })
      const upTo = read.kind === 'records' ? (read.records.at(-1)?.cursor ?? 0) : 0
      assert(one(store, { kind: 'acknowledge', mailbox: mailbox(1), upTo }).kind === 'done', 'a full disk refuses to delete')
      cursorOf(one(store, append(1, 5_000, { claim: 'stranger' })))
      store.close()
    },
  },
  {
    name: 'in a batch on a full disk commands without room are refused and the others take effect',
    run: (open) => {
      const store = open(400 * 1024)
      const batch = Array.from({ length: 200 }, (_, number) => append(1, number, { claim: 'granted', body: body(number, 4096) }))
      const results = store.execute(batch, 0)
      const accepted = results.flatMap((result, number) => (result.kind === 'appended' ? [number] : []))
      assert(accepted.length > 10 && accepted.length < 200, `${accepted.length} of 200 fit`)
      assertNumbers(numbersIn(store, 1), accepted)
      store.close()
    },
  },
  {
    name: 'each one-time key is handed out once, then the last-resort key for ever',
    run: (open) => {
      const store = open()
      assert(fetched(store) === 'nothing', 'keys of an inbox without any')
      one(store, publish([1, 2]))
      assert(fetched(store) === '1 1', 'the first')
      assert(fetched(store, 0, { kind: 'fetchKeys', mailbox: mailbox(1), pop: false }) === 'none 999', 'popped unasked')
      assert(fetched(store) === '2 2', 'the second')
      assert(fetched(store) === 'none 999' && fetched(store) === 'none 999', 'the last resort')
      store.close()
    },
  },
  {
    name: 'a repeated publication never brings back a key that was handed out',
    run: (open) => {
      const store = open()
      one(store, publish([1, 2, 3]))
      fetched(store)
      const again = one(store, publish([1, 2, 3]))
      assert(again.kind === 'keysLeft' && again.left.oneTime === 2 && again.left.oneTimeKem === 2, 'wrong count')
      one(store, publish([3, 4], { replace: true }))
      assert(fetched(store) === '4 4', 'replacing went wrong')
      assert(fetched(store) === 'none 999', 'an old key came back')
      store.close()
    },
  },
  {
    name: 'one-time keys are kept up to a limit, and counted for the owner',
    run: (open) => {
      const store = open()
      const left = one(store, publish([1, 2, 3, 4, 5, 6, 7]))
      assert(left.kind === 'keysLeft' && left.left.oneTime === 5, 'surplus keys were taken')
      const count = one(store, { kind: 'countKeys', mailbox: mailbox(1) })
      assert(count.kind === 'keysLeft' && count.left.published && count.left.oneTimeKem === 5, 'wrong count')
      store.close()
    },
  },
  {
    name: 'a publication expires with everything in it',
    run: (open) => {
      const store = open()
      one(store, publish([1, 2], { expiresMs: 100 }))
      assert(fetched(store, 100) === 'nothing', 'an expired key was handed out')
      store.expire(100, 10)
      const count = one(store, { kind: 'countKeys', mailbox: mailbox(1) }, 0)
      assert(count.kind === 'keysLeft' && !count.left.published, 'something is left')
      store.close()
    },
  },
  {
    name: 'bytes passed in and bytes returned belong to the caller',
    run: (open) => {
      const store = open()
      const command = append(1, 1)
      one(store, command)
      command.body.fill(255)
      const read = (): Uint8Array => {
        const result = one(store, { kind: 'read', mailbox: mailbox(1), after: 0, mostRecords: 1, mostBytes: 1 })
        return (result.kind === 'records' ? result.records[0]?.body : undefined) ?? new Uint8Array()
      }
      assert(equalBytes(read(), body(1)), 'the stored body changes with the one passed in')
      read().fill(255)
      assert(equalBytes(read(), body(1)), 'the stored body changes with the returned one')
      store.close()
    },
  },
  {
    name: 'a store has a name of 16 bytes of its own',
    run: (open) => {
      const store = open()
      const name = store.incarnation()
      assert(name.length === 16 && equalBytes(name, store.incarnation()), 'the name changes')
      store.close()
      const other = open()
      assert(compareBytes(name, other.incarnation()) !== 0, 'two stores have one name')
      other.close()
    },
  },
]
