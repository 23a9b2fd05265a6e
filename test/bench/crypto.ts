/** `npm run bench -- crypto`: sealing, opening, distributing a key and setting up a session, as ratios to @noble in the same run. */
import { join } from 'node:path'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { openPlainPage } from '../e2e/plain-page.ts'
import { type CryptoFigures, type CryptoSizes, measureCrypto } from './crypto-measurements.ts'

interface Place {
  readonly place: string
  readonly figures: readonly CryptoFigures[]
}

export interface CryptoBenchmark {
  readonly sizes: CryptoSizes
  readonly places: readonly Place[]
  /** @noble's time divided by libsodium's, in the same place and run. */
  readonly ratios: readonly { readonly place: string; readonly seal: number; readonly open: number; readonly handTo50: number; readonly pqxdh: number }[]
  /** The README's table. */
  readonly table: string
}

export async function benchCrypto(): Promise<CryptoBenchmark> {
  const inNode = await measureCrypto(1)
  const places: Place[] = [{ place: `Node ${process.versions.node.split('.')[0]}`, figures: inNode.figures }]
  for (const browser of wantedBrowsers()) {
    console.error(`Measuring in ${browser}…`)
    const page = await openPlainPage(browser, { entry: join(import.meta.dirname, 'crypto-page.ts'), quotaMib: 16 })
    try {
      const { figures } = (await page.evaluate('measureCrypto(1)')) as { readonly figures: readonly CryptoFigures[] }
      places.push({ place: browser === 'chromium' ? 'Chromium' : 'Firefox', figures })
    } finally {
      await page.close()
    }
  }
  return { sizes: inNode.sizes, places, ratios: places.map(ratiosOf), table: tableOf(places) }
}

function ratiosOf({ place, figures }: Place): CryptoBenchmark['ratios'][number] {
  const [sodium, noble] = figures
  const ratio = (of: (each: CryptoFigures) => number): number =>
    sodium === undefined || noble === undefined ? Number.NaN : Math.round((of(noble) / of(sodium)) * 10) / 10
  return {
    place,
    seal: ratio((each) => each.sealMicros),
    open: ratio((each) => each.openMicros),
    handTo50: ratio((each) => each.handTo50Ms),
    pqxdh: ratio((each) => each.pqxdhInitiatorMs),
  }
}

const tableOf = (places: readonly Place[]): string =>
  [
    '| where, provider | seal, µs | open, µs | key handed to 50, ms | PQXDH initiator / responder, ms |',
    '|---|---|---|---|---|',
    ...places.flatMap(({ place, figures }) =>
      figures.map(
        (each) =>
          `| ${place}, ${each.provider} | ${each.sealMicros.toFixed(0)} | ${each.openMicros.toFixed(0)} | ${each.handTo50Ms.toFixed(1)} | ${each.pqxdhInitiatorMs.toFixed(1)} / ${each.pqxdhResponderMs.toFixed(1)} |`,
      ),
    ),
  ].join('\n')
