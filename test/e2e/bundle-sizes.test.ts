/** What the pages of the built extensions load stays within its budget. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { OUTPUT } from '../../scripts/build.ts'
import { BUNDLE_BUDGETS, bundleSizes } from '../fixtures/bundle-sizes.ts'

it.each(['chrome-mv3'])('%s', (folder) => {
  const sizes = bundleSizes(join(OUTPUT, folder))
  for (const [name, most] of Object.entries(BUNDLE_BUDGETS)) {
    const size = sizes[name as keyof typeof sizes]
    expect(size, name).toBeLessThan(most)
    // The budget is of something: a page that loads nothing is not measured.
    expect(size, name).toBeGreaterThan(most / 10)
  }
})
