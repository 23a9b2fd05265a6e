// Runs a TypeScript script of this project under Node 24, whatever Node (20.17 or newer) started it.
//
// It installs the locked dependencies if they are missing or older than the lock. It picks its own Node if that is new
// enough, and otherwise the one among the dependencies. It puts node_modules/.bin first on PATH, and passes signals on.
// If npm alone is ended by a signal, the script is ended too.
// Plain JavaScript without dependencies, because it runs before any are there.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const onWindows = process.platform === 'win32'
const [script, ...args] = process.argv.slice(2)
if (script === undefined) {
  console.error('usage: node scripts/on-node-24.mjs FILE.ts [arguments]')
  process.exit(2)
}

const modules = join(root, 'node_modules')
const lock = join(root, 'package-lock.json')
const installed = join(modules, '.package-lock.json')
if (!existsSync(installed) || statSync(lock).mtimeMs > statSync(installed).mtimeMs) {
  // npm empties the folder first. Through a link that would be another clone's.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error(
      'node_modules is a link, and what it leads to is older than package-lock.json. Replace the link by a folder, or install there. Nothing was started.',
    )
    process.exit(1)
  }
  console.error('Installing the locked dependencies (about a minute)…')
  const flags = ['ci', '--include=dev', '--include=optional', '--ignore-scripts=false', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const done =
    npm === undefined
      ? spawnSync('npm', flags, { cwd: root, stdio: ['ignore', 2, 2], shell: onWindows })
      : spawnSync(process.execPath, [npm, ...flags], { cwd: root, stdio: ['ignore', 2, 2] })
  if (done.status !== 0) {
    console.error('The dependencies could not be installed; what npm said is above. Nothing was started.')
    process.exit(1)
  }
}

const bin = join(modules, '.bin')
const own = Number(process.versions.node.split('.')[0]) >= 24
// Not .bin/node.cmd on Windows: a .cmd file cannot be started without a shell.
const brought = onWindows ? join(modules, 'node', 'bin', 'node.exe') : join(bin, 'node')
if (!own && !existsSync(brought)) {
  console.error(
    `Sotto needs Node 24; this is ${process.versions.node}, and the copy that npm brings along is missing. Install Node 24, or run npm ci with optional dependencies.`,
  )
  process.exit(1)
}
const child = spawn(own ? process.execPath : brought, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: bin + delimiter + (process.env.PATH ?? ''), SOTTO_WRAPPER_PID: String(process.pid) },
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (fault) => {
  console.error(`${script} could not be started: ${fault.message}`)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 1)))

// npm starts scripts through a shell. When either of the two is gone, the run has no caller any more.
if (process.env.npm_lifecycle_event !== undefined && !onWindows) {
  const parent = process.ppid
  const grandparent = parentOf(parent)
  setInterval(() => {
    if (process.ppid !== parent || (grandparent !== null && parentOf(parent) !== grandparent)) child.kill('SIGTERM')
  }, 500).unref()
}

/** The parent of a process; null if it cannot be found out. */
function parentOf(pid) {
  try {
    const status = existsSync('/proc/self/stat')
      ? readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) \S+ /s, '')
          .split(' ')[0]
      : spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
    return status === '' ? null : Number(status)
  } catch {
    return null
  }
}
