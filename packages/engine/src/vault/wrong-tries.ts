/**
 * How long a person waits after wrong passphrases (PROTOCOL §9.23 to §9.25). Against a person at the keyboard of a running
 * browser: who has the disk can copy it and guess elsewhere, at the cost of Argon2id.
 *
 * The count lies in the clear beside the header, since nothing is open when it is needed, and goes with a wipe.
 */
import { decode, encode, struct, uint48, uint8, versioned } from '@sotto/wire'
import type { VaultPort } from '../ports.ts'

const SECOND_MS = 1_000
/** After so many wrong passphrases in a row (the place in the list); after more, the last. */
const WAITS_MS = [0, 0, 0, 5 * SECOND_MS, 15 * SECOND_MS, 60 * SECOND_MS, 5 * 60 * SECOND_MS, 15 * 60 * SECOND_MS] as const
const LONGEST_WAIT_MS = 15 * 60 * SECOND_MS

/** `failed`: tries since the last right one. `sinceMs`: when the wait for the next one began. */
const wrongTries = versioned(1, struct({ failed: uint8, sinceMs: uint48 }))
type WrongTries = { readonly failed: number; readonly sinceMs: number }

interface Dependencies {
  readonly port: Pick<VaultPort, 'tries'>
  readonly nowMs: () => number
}

const waitMs = ({ failed }: WrongTries): number => WAITS_MS[failed] ?? LONGEST_WAIT_MS

async function read({ port }: Dependencies): Promise<WrongTries> {
  const bytes = await port.tries.read()
  return (bytes === undefined ? undefined : decode(wrongTries, bytes)) ?? { failed: 0, sinceMs: 0 }
}

const write = ({ port }: Dependencies, tries: WrongTries): Promise<void> => port.tries.write(encode(wrongTries, tries))

/** When the next passphrase is taken; null: now. */
export async function nextTryMs(dependencies: Dependencies): Promise<number | null> {
  const tries = await read(dependencies)
  const nowMs = dependencies.nowMs()
  const wait = waitMs(tries)
  if (wait === 0 || nowMs >= tries.sinceMs + wait) return null
  if (nowMs >= tries.sinceMs) return tries.sinceMs + wait
  // The clock was put back: the wait begins again. So that shortens nothing, and locks nobody out for longer than one wait.
  await write(dependencies, { ...tries, sinceMs: nowMs })
  return nowMs + wait
}

/** Counts a try before it is made: killing the browser in the middle of one gives none for nothing. */
export async function countTry(dependencies: Dependencies): Promise<void> {
  const { failed } = await read(dependencies)
  await write(dependencies, { failed: Math.min(failed + 1, 0xff), sinceMs: dependencies.nowMs() })
}

/** The try was right. */
export async function forgetTries(dependencies: Dependencies): Promise<void> {
  // Best effort: who knows the passphrase gets in, and a count that stays is one try less for the next time.
  await write(dependencies, { failed: 0, sinceMs: 0 }).catch(() => undefined)
}
