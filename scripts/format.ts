/** `npm run format` formats every file that the project writes by hand; `-- --check` only says which would change. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './repository.ts'
import { runStep } from './run-step.ts'
import { TIME_LIMITS_MS } from './time-limits.ts'

/** Whether all files are formatted, and which are not. */
export interface FormatCheck {
  readonly ok: boolean
  readonly unformatted: readonly string[]
  /** The formatter's output if it failed; else empty. */
  readonly fault: string
}

const prettier = (mode: '--write' | '--list-different', limitMs: number = TIME_LIMITS_MS.verify) =>
  runStep(join(ROOT, 'node_modules', '.bin', 'prettier'), [mode, '--cache', '--log-level=warn', '.'], { quiet: true, limitMs })

export async function checkFormat(limitMs?: number): Promise<FormatCheck> {
  const { ok, output } = await prettier('--list-different', limitMs)
  const lines = output.split('\n').filter((line) => line !== '')
  const isFault = !ok && (lines.length === 0 || lines.some((line) => line.startsWith('[')))
  return isFault ? { ok, unformatted: [], fault: output.trimEnd() || 'the formatter was ended' } : { ok, unformatted: lines, fault: '' }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv.includes('--check')) {
    const { ok, unformatted, fault } = await checkFormat()
    for (const line of unformatted) console.log(line)
    if (fault !== '') console.error(fault)
    process.exit(ok ? 0 : 1)
  }
  const { ok, output } = await prettier('--write')
  if (!ok) console.error(output.trimEnd())
  process.exit(ok ? 0 : 1)
}
