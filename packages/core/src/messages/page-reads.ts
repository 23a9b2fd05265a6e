/** Names of reads that pages wait for. They write nothing, so that the answer waits for no disk. */
import type { Context } from '../state/context.ts'
import { PAGE_READS } from '../state/tables/page-places.ts'

/** Other reads are named by numbers alone. */
export function nextPageRead(context: Context): string {
  const number = (context.transaction.get(PAGE_READS, 'self') ?? 0) + 1
  context.transaction.put(PAGE_READS, ['self'], number)
  return `page-${number}`
}
