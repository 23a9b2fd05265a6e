/** What another device lacks, from both sides' watermarks (PROTOCOL §7). */
import { type Ranges, type ReceivedSet, toBase64url } from '@sotto/wire'
import { NOTHING, difference } from './range-set.ts'

/** Text that names one sender key inside an epoch. */
export const receivedSetName = (key: { readonly device: Uint8Array; readonly keyId: number }): string => `${toBase64url(key.device)}/${key.keyId}`

/** For each key that we have iterations of: those that the other does not say it has. Keys that it has in full are left out. */
export function whatTheyLack(
  ours: readonly ReceivedSet[],
  theirs: readonly ReceivedSet[],
): readonly { readonly key: ReceivedSet; readonly iterations: Ranges }[] {
  const byName = new Map(theirs.map((key) => [receivedSetName(key), key.iterations]))
  return ours
    .map((key) => ({ key, iterations: difference(key.iterations, byName.get(receivedSetName(key)) ?? NOTHING) }))
    .filter(({ iterations }) => iterations.length > 0)
}
