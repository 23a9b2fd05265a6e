/** Creating a profile on real files, with the process killed in every write: the next start leads to a profile. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dyingVault, type Engine, type EngineView, type NetworkPort } from '@sotto/engine'
import { afterEach, expect, it } from 'vitest'
import { startHeadlessPeer } from './headless-peer.ts'

const folders: string[] = []
const engines: Engine[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A network without peers. */
const createNetwork = (): NetworkPort => ({
  start: async (deliver) => deliver({ kind: 'networkStarted', ownPeer: 'me' }),
  perform: () => {},
  stop: async () => {},
})

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-profile-'))
  folders.push(folder)
  return folder
}

const phaseOf = (engine: Engine): Promise<EngineView['phase']> =>
  new Promise((resolve) => {
    engine.subscribe(({ phase }) => {
      if (phase !== 'starting' && phase !== 'opening') resolve(phase)
    })
  })

const PROFILE = { kind: 'createProfile', name: 'Mira', passphrase: null, relays: [] } as const

/** Creates a profile in a new folder, and dies in one of the writes. Returns the folder and the number of writes. */
async function dieIn(diesAt: number): Promise<{ readonly folder: string; readonly writes: number }> {
  const folder = newFolder()
  let writes = (): number => 0
  const engine = await startHeadlessPeer({
    folder,
    createNetwork,
    wrapVault: (vault) => {
      const dying = dyingVault(vault, diesAt, true)
      writes = dying.writes
      return dying
    },
  })
  const made = engine.request(PROFILE)
  if (diesAt === Number.POSITIVE_INFINITY) {
    expect(await made).toMatchObject({ ok: true })
    const untilMade = writes()
    await engine.stop()
    return { folder, writes: untilMade }
  }
  while (writes() < diesAt) await new Promise((resolve) => setImmediate(resolve))
  return { folder, writes: diesAt }
}

it('creating a profile can be finished at the next start, whichever write was the last', async () => {
  const { writes } = await dieIn(Number.POSITIVE_INFINITY)
  expect(writes).toBeGreaterThanOrEqual(5)
  for (let diesAt = 1; diesAt <= writes; diesAt++) {
    const { folder } = await dieIn(diesAt)
    const engine = await startHeadlessPeer({ folder, createNetwork })
    engines.push(engine)
    const phase = await phaseOf(engine)
    if (phase === 'noProfile') expect(await engine.request(PROFILE), String(diesAt)).toMatchObject({ ok: true })
    else expect(phase).toBe('ready')
    expect(await engine.request({ kind: 'createGroup', title: 'Desk' })).toMatchObject({ rejection: { code: 'relayNeeded' } })
  }
})
