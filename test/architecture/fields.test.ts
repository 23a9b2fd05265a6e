/** Browsers write what text fields hold into their session files, in clear, unless a field says that it must not. */
import { expect, test } from 'vitest'
import { readSource, sourceFiles } from './source-files.ts'

/** What a person cannot type a text into. */
const WITHOUT_TEXT = /type="(?:checkbox|radio|file)"/
/** The attributes of `Field` are in one place, which holds `autocomplete`. */
const FROM_ONE_PLACE = /\{\.\.\.common\}/

test('every text field of the app tells the browser not to remember it', () => {
  const elements = sourceFiles()
    .filter((file) => file.startsWith('extension/app/') && file.endsWith('.tsx'))
    .flatMap((file) => [...readSource(file).matchAll(/<(?:input|textarea)\b[\s\S]*?\/>/g)].map(([element]) => ({ file, element })))
  expect(elements.length).toBeGreaterThan(6)
  const remembered = elements.filter(({ element }) => !WITHOUT_TEXT.test(element) && !FROM_ONE_PLACE.test(element) && !element.includes('autocomplete="off"'))
  expect(remembered).toEqual([])
})
