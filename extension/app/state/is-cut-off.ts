import type { GroupView } from '@sotto/engine/api'

/** Whether none of a group's relays can be reached. */
export const areRelaysGone = ({ state, relays }: GroupView): boolean =>
  state === 'member' && relays.length > 0 && relays.every((relay) => relay.state === 'unreachable')

/** Whether no member is connected either: then nothing gets in or out. */
export const isCutOff = (group: GroupView): boolean => areRelaysGone(group) && group.connection !== 'direct' && group.connection !== 'turn'
