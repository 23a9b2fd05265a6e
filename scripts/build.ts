/**
 * Builds the extension for both browsers into `.output/`. Does nothing if no input changed since the last build;
 * `--force` builds anyway. `--store` makes the packages for the stores, as `npm run package` does.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { ROOT } from './repository.ts'
import { runStep } from './run-step.ts'
import { TIME_LIMITS_MS } from './time-limits.ts'

/** The folder of builds and packages. */
export const OUTPUT = join(ROOT, '.output')
const STAMP = join(OUTPUT, 'inputs.sha256')
const LOCK = join(OUTPUT, 'build.lock')

/** Each browser with the file that a complete build leaves. */
const TARGETS = [
  { browser: 'chrome', manifest: join(OUTPUT, 'chrome-mv3', 'manifest.json') },
  { browser: 'firefox', manifest: join(OUTPUT, 'firefox-mv2', 'manifest.json') },
] as const

/** A failed build. The message contains the bundler's output. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed'
}

/** Runs one change of `.output/` at a time. */
async function locked<T>(act: () => Promise<T>): Promise<T> {
  mkdirSync(OUTPUT, { recursive: true })
  await takeLock()
  try {
    return await act()
  } finally {
    rmSync(LOCK, { force: true })
  }
}

/** One command of the bundler for one browser. Throws `BuildFailed` with its output. */
async function bundle(command: 'build' | 'zip', browser: (typeof TARGETS)[number]['browser'], options: readonly string[] = []): Promise<void> {
  const step = await runStep(join(ROOT, 'node_modules', '.bin', 'wxt'), [command, '-b', browser, ...options], {
    quiet: true,
    limitMs: TIME_LIMITS_MS.build / TARGETS.length,
    // Plain lines, without a terminal's animation.
    env: { CI: '1', NO_COLOR: '1' },
  })
  if (!step.ok) throw new BuildFailed(`The extension for ${browser} could not be built:\n${step.output}`)
}

/** Builds whatever is out of date. */
export function build(force = false): Promise<'built' | 'upToDate'> {
  return locked(async () => {
    const inputs = hashInputs()
    const complete = TARGETS.every(({ manifest }) => existsSync(manifest))
    if (!force && complete && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === inputs) return 'upToDate'
    rmSync(STAMP, { force: true })
    for (const { browser } of TARGETS) await bundle('build', browser)
    writeFileSync(STAMP, inputs)
    return 'built'
  })
}

/**
 * Builds again and writes the files for the browsers' stores into `.output/`: a package for each browser, and the sources
 * that Firefox's reviewers require. The same commit makes the same bytes. Returns the files' names.
 */
export function packExtension(): Promise<readonly string[]> {
  return locked(async () => {
    const packages = (): readonly string[] => globSync('*.zip', { cwd: OUTPUT }).toSorted()
    for (const old of packages()) rmSync(join(OUTPUT, old))
    rmSync(STAMP, { force: true })
    // The bundler leaves out of the sources what the browser at hand does not use. All of it is used for Chrome.
    await bundle('zip', 'firefox')
    await bundle('zip', 'chrome', ['--sources'])
    return packages()
  })
}

/** SHA-256 over names and contents of all inputs of the build. */
function hashInputs(): string {
  const files = globSync(['extension/**/*', 'packages/*/package.json', 'packages/*/src/**/*', 'wxt.config.ts', 'package-lock.json', 'tsconfig*.json'], {
    cwd: ROOT,
  })
  const hash = createHash('sha256')
  for (const file of files.toSorted()) {
    if (file.endsWith('.test.ts') || !statSync(join(ROOT, file)).isFile()) continue
    const content = readFileSync(join(ROOT, file))
    hash.update(`${file}\n${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

/** Waits for another build. The lock of a build that died is taken over. */
async function takeLock(): Promise<void> {
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
      return
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault
    }
    const owner = Number(existsSync(LOCK) ? readFileSync(LOCK, 'utf8') : '')
    if (owner > 0 && !isRunning(owner)) rmSync(LOCK, { force: true })
    await delay(200)
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const isCommand = import.meta.url === pathToFileURL(process.argv[1] ?? '').href
if (isCommand && process.argv.includes('--store')) {
  const step = await runStep(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'package.ts')], {
    limitMs: TIME_LIMITS_MS.build,
  })
  process.exit(step.ok ? 0 : 1)
} else if (isCommand) {
  const startMs = performance.now()
  try {
    const done = await build(process.argv.includes('--force'))
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
    console.log(done === 'built' ? `Built .output/chrome-mv3 and .output/firefox-mv2 in ${seconds} s.` : 'The build is up to date.')
  } catch (fault) {
    if (!(fault instanceof BuildFailed)) throw fault
    console.error(fault.message)
    process.exit(1)
  }
}
