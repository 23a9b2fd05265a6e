/** How many of the others in a group this person compared safety numbers with. */
import type { MemberView } from '@sotto/engine/api'

export function verifiedAmong(members: readonly Pick<MemberView, 'own' | 'mark' | 'isForked'>[]): { readonly verified: number; readonly others: number } {
  const others = members.filter(({ own }) => !own)
  return { verified: others.filter(({ mark, isForked }) => mark === 'verified' && !isForked).length, others: others.length }
}
