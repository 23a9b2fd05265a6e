/** Browsers write the content of text fields into their session files, in clear, unless a field forbids it. */
import { expect, test } from 'vitest'
import { readSource, sourceFiles } from './source-files.ts'

/** Inputs without a typed text. */
const WITHOUT_TEXT = /type="(?:checkbox|radio|file)"/
/** The attributes of `Field` are in one place, which contains `autocomplete`. */
const FROM_ONE_PLACE = /\{\.\.\.common\}/

test('every text field of the app tells the browser not to remember it', () => {
  const elements = sourceFiles()
    .filter((file) => file.startsWith('extension/app/') && file.endsWith('.tsx'))
    .flatMap((file) => [...readSource(file).matchAll(/<(?:input|textarea)\b[\s\S]*?\/>/g)].map(([element]) => ({ file, element })))
  expect(elements.length).toBeGreaterThan(6)
  const remembered = elements.filter(({ element }) => !WITHOUT_TEXT.test(element) && !FROM_ONE_PLACE.test(element) && !element.includes('autocomplete="off"'))
  expect(remembered).toEqual([])
})
