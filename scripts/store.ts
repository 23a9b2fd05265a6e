/**
 * What the browsers' stores ask of a release, tried: the packages are made twice, the second time out of the source archive
 * in an empty folder, and are the same byte for byte; and Mozilla's own linter has nothing to say about Firefox's package.
 */
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { unzipSync } from 'fflate'
import { makeTemporaryFolder } from '../test/fixtures/temporary-folder.ts'
import { OUTPUT, packExtension } from './build.ts'
import { ROOT } from './repository.ts'
import { runStep } from './run-step.ts'
import { TIME_LIMITS_MS } from './time-limits.ts'

const FIREFOX_PACKAGE = join(OUTPUT, 'firefox-mv2')

const sumsIn = (folder: string, names: readonly string[]): readonly string[] =>
  names.map((name) =>
    existsSync(join(folder, name))
      ? `${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}  ${name}`
      : `missing  ${name}`,
  )

/**
 * Gives a folder the dependencies that are installed here, without a network. The packages of the house are its own: their
 * links are relative, and a copied link leads to the same place below the folder.
 */
function linkDependencies(folder: string): void {
  const linkAll = (place: string): void => {
    const installed = join(ROOT, place, 'node_modules')
    if (!existsSync(installed) || !existsSync(join(folder, place))) return
    for (const name of readdirSync(installed).flatMap((each) =>
      each.startsWith('@') ? readdirSync(join(installed, each)).map((inner) => join(each, inner)) : [each],
    )) {
      const from = join(installed, name)
      const to = join(folder, place, 'node_modules', name)
      mkdirSync(dirname(to), { recursive: true })
      symlinkSync(lstatSync(from).isSymbolicLink() ? readlinkSync(from) : from, to)
    }
  }
  for (const place of ['', 'extension', 'relay-node', ...readdirSync(join(ROOT, 'packages')).map((name) => join('packages', name))]) linkAll(place)
}

/** Whether the packages come out of the source archive as they came out of this folder. */
async function rebuildsAlike(): Promise<boolean> {
  const names = await packExtension()
  const sources = names.find((name) => name.endsWith('-sources.zip'))
  if (sources === undefined || names.length !== 3) throw new Error(`the packages are ${names.join(', ')}`)
  const before = sumsIn(OUTPUT, names)
  const folder = makeTemporaryFolder('source-archive')
  try {
    for (const [name, content] of Object.entries(unzipSync(readFileSync(join(OUTPUT, sources))))) {
      if (name.endsWith('/')) continue
      mkdirSync(dirname(join(folder.path, name)), { recursive: true })
      writeFileSync(join(folder.path, name), content)
    }
    linkDependencies(folder.path)
    const built = await runStep(process.execPath, ['--disable-warning=ExperimentalWarning', join(folder.path, 'scripts', 'build.ts'), '--store'], {
      quiet: true,
      limitMs: TIME_LIMITS_MS.store,
    })
    if (!built.ok) console.log(built.output.trimEnd().slice(-2_000))
    const after = sumsIn(join(folder.path, '.output'), names)
    const differing = before.filter((sum, i) => sum !== after[i])
    for (const sum of differing) console.log(`  differs out of the source archive: ${sum}`)
    return built.ok && differing.length === 0
  } finally {
    folder.remove()
  }
}

interface LinterReport {
  readonly errors: readonly LinterMessage[]
  readonly warnings: readonly LinterMessage[]
}

interface LinterMessage {
  readonly code: string
  readonly message: string
  readonly file?: string
}

/**
 * Preact can write HTML as it is (`dangerouslySetInnerHTML`), which the linter sees in its code. Ours never asks for it
 * (`test/architecture/clean-files.test.ts`).
 */
const isPreacts = ({ code, file }: LinterMessage): boolean => code === 'UNSAFE_VAR_ASSIGNMENT' && file?.startsWith('chunks/') === true

/** What Mozilla's linter says about Firefox's package, which must be built. */
async function lintFirefoxPackage(): Promise<readonly string[]> {
  const step = await runStep(join(ROOT, 'node_modules', '.bin', 'addons-linter'), ['--output', 'json', FIREFOX_PACKAGE], {
    quiet: true,
    limitMs: TIME_LIMITS_MS.store,
  })
  const report = JSON.parse(step.output.slice(step.output.indexOf('{'))) as LinterReport
  const preacts = report.warnings.filter(isPreacts)
  return [...report.errors, ...report.warnings.filter((warning) => !isPreacts(warning)), ...preacts.slice(1)].map(
    ({ code, message, file }) => `${code} in ${file ?? 'the package'}: ${message}`,
  )
}

/** Tries both, and prints what is wrong. */
export async function checkStorePackages(): Promise<boolean> {
  const alike = await rebuildsAlike()
  const objections = await lintFirefoxPackage()
  for (const objection of objections) console.log(`  ${objection}`)
  console.log(alike ? '✓ the source archive makes the same packages' : '✗ the source archive makes other packages')
  console.log(objections.length === 0 ? '✓ the linter of Firefox’s store has no objection' : '✗ the linter of Firefox’s store objects')
  return alike && objections.length === 0
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exit((await checkStorePackages()) ? 0 : 1)
