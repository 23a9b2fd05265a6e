/**
 * `npm run package`: the packages of the extension for both browsers' stores, in `.output/`, and their SHA-256. The same
 * commit makes the same bytes on every machine. The last line is JSON.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BuildFailed, OUTPUT, packExtension } from './build.ts'
import { currentCommit } from './repository.ts'

const startMs = performance.now()
try {
  const packages = (await packExtension()).map((name) => {
    const bytes = readFileSync(join(OUTPUT, name))
    return { name, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  })
  for (const { name, sha256 } of packages) console.log(`${sha256}  ${name}`)
  const seconds = Math.round((performance.now() - startMs) / 100) / 10
  console.log(JSON.stringify({ command: 'package', commit: currentCommit(), node: process.versions.node, seconds, packages }))
} catch (fault) {
  if (!(fault instanceof BuildFailed)) throw fault
  console.error(fault.message)
  process.exit(1)
}
