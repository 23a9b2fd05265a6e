/** Draws the extension's icons from their one SVG, in the browsers' sizes. Run by hand after a change. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chromium } from 'playwright-core'
import { findBrowsers } from './browsers.ts'

const folder = join(dirname(import.meta.dirname), 'extension', 'public', 'icon')
const svg = readFileSync(join(folder, 'sotto.svg'), 'utf8')
const browsers = findBrowsers()
if (browsers.chromium === null) throw new Error('drawing the icons needs Chromium')

const browser = await chromium.launch({
  executablePath: browsers.chromium,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  const page = await browser.newPage()
  // The toolbar's button is grey while the profile is locked.
  for (const { prefix, filter } of [
    { prefix: '', filter: 'none' },
    { prefix: 'locked-', filter: 'grayscale(1) opacity(0.6)' },
  ]) {
    for (const size of prefix === '' ? [16, 32, 48, 128] : [16, 32, 48]) {
      await page.setViewportSize({ width: size, height: size })
      await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px;filter:${filter}}</style>${svg}`)
      await page.screenshot({ path: join(folder, `${prefix}${size}.png`), omitBackground: true })
    }
  }
} finally {
  await browser.close()
}
