/** What `npm run forensic -- --browsers` starts, in a network with only loopback. Arguments: how many texts, their lifetime in seconds. The last line is JSON. */
import { LIMITS } from '@sotto/wire'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { isNothingLeft, tell } from './found-lines.ts'
import { playInBrowser } from './play-in-browser.ts'
import type { Ending } from './play-vanishing.ts'

const [many = 0, seconds = 0] = process.argv.slice(2).map(Number)
const startMs = performance.now()
const results = []
let failures = 0
for (const browser of wantedBrowsers()) {
  const endings: readonly Ending[] = ['stop', 'kill']
  const played = await Promise.all(endings.map((ending) => playInBrowser(browser, ending, many, seconds, LIMITS.rowsRenewedMs + 15_000)))
  for (const each of played) {
    tell(browser, each, many)
    if (!isNothingLeft(each, many)) failures++
    results.push({ browser, ...each })
  }
}
console.log(JSON.stringify({ command: 'forensic', seconds: Math.round((performance.now() - startMs) / 100) / 10, texts: many, failures, played: results }))
process.exit(failures === 0 ? 0 : 1)
