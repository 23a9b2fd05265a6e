/**
 * V8's own coverage of the code under test, in blocks, without an instrumented build. What is counted is what ran since the
 * last look. Begin before the code is loaded: a function that was compiled earlier has no blocks.
 */
import { type Profiler, Session } from 'node:inspector'

export interface Coverage {
  /** The blocks that ran since the last call, each with the size of its count: 1, 2, 4, 8, … times. */
  readonly take: () => readonly string[]
  readonly end: () => void
}

/** Sizes of counts beyond this are one: a loop that runs longer is nothing new. */
const LARGEST_SIZE = 8

/** Counts the scripts whose address has one of these parts in it and does not end like a test. */
export function beginCoverage(parts: readonly string[]): Coverage {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true, allowTriggeredUpdates: false })
  const isMeant = (url: string): boolean => parts.some((part) => url.includes(part)) && !url.endsWith('.test.ts')
  return {
    take: () => {
      let scripts: readonly Profiler.ScriptCoverage[] = []
      session.post('Profiler.takePreciseCoverage', (fault, { result }) => {
        if (fault !== null) throw fault
        scripts = result
      })
      return scripts.filter(({ url }) => isMeant(url)).flatMap(blocksOf)
    },
    end: () => {
      session.post('Profiler.stopPreciseCoverage')
      session.disconnect()
    },
  }
}

function blocksOf({ scriptId, functions }: Profiler.ScriptCoverage): readonly string[] {
  const blocks: string[] = []
  for (const { ranges } of functions)
    for (const { startOffset, endOffset, count } of ranges)
      if (count > 0) blocks.push(`${scriptId}:${startOffset}:${endOffset}:${Math.min(LARGEST_SIZE, Math.floor(Math.log2(count)))}`)
  return blocks
}
