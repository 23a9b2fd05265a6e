/** Before the first story of a run, and after its last. */
import { wantedBrowsers } from '../../../scripts/browsers.ts'
import { hasStartupCache, makeStartupCache } from '../../fixtures/firefox-startup-cache.ts'
import { makeTemporaryFolder, type TemporaryFolder } from '../../fixtures/temporary-folder.ts'

let folder: TemporaryFolder | undefined

/** In a run of few stories it would cost more than it saves. Each project of a run calls this. */
export async function setup(): Promise<void> {
  if (process.env['SOTTO_ALL_STORIES'] !== '1' || hasStartupCache() || !wantedBrowsers().includes('firefox')) return
  folder = makeTemporaryFolder('startup-cache')
  await makeStartupCache(folder.path)
}

export const teardown = (): void => folder?.remove()
