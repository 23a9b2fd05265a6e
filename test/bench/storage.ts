/**
 * `npm run bench -- storage`: what the engine's most frequent writes and reads cost in each browser, in milliseconds, and as
 * a ratio to one small strict transaction of IndexedDB that seals nothing, in the same page and run.
 */
import { join } from 'node:path'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { openPlainPage } from '../e2e/plain-page.ts'
import type { StoragePage } from '../e2e/storage-page.ts'

type Milliseconds = Awaited<ReturnType<StoragePage['measure']>>

export interface StorageBenchmark {
  readonly browsers: { readonly [browser: string]: Milliseconds }
  readonly table: string
}

export async function benchStorage(): Promise<StorageBenchmark> {
  const browsers: { [browser: string]: Milliseconds } = {}
  for (const browser of wantedBrowsers()) {
    const page = await openPlainPage(browser, {
      entry: join(import.meta.dirname, '..', 'e2e', 'storage-page.ts'),
      workers: { '/worker.js': join(import.meta.dirname, '..', '..', 'extension', 'host', 'erasable-worker.ts') },
      quotaMib: 256,
    })
    try {
      browsers[browser] = (await page.evaluate('storagePage.measure()')) as Milliseconds
    } finally {
      await page.close()
    }
  }
  return { browsers, table: tableOf(browsers) }
}

function tableOf(browsers: StorageBenchmark['browsers']): string {
  const rows = Object.entries(browsers).flatMap(([browser, figures]) => {
    const reference = figures['strictTransaction'] ?? Number.NaN
    return Object.entries(figures).map(([what, ms]) => `| ${browser} | ${what} | ${ms} | ${Math.round((ms / reference) * 10) / 10} |`)
  })
  return ['| browser | what | ms | ratio to a small strict transaction |', '|---|---|---|---|', ...rows].join('\n')
}
