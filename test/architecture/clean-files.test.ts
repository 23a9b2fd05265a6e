import { expect, test } from 'vitest'
import { readSource, repositoryFiles } from './source-files.ts'

const TEXT = /\.(?:ts|tsx|mjs|json|md|css|html|svg|yml|yaml|toml|sh|npmrc|gitignore|service)$|(?:^|\/)(?:LICENSE|Containerfile|Dockerfile|run)$/

/** One letter of each is in brackets, so that this file does not contain what it looks for. */
const FORBIDDEN: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'the address of a package registry', pattern: /https?:\/\/[^\s"']*(?:regist[r]y|artifacto[r]y|npmmirro[r])/i },
  { what: 'a resolved address in the lock', pattern: /"resolve[d]": "https?:/ },
  { what: 'a path of some machine', pattern: /(?<![\w.$}/*-])\/(?:wor[k]\/|roo[t]\/|hom[e]\/[a-z]|User[s]\/[a-zA-Z]|tm[p]\/[a-z])/ },
]

test('no file of the repository contains a registry’s address or a path of its author’s machine', () => {
  const files = repositoryFiles().filter((file) => TEXT.test(file))
  expect(files.length).toBeGreaterThan(20)
  const found = files.flatMap((file) => {
    const text = readSource(file)
    return FORBIDDEN.flatMap(({ what, pattern }) => {
      const match = pattern.exec(text)
      return match === null ? [] : [`${file} holds ${what}: ${match[0]}`]
    })
  })
  expect(found).toEqual([])
})
