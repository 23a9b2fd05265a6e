/** What another device lacks, from both sides' watermarks (PROTOCOL §7). */
import { type HeldKey, type Ranges, toBase64url } from '@sotto/wire'
import { NOTHING, difference } from './range-set.ts'

/** Text that names one sender key inside an epoch. */
export const heldKeyName = (key: { readonly device: Uint8Array; readonly generation: number }): string => `${toBase64url(key.device)}/${key.generation}`

/** For each key we hold something of: the iterations that they do not say they hold. Keys they hold fully are left out. */
export function whatTheyLack(ours: readonly HeldKey[], theirs: readonly HeldKey[]): readonly { readonly key: HeldKey; readonly iterations: Ranges }[] {
  const byName = new Map(theirs.map((key) => [heldKeyName(key), key.iterations]))
  return ours
    .map((key) => ({ key, iterations: difference(key.iterations, byName.get(heldKeyName(key)) ?? NOTHING) }))
    .filter(({ iterations }) => iterations.length > 0)
}
