/** A member's browser in another network: a process of its own there drives it, and is asked by lines of JSON. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { EngineRequest, EngineValue, GroupView } from '@sotto/engine/api'
import { killOwned, ownProcess } from '../../fixtures/owned-processes.ts'

export type MemberQuestion =
  | { readonly kind: 'ask'; readonly request: EngineRequest }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'texts'; readonly group: string }
  /** What the page at this place of the app says. */
  | { readonly kind: 'reads'; readonly at: string }

export interface MemberElsewhere {
  readonly ask: (request: EngineRequest) => Promise<EngineValue>
  readonly group: (group: string) => Promise<GroupView | undefined>
  readonly texts: (group: string) => Promise<readonly string[]>
  readonly reads: (at: string) => Promise<string>
  readonly remove: () => Promise<void>
}

/** @param prefix a command's words that run what follows in the other network */
export async function startMemberElsewhere(prefix: readonly string[], name: string): Promise<MemberElsewhere> {
  const [program = '', ...words] = [...prefix, process.execPath, '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'member-process.ts'), name]
  const child = spawn(program, words, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  if (child.pid === undefined) throw new Error(`${name}'s process could not be started`)
  const { pid } = child
  ownProcess(pid)
  const waiting: ((line: string | null) => void)[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => waiting.shift()?.(line))
  child.on('exit', () => {
    for (const tell of waiting.splice(0)) tell(null)
  })
  const heard = async (): Promise<unknown> => {
    const line = await new Promise<string | null>((resolve) => waiting.push(resolve))
    if (line === null) throw new Error(`${name}'s process ended`)
    const { value, fault } = JSON.parse(line) as { readonly value?: unknown; readonly fault?: string }
    if (fault !== undefined) throw new Error(`${name}: ${fault}`)
    return value
  }
  const question = (what: MemberQuestion): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(what)}\n`)
    return heard()
  }
  const remove = async (): Promise<void> => {
    // It closes its browser when it is asked no more.
    const gone = new Promise((resolve) => child.on('exit', resolve))
    child.stdin.end()
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 10_000))])
    await killOwned(pid)
  }
  try {
    await heard()
  } catch (fault) {
    await remove()
    throw fault
  }
  return {
    ask: async (request) => (await question({ kind: 'ask', request })) as EngineValue,
    group: async (group) => (await question({ kind: 'group', group })) as GroupView | undefined,
    texts: async (group) => (await question({ kind: 'texts', group })) as readonly string[],
    reads: async (at) => (await question({ kind: 'reads', at })) as string,
    remove,
  }
}
