/** Before the first story of a run. */
import { wantedBrowsers } from '../../../scripts/browsers.ts'
import { hasStartupCache, makeStartupCache } from '../../fixtures/firefox-startup-cache.ts'
import { makeTemporaryFolder } from '../../fixtures/temporary-folder.ts'

/** In a run of few stories it would cost more than it saves. Each project of a run calls this. */
export default async function beforeAll(): Promise<(() => void) | undefined> {
  if (process.env['SOTTO_ALL_STORIES'] !== '1' || hasStartupCache() || !wantedBrowsers().includes('firefox')) return undefined
  const folder = makeTemporaryFolder('startup-cache')
  await makeStartupCache(folder.path)
  return folder.remove
}
