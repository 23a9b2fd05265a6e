import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

export const ROOT = dirname(dirname(import.meta.dirname))

/** Every TypeScript file of the project by its path from the root. */
export function sourceFiles(): readonly string[] {
  const patterns = ['packages/*/src/**/*.ts', 'relay-node/src/**/*.ts', 'extension/**/*.{ts,tsx}', 'scripts/**/*.ts', 'test/**/*.ts']
  return globSync(patterns, { cwd: ROOT })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.includes('node_modules/'))
    .toSorted()
}

/** Every file of the repository: what git tracks and has not been deleted. */
export function repositoryFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  return listed.split('\0').filter((file) => file !== '' && existsSync(join(ROOT, file)))
}

/** A file's text. */
export const readSource = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

const TOKENS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g

/** Source without comments. Strings stay. */
const withoutComments = (source: string): string => source.replace(TOKENS, (token) => (token.startsWith('/') ? ' ' : token))

/** Source without comments and without the content of strings. */
export const codeOnly = (source: string): string => source.replace(TOKENS, (token) => (token.startsWith('/') ? ' ' : `${token.charAt(0)}${token.charAt(0)}`))

export interface ImportStatement {
  readonly specifier: string
  /** Nothing of it is left when the program runs. */
  readonly typesOnly: boolean
}

const STATEMENT = /^[ \t]*(?:import|export)\b(?<names>[^'"`;=]*?)\bfrom\s*['"](?<from>[^'"]+)['"]/gm
const FOR_EFFECT = /^[ \t]*import\s*['"](?<from>[^'"]+)['"]/gm
const CALL = /\b(?:import|require)\s*\(\s*['"](?<from>[^'"]+)['"]/g
const WORKER = /new URL\(\s*['"](?<from>\.[^'"]+)['"]\s*,\s*import\.meta\.url/g

/** All imports of a source: statements, re-exports, calls and workers. */
export function readImports(source: string): readonly ImportStatement[] {
  const code = withoutComments(source)
  const statements = [...code.matchAll(STATEMENT)].map(({ groups }) => ({
    specifier: groups?.['from'] ?? '',
    typesOnly: namesOnlyTypes(groups?.['names'] ?? ''),
  }))
  const others = [FOR_EFFECT, CALL, WORKER].flatMap((pattern) =>
    [...code.matchAll(pattern)].map(({ groups }) => ({ specifier: groups?.['from'] ?? '', typesOnly: false })),
  )
  return [...statements, ...others]
}

function namesOnlyTypes(names: string): boolean {
  const text = names.trim()
  if (/^type\b(?!\s*,)/.test(text)) return true
  const braced = /^\{(?<inside>[^}]*)\}$/.exec(text)?.groups?.['inside']
  if (braced === undefined) return false
  return braced.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '))
}

/** The path from the root of a relative specifier in one of our files. */
export const resolveRelative = (file: string, specifier: string): string => posix.normalize(posix.join(posix.dirname(file), specifier))

/** The path from the root of `@sotto/NAME` or `@sotto/NAME/PART`, by that package's exports. */
export function resolveOwnPackage(specifier: string): string {
  const [, name = '', part] = /^@sotto\/([^/]+)(?:\/(.+))?$/.exec(specifier) ?? []
  const folder = [`packages/${name}`, name].find((path) => existsSync(join(ROOT, path, 'package.json')))
  if (folder === undefined) throw new Error(`${specifier} is no package of ours`)
  const { exports } = JSON.parse(readSource(`${folder}/package.json`)) as { readonly exports?: { readonly [part: string]: string } }
  const target = exports?.[part === undefined ? '.' : `./${part}`]
  if (target === undefined) throw new Error(`${specifier} is not exported`)
  return posix.join(folder, target)
}
