/** Deleting everything for the command, in the engine's page and from the worker. */
import type { EngineApi } from '@sotto/engine/api'
import { browser } from 'wxt/browser'
import type { HouseMessage, Wiped } from '../client/ensure-engine.ts'
import { ensureOffscreenEngine } from './offscreen-keeper.ts'

/** Rejects where it was refused: then something is left. */
export async function wipeBy(hosted: Promise<EngineApi>): Promise<Wiped> {
  const reply = await (await hosted).request({ kind: 'wipe' })
  if (!reply.ok) throw new Error(`not deleted: ${reply.rejection.code}`)
  return { kind: 'wiped', isNothingLeft: reply.value.left?.length === 0 }
}

/** In Chrome's worker. */
export async function wipeInOffscreen(): Promise<Wiped> {
  await ensureOffscreenEngine()
  const answer = (await browser.runtime.sendMessage({ kind: 'wipe' } satisfies HouseMessage)) as Wiped | null
  if (answer?.kind !== 'wiped') throw new Error('not deleted')
  return answer
}
