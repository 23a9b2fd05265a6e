import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'

/** The repository's folder. */
export const ROOT = dirname(import.meta.dirname)

/** The checked-out commit, with `+` if files differ from it; `unknown` outside a clone. */
export function currentCommit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--abbrev=12', '--dirty=+', '--exclude=*'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'unknown'
  }
}
