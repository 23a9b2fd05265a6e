/** Starts the members of the benchmark of files, each in a process of its own. */
import { join } from 'node:path'
import { type CalledProcess, startCalledProcess } from '../../fixtures/called-process.ts'
import type { MemberCalls } from './member-calls.ts'

export type FileMember = CalledProcess<MemberCalls>

export const startFileMember = (): Promise<FileMember> => startCalledProcess(join(import.meta.dirname, 'member-process.ts'))
