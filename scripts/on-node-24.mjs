// Runs a TypeScript script of this project under Node 24, whatever Node (20.17 or newer) started it.
//
// It installs the locked dependencies when they are missing or older than the lock, picks its own Node if that is
// new enough and the one among the dependencies otherwise, puts node_modules/.bin first on PATH, and hands signals on.
// Plain JavaScript without dependencies, because it runs before any are there.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [script, ...args] = process.argv.slice(2)
if (script === undefined) {
  console.error('usage: node scripts/on-node-24.mjs FILE.ts [arguments]')
  process.exit(2)
}

const lock = join(root, 'package-lock.json')
const installed = join(root, 'node_modules', '.package-lock.json')
if (!existsSync(installed) || statSync(lock).mtimeMs > statSync(installed).mtimeMs) {
  console.error('Installing the locked dependencies (about a minute)…')
  const flags = ['ci', '--include=dev', '--include=optional', '--ignore-scripts=false', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const done = npm === undefined
    ? spawnSync('npm', flags, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
    : spawnSync(process.execPath, [npm, ...flags], { cwd: root, stdio: ['ignore', 2, 2] })
  if (done.status !== 0) {
    console.error('The dependencies could not be installed; what npm said is above. Nothing was started.')
    process.exit(1)
  }
}

const bin = join(root, 'node_modules', '.bin')
const own = Number(process.versions.node.split('.')[0]) >= 24
const node = own ? process.execPath : join(bin, process.platform === 'win32' ? 'node.cmd' : 'node')
if (!own && !existsSync(node)) {
  console.error(`Sotto needs Node 24; this is ${process.versions.node}, and the copy that npm brings along is missing. Install Node 24, or run npm ci with optional dependencies.`)
  process.exit(1)
}
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: bin + delimiter + (process.env.PATH ?? ''), SOTTO_WRAPPER_PID: String(process.pid) },
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
