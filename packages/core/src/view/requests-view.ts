/** Who asks to write, as pages show them. */
import { nameFrom } from '@sotto/wire'
import type { ContactRequestView } from '../contract/pages.ts'
import { isBlocked } from '../groups/blocked.ts'
import { numberFor } from '../groups/names.ts'
import type { Transaction } from '../state/table.ts'
import { CONTACT_REQUEST } from '../state/tables/contact-links.ts'

/** Requests that wait for the person, the newest first, and those of people whom it blocked. */
export const requestsOf = (transaction: Transaction): readonly ContactRequestView[] =>
  transaction
    .scan(CONTACT_REQUEST)
    .toSorted((a, b) => b.value.sinceMs - a.value.sinceMs)
    .map(({ key: [account = ''], value }) => {
      const name = nameFrom(value.name)
      const isOut = isBlocked({ transaction }, value.account)
      return { account, name, another: numberFor({ transaction }, account, name), words: isOut ? '' : value.words, atMs: value.sinceMs, isBlocked: isOut }
    })
