/** Plays a case of a conformance suite on a store whose answers may take time. */
import type { MailboxStoreCase } from '@sotto/mailbox'

type Open = Parameters<MailboxStoreCase['run']>[0]

/** Rejects with what is wrong. */
export async function playCase({ run }: MailboxStoreCase, open: Open): Promise<void> {
  const steps = run(open)
  for (let step = steps.next(); step.done !== true;) step = steps.next(await step.value)
}
