import { expect, it } from 'vitest'
import { nameParts, shownType, withExtension } from './name-parts.ts'

it.each([
  ['plans.pdf', 'plans', '.pdf'],
  ['invoice.pdf.exe', 'invoice.pdf', '.exe'],
  ['archive.tar.gz', 'archive.tar', '.gz'],
  ['.profile', '.profile', ''],
  ['README', 'README', ''],
])('%s has the extension that systems go by', (name, stem, extension) => {
  expect(nameParts(name)).toEqual({ stem, extension })
})

it('its type is said in capitals, and a name may get another', () => {
  expect(shownType('invoice.pdf.exe')).toBe('EXE')
  expect(shownType('README')).toBe('')
  expect(withExtension('my photo.of.us.png', '.webp')).toBe('my photo.of.us.webp')
})
