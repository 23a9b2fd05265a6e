/** What a row of messages costs its receiver: processor time and bytes, for each byte that was sent. */
import { threadCpuUsage } from 'node:process'
import type { UsedPrimitives } from '../../fuzz/learning/machine/counted-primitives.ts'

/** What a receiver did with a message. */
export interface Handled extends UsedPrimitives {
  /** Bytes of rows that are kept beyond those that were there. */
  readonly keptBytes: number
  /** Bytes that it sends because of it. */
  readonly sentBytes: number
}

/** A row of messages of one kind, as large as they are sent, and what hears one of them. */
export interface Attack {
  readonly kind: string
  /** The name of the row that an honest party sends in its place. */
  readonly insteadOf: string | null
  readonly messages: readonly { readonly bytes: number; readonly hear: () => Handled }[]
  /** Forgets what was heard, so that the row can be heard again. */
  readonly again: () => void
}

export interface Cost {
  readonly kind: string
  readonly insteadOf: string | null
  readonly bytes: number
  /** Of one message. */
  readonly cpuUs: number
  readonly cpuUsForAByte: number
  readonly keptForAByte: number
  readonly sentForAByte: number
  /** Of one message. */
  readonly publicKeyOperations: number
  readonly symmetricOperations: number
}

/** What a row costs in things that can be counted, heard once. */
export function countsOf({ messages, again }: Attack): Handled {
  const sum = { keptBytes: 0, sentBytes: 0, publicKeyOperations: 0, symmetricOperations: 0 }
  again()
  for (const { hear } of messages) {
    const handled = hear()
    sum.keptBytes += handled.keptBytes
    sum.sentBytes += handled.sentBytes
    sum.publicKeyOperations += handled.publicKeyOperations
    sum.symmetricOperations += handled.symmetricOperations
  }
  return sum
}

/** The system counts processor time in ticks of about a millisecond: a row is heard again and again until so much was used. */
const ENOUGH_US = 40_000
const MOST_REPEATS = 60
/** Of so many measurements the least counts: what else the machine does only adds. */
const TRIES = 3

export function costOf(attack: Attack): Cost {
  const { kind, insteadOf, messages, again } = attack
  const { keptBytes, sentBytes, publicKeyOperations, symmetricOperations } = countsOf(attack)
  let leastUs = Infinity
  for (let i = 0; i < TRIES; i++) {
    let [usedUs, repeats] = [0, 0]
    for (; repeats < MOST_REPEATS && usedUs < ENOUGH_US; repeats++) {
      again()
      const before = threadCpuUsage()
      for (const { hear } of messages) hear()
      const after = threadCpuUsage()
      usedUs += after.user + after.system - before.user - before.system
    }
    leastUs = Math.min(leastUs, usedUs / repeats)
  }
  const bytes = messages.reduce((sum, each) => sum + each.bytes, 0)
  return {
    kind,
    insteadOf,
    bytes: Math.round(bytes / messages.length),
    cpuUs: Math.round((leastUs / messages.length) * 10) / 10,
    cpuUsForAByte: leastUs / bytes,
    keptForAByte: keptBytes / bytes,
    sentForAByte: sentBytes / bytes,
    publicKeyOperations: publicKeyOperations / messages.length,
    symmetricOperations: symmetricOperations / messages.length,
  }
}
