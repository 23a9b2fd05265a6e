import { expect, test } from 'vitest'
import { MAILBOX_STORE_CASES } from '../conformance/mailbox-store-cases.ts'
import { createMemoryMailboxStore } from './memory-mailbox-store.ts'

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

for (const { name, run } of MAILBOX_STORE_CASES) {
  test(name, () => {
    const steps = run((mostBytes) => createMemoryMailboxStore(mostBytes === undefined ? { randomBytes } : { randomBytes, mostBytes }))
    for (let step = steps.next(); step.done !== true;) step = steps.next(step.value)
  })
}

test('a wiped store is another store', () => {
  const store = createMemoryMailboxStore({ randomBytes })
  const before = store.incarnation()
  store.wipe()
  expect(store.incarnation()).not.toEqual(before)
})
