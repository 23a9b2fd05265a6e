/**
 * What every store of a relay's mailboxes must keep (`../store/mailbox-store.ts`, invariants 1 to 5), as cases that run
 * anywhere. No framework and no clock. `run` throws with what is wrong.
 */
import { type MailboxId, compareBytes, equalBytes } from '@sotto/wire'
import type { AsyncMailboxStore, Claim, StoreCommand, StoreResult } from '../store/mailbox-store.ts'

/** A program of calls. It yields what each call returned, which may be on its way, and is given what that came to. */
export type Steps<T> = Generator<unknown, T, unknown>

function* wait<T>(called: PromiseLike<T> | T): Steps<T> {
  return (yield called) as T
}

export interface MailboxStoreCase {
  /** A sentence. */
  readonly name: string
  /** `open` returns an empty store whose disk takes about `mostBytes` of bodies. */
  readonly run: (open: (mostBytes?: number) => PromiseLike<AsyncMailboxStore> | AsyncMailboxStore) => Steps<void>
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

function* one(store: AsyncMailboxStore, command: StoreCommand, nowMs = 0): Steps<StoreResult> {
  const [result] = yield* wait(store.execute([command], nowMs))
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
function* numbersIn(store: AsyncMailboxStore, box: number, nowMs = 0, after = 0): Steps<readonly number[]> {
  const result = yield* one(store, { kind: 'read', mailbox: mailbox(box), after, mostRecords: 10_000, mostBytes: 2 ** 40 }, nowMs)
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
function* fetched(store: AsyncMailboxStore, nowMs = 0, command: StoreCommand = FETCH): Steps<string> {
  const result = yield* one(store, command, nowMs)
  if (result.kind !== 'keys') throw new Error('a fetch without keys')
  if (result.keys === null) return 'nothing'
  const number = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const { oneTime: first, kem } = result.keys
  return `${first === null ? 'none' : number(first)} ${number(kem)}`
}

export const MAILBOX_STORE_CASES: readonly MailboxStoreCase[] = [
  {
    name: 'records are read in order, after a cursor, each mailbox separately',
    *run(open) {
      const store = yield* wait(open())
      const results = yield* wait(store.execute([append(1, 1), append(2, 2), append(1, 3), append(1, 4)], 0))
      const cursors = results.map(cursorOf)
      const [first = 0, , third = 0, fourth = 0] = cursors
      assert(0 < first && first < third && third < fourth, 'cursors of a mailbox do not ascend')
      assertNumbers(yield* numbersIn(store, 1), [1, 3, 4])
      assertNumbers(yield* numbersIn(store, 1, 0, cursors[0]), [3, 4])
      assertNumbers(yield* numbersIn(store, 2), [2])
      yield* wait(store.close())
    },
  },
  {
    name: 'a record is read with the number of the send capability by which it came, and none for a stranger',
    *run(open) {
      const store = yield* wait(open())
      const under = (number: number, capability: number): StoreCommand => ({ ...append(1, number), capability }) as StoreCommand
      yield* wait(store.execute([under(1, 0), under(2, 7), under(3, 2 ** 31)], 0))
      const result = yield* one(store, { kind: 'read', mailbox: mailbox(1), after: 0, mostRecords: 10, mostBytes: 2 ** 40 })
      const found = result.kind === 'records' ? result.records.map(({ capability }) => capability) : []
      assert(JSON.stringify(found) === JSON.stringify([null, 7, 2 ** 31]), `found ${JSON.stringify(found)}`)
      yield* wait(store.close())
    },
  },
  {
    name: 'a read stops at its limits of records and bytes, and says whether there is more',
    *run(open) {
      const store = yield* wait(open())
      yield* wait(store.execute([append(1, 1), append(1, 2), append(1, 3)], 0))
      const read = function* (mostRecords: number, mostBytes: number): Steps<string> {
        const result = yield* one(store, { kind: 'read', mailbox: mailbox(1), after: 0, mostRecords, mostBytes })
        return result.kind === 'records' ? `${result.records.length} ${result.more}` : result.kind
      }
      assert((yield* read(2, 2 ** 30)) === '2 true', 'two of three')
      assert((yield* read(3, 2 ** 30)) === '3 false', 'three of three')
      assert((yield* read(10, 512)) === '2 true', 'two fit the bytes')
      assert((yield* read(10, 1)) === '1 true', 'one record is returned whatever its size')
      yield* wait(store.close())
    },
  },
  {
    name: 'a repeated record is acknowledged with the cursor it has, also within one batch',
    *run(open) {
      const store = yield* wait(open())
      const results = yield* wait(store.execute([append(1, 1), append(1, 1), append(2, 1)], 0))
      assert(cursorOf(results[0]) === cursorOf(results[1]), 'a duplicate got another cursor')
      const kinds = results.map((result) => result.kind === 'appended' && result.duplicate)
      assert(kinds.join() === 'false,true,false', 'another mailbox is another record')
      assertNumbers(yield* numbersIn(store, 1), [1])
      assertNumbers(yield* numbersIn(store, 2), [1])
      yield* wait(store.close())
    },
  },
  {
    name: 'acknowledging deletes up to the cursor, and no cursor is used again',
    *run(open) {
      const store = yield* wait(open())
      const [, second] = yield* wait(store.execute([append(1, 1), append(1, 2), append(1, 3)], 0))
      yield* one(store, { kind: 'acknowledge', mailbox: mailbox(1), upTo: cursorOf(second) })
      assertNumbers(yield* numbersIn(store, 1), [3])
      yield* one(store, { kind: 'acknowledge', mailbox: mailbox(1), upTo: 2 ** 40 })
      assertNumbers(yield* numbersIn(store, 1), [])
      assert(cursorOf(yield* one(store, append(1, 1))) > cursorOf(second) + 1, 'a cursor was used twice')
      yield* wait(store.close())
    },
  },
  {
    name: 'a full mailbox refuses what is new and keeps what it has, until something expires',
    *run(open) {
      const store = yield* wait(open())
      const most = { records: 3, bytes: 2 ** 30, capabilityRecords: 3 }
      const put = (number: number, nowMs: number, expiresMs: number) => one(store, append(1, number, { most, expiresMs }), nowMs)
      yield* put(1, 0, 100)
      yield* put(2, 0, 200)
      yield* put(3, 0, 300)
      const refused = yield* put(4, 40, 340)
      assert(refused.kind === 'refused' && refused.code === 'full', 'not refused')
      assert(refused.kind === 'refused' && refused.retryAfterMs === 60, 'does not say when there will be room')
      assertNumbers(yield* numbersIn(store, 1, 40), [1, 2, 3])
      cursorOf(yield* put(4, 100, 400))
      assertNumbers(yield* numbersIn(store, 1, 100), [2, 3, 4])
      yield* wait(store.close())
    },
  },
  {
    name: 'bytes and send capabilities are counted as well as records',
    *run(open) {
      const store = yield* wait(open())
      const bytes = { records: 100, bytes: 600, capabilityRecords: 100 }
      yield* one(store, append(1, 1, { most: bytes }))
      yield* one(store, append(1, 2, { most: bytes }))
      assert(refusalOf(yield* one(store, append(1, 3, { most: bytes }))) === 'full', 'bytes are not counted')
      const capabilities = { records: 100, bytes: 2 ** 30, capabilityRecords: 1 }
      yield* one(store, append(2, 1, { most: capabilities, capability: 1 }))
      assert(refusalOf(yield* one(store, append(2, 2, { most: capabilities, capability: 1 }))) === 'full', 'send capabilities are not counted')
      cursorOf(yield* one(store, append(2, 3, { most: capabilities, capability: 2 })))
      yield* one(store, { kind: 'acknowledge', mailbox: mailbox(2), upTo: 2 ** 40 })
      cursorOf(yield* one(store, append(2, 2, { most: capabilities, capability: 1 })))
      yield* wait(store.close())
    },
  },
  {
    name: 'an expired record is not read, does not count as a duplicate, and is forgotten in steps',
    *run(open) {
      const store = yield* wait(open())
      for (let number = 1; number <= 5; number++) yield* one(store, append(1, number, { expiresMs: 100 }))
      yield* one(store, append(1, 6, { expiresMs: 200 }))
      assertNumbers(yield* numbersIn(store, 1, 100), [6])
      const again = cursorOf(yield* one(store, append(1, 3, { expiresMs: 300 }), 100))
      assertNumbers(yield* numbersIn(store, 1, 100), [6, 3])
      assert(again > 6, 'a cursor was used twice')
      let forgotten = 0
      for (let step = yield* wait(store.expire(200, 2)); step > 0; step = yield* wait(store.expire(200, 2))) {
        assert(step <= 2, 'a step was too long')
        forgotten += step
      }
      assert(forgotten <= 6, 'too much was forgotten')
      assertNumbers(yield* numbersIn(store, 1, 200), [3])
      yield* wait(store.close())
    },
  },
  {
    name: 'dropping a mailbox deletes its records and its keys',
    *run(open) {
      const store = yield* wait(open())
      yield* wait(store.execute([append(1, 1), publish([1, 2]), { kind: 'drop', mailbox: mailbox(1) }], 0))
      assertNumbers(yield* numbersIn(store, 1), [])
      assert((yield* fetched(store)) === 'nothing', 'keys are left')
      yield* wait(store.close())
    },
  },
  {
    name: 'a full disk refuses strangers first, then all others, evicts nothing, and keeps working',
    *run(open) {
      const mostBytes = 400 * 1024
      const store = yield* wait(open(mostBytes))
      yield* one(store, publishIn(6))
      const kept: number[] = []
      const fill = function* (claim: Claim, from: number, lengthBytes = 4096): Steps<number> {
        for (let number = from; ; number++) {
          const result = yield* one(store, append(1, number, { claim, body: body(number, lengthBytes) }))
          if (result.kind === 'refused') {
            assert(result.code === 'diskFull' && result.retryAfterMs > 0, 'refused with another code')
            return number
          }
          kept.push(number)
          assert(number < 1_000, 'the disk never fills')
        }
      }
      const strangersTo = yield* fill('stranger', yield* fill('stranger', 1), 256)
      assert(strangersTo > 10, 'full at once')
      for (const claim of ['group', 'granted'] as const) {
        assert(refusalOf(yield* one(store, append(7, 1, { claim, body: body(1, 4096) }))) === 'diskFull', `a new mailbox took the reserve as ${claim}`)
      }
      assert(refusalOf(yield* one(store, publishIn(7))) === 'diskFull', 'new keys took the reserve')
      assert((yield* one(store, publishIn(6))).kind === 'keysLeft', 'keys of before are not renewed')
      cursorOf(yield* one(store, append(6, 1, { claim: 'granted', body: body(1, 4096) })))
      assert((yield* fill('granted', strangersTo)) > strangersTo, 'nothing is reserved for grants')
      assertNumbers(yield* numbersIn(store, 1), kept)
      const half = kept[Math.floor(kept.length / 2)] ?? 0
      const read = yield* one(store, { kind: 'read', mailbox: mailbox(1), after: 0, mostRecords: half, mostBytes: 2 ** 30 })
      const upTo = read.kind === 'records' ? (read.records.at(-1)?.cursor ?? 0) : 0
      assert((yield* one(store, { kind: 'acknowledge', mailbox: mailbox(1), upTo })).kind === 'done', 'a full disk refuses to delete')
      cursorOf(yield* one(store, append(1, 5_000, { claim: 'stranger' })))
      yield* wait(store.close())
    },
  },
  {
    name: 'files are taken while half of the disk is free, and letters after that',
    *run(open) {
      const store = yield* wait(open(400 * 1024))
      const chunk = (number: number): StoreCommand => append(1, number, { claim: 'blob', body: body(number, 4096) })
      let number = 0
      let refused: StoreResult | null = null
      for (; refused === null && number < 1_000; number++) {
        const result = yield* one(store, chunk(number))
        if (result.kind === 'refused') refused = result
      }
      assert(refused?.kind === 'refused' && refused.code === 'diskFull' && refused.retryAfterMs > 0, 'the disk is never full of files')
      const taken = (number - 1) * 4096
      assert(taken > 100 * 1024 && taken <= 210 * 1024, `files took ${taken} bytes of 400 KiB`)
      for (let letter = 0; letter < 20; letter++) cursorOf(yield* one(store, append(2, letter, { claim: 'stranger', body: body(letter, 4096) })))
      assert(refusalOf(yield* one(store, chunk(number))) === 'diskFull', 'a file took the room of letters')
      assert((yield* one(store, { kind: 'drop', mailbox: mailbox(1) })).kind === 'done', 'a file cannot be dropped')
      cursorOf(yield* one(store, chunk(number)))
      assertNumbers(yield* numbersIn(store, 1), [number])
      yield* wait(store.close())
    },
  },
  {
    name: 'in a batch on a full disk commands without room are refused and the others take effect',
    *run(open) {
      const store = yield* wait(open(400 * 1024))
      const batch = Array.from({ length: 200 }, (_, number) => append(1, number, { claim: 'granted', body: body(number, 4096) }))
      const results = yield* wait(store.execute(batch, 0))
      const accepted = results.flatMap((result, number) => (result.kind === 'appended' ? [number] : []))
      assert(accepted.length > 10 && accepted.length < 200, `${accepted.length} of 200 fit`)
      assertNumbers(yield* numbersIn(store, 1), accepted)
      yield* wait(store.close())
    },
  },
  {
    name: 'each one-time key is handed out once, then the last-resort key for ever',
    *run(open) {
      const store = yield* wait(open())
      assert((yield* fetched(store)) === 'nothing', 'keys of an inbox without any')
      yield* one(store, publish([1, 2]))
      assert((yield* fetched(store)) === '1 1', 'the first')
      assert((yield* fetched(store, 0, { kind: 'fetchKeys', mailbox: mailbox(1), pop: false })) === 'none 999', 'popped unasked')
      assert((yield* fetched(store)) === '2 2', 'the second')
      assert((yield* fetched(store)) === 'none 999' && (yield* fetched(store)) === 'none 999', 'the last resort')
      yield* wait(store.close())
    },
  },
  {
    name: 'a repeated publication never brings back a key that was handed out',
    *run(open) {
      const store = yield* wait(open())
      yield* one(store, publish([1, 2, 3]))
      yield* fetched(store)
      const again = yield* one(store, publish([1, 2, 3]))
      assert(again.kind === 'keysLeft' && again.left.oneTime === 2 && again.left.oneTimeKem === 2, 'wrong count')
      yield* one(store, publish([3, 4], { replace: true }))
      assert((yield* fetched(store)) === '4 4', 'replacing went wrong')
      assert((yield* fetched(store)) === 'none 999', 'an old key came back')
      yield* wait(store.close())
    },
  },
  {
    name: 'one-time keys are kept up to a limit, and counted for the owner',
    *run(open) {
      const store = yield* wait(open())
      const left = yield* one(store, publish([1, 2, 3, 4, 5, 6, 7]))
      assert(left.kind === 'keysLeft' && left.left.oneTime === 5, 'surplus keys were taken')
      const count = yield* one(store, { kind: 'countKeys', mailbox: mailbox(1) })
      assert(count.kind === 'keysLeft' && count.left.published && count.left.oneTimeKem === 5, 'wrong count')
      yield* wait(store.close())
    },
  },
  {
    name: 'a publication expires with everything in it',
    *run(open) {
      const store = yield* wait(open())
      yield* one(store, publish([1, 2], { expiresMs: 100 }))
      assert((yield* fetched(store, 100)) === 'nothing', 'an expired key was handed out')
      yield* wait(store.expire(100, 10))
      const count = yield* one(store, { kind: 'countKeys', mailbox: mailbox(1) }, 0)
      assert(count.kind === 'keysLeft' && !count.left.published, 'something is left')
      yield* wait(store.close())
    },
  },
  {
    name: 'bytes passed in and bytes returned belong to the caller',
    *run(open) {
      const store = yield* wait(open())
      const command = append(1, 1)
      yield* one(store, command)
      command.body.fill(255)
      const read = function* (): Steps<Uint8Array> {
        const result = yield* one(store, { kind: 'read', mailbox: mailbox(1), after: 0, mostRecords: 1, mostBytes: 1 })
        return (result.kind === 'records' ? result.records[0]?.body : undefined) ?? new Uint8Array()
      }
      assert(equalBytes(yield* read(), body(1)), 'the stored body changes with the one passed in')
      const returned = yield* read()
      returned.fill(255)
      assert(equalBytes(yield* read(), body(1)), 'the stored body changes with the returned one')
      yield* wait(store.close())
    },
  },
  {
    name: 'a store has a name of 16 bytes of its own',
    *run(open) {
      const store = yield* wait(open())
      const name = store.incarnation()
      assert(name.length === 16 && equalBytes(name, store.incarnation()), 'the name changes')
      yield* wait(store.close())
      const other = yield* wait(open())
      assert(compareBytes(name, other.incarnation()) !== 0, 'two stores have one name')
      yield* wait(other.close())
    },
  },
]
