/** Programs of the machine: where they are, and how those that are missing come from Debian's packages. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The path of a program on PATH; null if it is not there. */
export function findProgram(name: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, name)
    if (folder !== '' && isProgram(file)) return file
  }
  return null
}

/** Whether a file can be run. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Whether Debian's packages can be installed from here: as root, where there is apt. */
export const canInstallWithApt = (): boolean => process.getuid?.() === 0 && findProgram('apt-get') !== null

/** Installs Debian's packages. Returns the command of apt that failed, which has said why; null where all are there. */
export function installWithApt(packages: readonly string[]): string | null {
  console.error(`Installing ${packages.join(', ')} with apt…`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const [command, ...options] of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ] as const) {
    if (spawnSync('apt-get', [command, ...options], { env, stdio: ['ignore', 2, 2] }).status !== 0) return command
  }
  return null
}
