import { expect, test } from 'vitest'
import { SCENES } from '../../extension/app/preview/scenes.ts'
import { readSource, repositoryFiles } from './source-files.ts'

interface Message {
  readonly message: string
  readonly description: string
}

const LOCALES = repositoryFiles().filter((file) => /^extension\/public\/_locales\/[\w-]+\/messages\.json$/.test(file))
const messagesOf = (file: string): Readonly<Record<string, Message>> => JSON.parse(readSource(file)) as Record<string, Message>

test('what browsers show of the extension is said in each language, and all that is said is shown', () => {
  expect(LOCALES.length).toBeGreaterThan(1)
  const sources = repositoryFiles().filter((file) => file === 'wxt.config.ts' || /^extension\/.*\.tsx?$/.test(file))
  const used = sources.flatMap((file) => [...readSource(file).matchAll(/__MSG_(\w+)__|i18n\.getMessage\('(\w+)'/g)].map(([, word, other]) => word ?? other))
  for (const file of LOCALES) {
    const messages = messagesOf(file)
    expect(Object.keys(messages).toSorted(), file).toEqual([...new Set(used)].toSorted())
    for (const [name, { message, description }] of Object.entries(messages)) {
      expect(message.trim(), name).not.toBe('')
      expect(description.trim(), name).not.toBe('')
    }
  }
})

test('the description fits into the stores', () => {
  for (const file of LOCALES) expect(messagesOf(file)['extensionDescription']?.message.length, file).toBeLessThanOrEqual(132)
})

test('every scene is a picture, and so every screen is checked for accessibility in both themes', () => {
  const screenshots = readSource('scripts/screenshots.ts')
  expect(Object.keys(SCENES).filter((name) => !screenshots.includes(`scene: '${name}'`))).toEqual([])
})
