/** Starts the members of the benchmark of files, each in a process of its own. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { killOwned, ownProcess } from '../../fixtures/owned-processes.ts'
import type { FromMember, MemberCalls, ToMember } from './member-calls.ts'

export interface FileMember {
  readonly pid: number
  readonly call: <N extends keyof MemberCalls>(name: N, ...given: Parameters<MemberCalls[N]>) => ReturnType<MemberCalls[N]>
  /** SIGKILL. Every call that waits rejects. */
  readonly end: () => Promise<void>
}

export async function startFileMember(): Promise<FileMember> {
  const child = fork(join(import.meta.dirname, 'member-process.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    detached: true,
  })
  const { pid } = child
  if (pid === undefined) throw new Error('a member’s process could not be started')
  ownProcess(pid)
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  child.on('message', ({ id, value, fault }: FromMember) => {
    const call = waiting.get(id)
    waiting.delete(id)
    if (fault === undefined) call?.resolve(value)
    else call?.reject(new Error(fault))
  })
  child.on('exit', () => {
    for (const call of waiting.values()) call.reject(new Error('a member’s process ended'))
  })
  await once(child, 'message')
  let last = 0
  return {
    pid,
    call: (name, ...given) => {
      const id = ++last
      const answer = Promise.withResolvers<unknown>()
      waiting.set(id, answer)
      child.send({ id, call: name, given } satisfies ToMember)
      return answer.promise as never
    },
    end: async () => {
      for (const call of waiting.values()) call.promise.catch(() => {})
      await killOwned(pid)
    },
  }
}
