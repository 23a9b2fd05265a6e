/** What this person found out about another, as a sign beside the name where there is little room. */
import type { MemberView } from '@sotto/engine/api'
import { strings } from '../strings/index.ts'
import { Icon } from './icons.tsx'

export type Found = 'verified' | 'lost' | 'forked'

/** null: nothing. What is amiss goes before what was found right. */
export function foundOf(member: Pick<MemberView, 'mark' | 'isForked'> | undefined): Found | null {
  if (member === undefined) return null
  if (member.isForked) return 'forked'
  return member.mark === 'none' ? null : member.mark
}

const WORDS: { readonly [F in Found]: string } = { verified: strings.verified, lost: strings.markLost, forked: strings.forked }

export const NameMark = ({ found, size = 14 }: { readonly found: Found | null; readonly size?: number }) =>
  found === null ? null : (
    <span class={found === 'verified' ? 'name-mark' : 'name-mark name-mark-warning'} title={WORDS[found]}>
      <Icon name={found === 'verified' ? 'shield' : 'warning'} size={size} />
      <span class="visually-hidden">{WORDS[found]}</span>
    </span>
  )
