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

test('no page writes HTML that is a text: the linter of Firefox’s store is told that only Preact could', () => {
  const files = repositoryFiles().filter((file) => /^extension\/.*\.tsx?$/.test(file))
  expect(files.length).toBeGreaterThan(100)
  expect(files.filter((file) => /innerHTML|outerHTML|insertAdjacentHTML|document\.write/i.test(readSource(file)))).toEqual([])
})

test('the layout turns round with the direction of the text: styles name no left and no right', () => {
  const sided =
    /(?:^|[\s;{])(?:left|right|(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*|border-(?:top|bottom)-(?:left|right)-radius)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)\b/gm
  const files = repositoryFiles().filter((file) => /^extension\/.*\.css$/.test(file))
  expect(files.length).toBeGreaterThan(3)
  expect(files.flatMap((file) => [...readSource(file).matchAll(sided)].map(([found]) => `${file}: ${found.trim()}`))).toEqual([])
})

/** Four lengths in one property: the second is the right side, the fourth the left one. */
const FOUR_SIDES = /(?:^|[\s;{])(?:margin|padding|inset|border-width|border-radius):\s*([^\s;]+) +([^\s;]+) +([^\s;]+) +([^\s;]+)\s*[;}]/gm

test('and no shorthand has another length on the left than on the right', () => {
  const files = repositoryFiles().filter((file) => /^extension\/.*\.css$/.test(file))
  const uneven = files.flatMap((file) =>
    [...readSource(file).matchAll(FOUR_SIDES)].filter(([, , right, , left]) => right !== left).map(([found]) => `${file}: ${found.trim()}`),
  )
  expect(uneven).toEqual([])
})
