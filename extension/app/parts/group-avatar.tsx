import type { GroupView } from '@sotto/engine/api'
import { Avatar } from './avatar.tsx'

interface GroupAvatarProps {
  readonly group: Pick<GroupView, 'id' | 'title' | 'direct'>
  readonly size?: 'small' | 'normal' | 'large'
}

/** The picture of a conversation: the other person's, or the group's. */
export const GroupAvatar = ({ group: { id, title, direct }, size = 'normal' }: GroupAvatarProps) => (
  <Avatar id={direct?.account ?? id} name={direct?.name ?? title} size={size} />
)
