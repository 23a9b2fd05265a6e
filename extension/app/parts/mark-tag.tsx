import type { MemberView } from '@sotto/engine/api'
import { strings } from '../strings/index.ts'
import { Icon } from './icons.tsx'

/** What this person found out about another, beside the name. Nothing where there is nothing. */
export function MarkTag({ member }: { readonly member: Pick<MemberView, 'mark' | 'isForked'> }) {
  if (member.isForked)
    return (
      <span class="tag tag-warning">
        <Icon name="warning" size={16} /> {strings.forked}
      </span>
    )
  switch (member.mark) {
    case 'none':
      return null
    case 'verified':
      return (
        <span class="tag tag-accent">
          <Icon name="check" size={16} /> {strings.verified}
        </span>
      )
    case 'lost':
      return (
        <span class="tag tag-warning">
          <Icon name="warning" size={16} /> {strings.markLost}
        </span>
      )
  }
}
