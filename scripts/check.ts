/** Types and lint: the generated declarations first, then the three TypeScript projects, then oxlint. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './repository.ts'
import { runStep } from './run-step.ts'
import { TIME_LIMITS_MS } from './time-limits.ts'

const BIN = join(ROOT, 'node_modules', '.bin')

const STEPS: readonly { readonly name: string; readonly program: string; readonly arguments: readonly string[] }[] = [
  { name: 'generated declarations', program: 'wxt', arguments: ['prepare'] },
  { name: 'types of the pure packages', program: 'tsc', arguments: ['-p', 'tsconfig.pure.json'] },
  { name: 'types of the Node parts and tests', program: 'tsc', arguments: ['-p', 'tsconfig.node.json'] },
  { name: 'types of the extension', program: 'tsc', arguments: ['-p', 'tsconfig.json'] },
  { name: 'lint', program: 'oxlint', arguments: ['--quiet'] },
]

/** Runs every step even after one failed, printing each with its time. Returns whether all passed. */
export async function check(limitMs: number = TIME_LIMITS_MS.verify): Promise<boolean> {
  const endMs = performance.now() + limitMs
  let allPassed = true
  for (const step of STEPS) {
    const { ok, seconds, output, timedOut } = await runStep(join(BIN, step.program), step.arguments, {
      quiet: true,
      limitMs: Math.max(0, endMs - performance.now()),
    })
    console.log(`${ok ? '✓' : '✗'} ${step.name} (${seconds.toFixed(1)} s${timedOut ? ', ended by its time limit' : ''})`)
    if (!ok) console.log(output.trimEnd())
    allPassed &&= ok
  }
  return allPassed
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exit((await check()) ? 0 : 1)
