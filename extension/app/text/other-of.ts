/** The other member of a conversation with one person alone; undefined: it is a group, or that one is not in it now. */
import type { GroupView, MemberView } from '@sotto/engine/api'

export const otherOf = ({ direct, members }: Pick<GroupView, 'direct' | 'members'>): MemberView | undefined =>
  direct === null ? undefined : members.find(({ account }) => account === direct.account)

/**
 * The same where it lets us know whether it is there: that is shown in place of how we are connected, which it implies. null: it does
 * not, or we are cut off and would not hear of it.
 */
export function presentOf(group: Pick<GroupView, 'direct' | 'members' | 'connection'>): MemberView | null {
  const other = group.connection === 'offline' ? undefined : otherOf(group)
  return other === undefined || other.presence === null ? null : other
}
