/** The relay that is attacked: behind a proxy that says where clients are, on a small disk, with a clock that can be moved. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RelayProcess, onAnyPort, startRelayProcess } from '../../../relay-node/src/testing/relay-process.ts'

export interface AttackedRelay {
  readonly process: RelayProcess
  readonly address: string
  /** By how many milliseconds its clock is moved is written here. */
  readonly clockFile: string
}

/** @param folder of its own */
export async function startAttackedRelay(folder: string, diskMib: number): Promise<AttackedRelay> {
  const clockFile = join(folder, 'clock')
  writeFileSync(clockFile, '0')
  const relay = await startRelayProcess({
    words: [...onAnyPort(join(folder, 'data')), '--trust-proxy', '127.0.0.1', '--disk-mib', String(diskMib)],
    env: { SOTTO_CLOCK_FILE: clockFile },
    imports: [new URL('clock-of-file.ts', import.meta.url).href],
  })
  return { process: relay, address: relay.listening?.addresses[0] ?? '', clockFile }
}
