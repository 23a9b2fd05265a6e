/** Which relays of a cluster run at the moment, so that each does a part of what one of them has to do. */
import { createHash, randomBytes } from 'node:crypto'
import { RUNNING_SUBJECT } from './layout.ts'
import type { NatsLink } from './nats-link.ts'

export interface RunningRelays {
  /** Whether a partition is this relay's to look after. Two may think so for a moment, and never for long nobody. */
  readonly isOurs: (partition: number) => boolean
  readonly close: () => void
}

const SAID_EVERY_MS = 2_000
/** A relay that has said nothing for so long does not run. A guess: three words lost. */
const SILENT_MS = 7_000

export function createRunningRelays(link: NatsLink): RunningRelays {
  const own = randomBytes(8).toString('hex')
  const heardMs = new Map<string, number>()
  const subscription = link.listen(RUNNING_SUBJECT, (_, data) => {
    if (data.length === own.length) heardMs.set(new TextDecoder().decode(data), performance.now())
  })
  const say = (): void => {
    for (const [name, atMs] of heardMs) if (performance.now() - atMs > SILENT_MS) heardMs.delete(name)
    link.say(RUNNING_SUBJECT, new TextEncoder().encode(own))
  }
  say()
  const timer = setInterval(say, SAID_EVERY_MS)
  timer.unref()
  const rank = (name: string, partition: number): string => createHash('sha256').update(`${name} ${partition}`).digest('hex')
  return {
    isOurs: (partition) => {
      const ours = rank(own, partition)
      for (const name of heardMs.keys()) if (rank(name, partition) > ours) return false
      return true
    },
    close: () => {
      clearInterval(timer)
      subscription.unsubscribe()
    },
  }
}
