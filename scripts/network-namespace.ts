/**
 * A network with only loopback, so that nothing that tests start can leave the machine, and a process-id namespace, so
 * that nothing they start can outlive them.
 */
import { spawnSync } from 'node:child_process'
import { findProgram } from './installed-programs.ts'

/** Program and arguments that run a command inside. `isolated` says how far. */
export interface Enclosure {
  readonly program: string
  readonly arguments: readonly string[]
  readonly isolated: 'network and processes' | 'network' | 'not at all'
}

/** Without a default route, even to nowhere, Firefox gathers no candidates. */
const LOOPBACK_ONLY = 'ip link set lo up && ip route add default dev lo src 127.0.0.1'

/** Two ends of one cable that leads nowhere: WebRTC in Node looks at no address of the loopback. Addresses of RFC 5737. */
const OWN_CABLE = 'ip link add own0 type veth peer name own1 && ip addr add 192.0.2.1/24 dev own0 && ip link set own0 up && ip link set own1 up'

/** The strictest enclosure that this machine allows for a command. `hasCable`: with an address beside the loopback's. */
export function enclose(program: string, programArguments: readonly string[], { hasCable = false } = {}): Enclosure {
  if (process.platform === 'linux' && findProgram('unshare') !== null && findProgram('ip') !== null) {
    const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user']
    const processes = ['--pid', '--fork', '--kill-child', '--mount-proc']
    for (const [flags, isolated] of [
      [[...asRoot, '--net', ...processes], 'network and processes'],
      [[...asRoot, '--net'], 'network'],
    ] as const) {
      const probe = spawnSync('unshare', [...flags, 'sh', '-c', LOOPBACK_ONLY], { stdio: 'ignore', timeout: 10_000 })
      if (probe.status !== 0) continue
      // The shell stays as the first process of the namespace and reaps what the tests leave.
      const script = `${LOOPBACK_ONLY}; ${hasCable ? `${OWN_CABLE}; ` : ''}"$@"; exit $?`
      return { program: 'unshare', arguments: [...flags, 'sh', '-c', script, 'sh', program, ...programArguments], isolated }
    }
  }
  return { program, arguments: programArguments, isolated: 'not at all' }
}
