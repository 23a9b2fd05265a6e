/** Everything that the stateful fuzzer plays. */
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { modelledPrimitives } from '../../../packages/simulator/src/modelled-primitives.ts'
import { createLogTarget } from './log/log-target.ts'
import { createMachineTarget } from './machine/machine-target.ts'
import { createMailboxTarget } from './mailbox/mailbox-target.ts'
import type { STATEFUL_NAMES } from './stateful-names.ts'
import type { StatefulTarget } from './target.ts'

/** `only` names one of them; null: all. */
export async function createStatefulTargets(only: string | null = null): Promise<readonly StatefulTarget[]> {
  const real = await loadSodiumPrimitives()
  const isMeant = (name: (typeof STATEFUL_NAMES)[number]): boolean => only === null || name === only
  return [
    ...(isMeant('machine') ? [await createMachineTarget()] : []),
    ...(isMeant('mailbox server') ? [createMailboxTarget(modelledPrimitives(real))] : []),
    ...(isMeant('membership log') ? [createLogTarget(real)] : []),
  ]
}
