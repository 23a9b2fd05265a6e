import type { GroupView } from '@sotto/engine/api'
import { strings } from './index.ts'

/** What a person is called: the engine gives an empty name where it knows none, or none that shows. */
export const shownName = (name: string): string => (name === '' ? strings.unknownName : name)

/** What a group is called. */
export const shownTitle = ({ title, state }: Pick<GroupView, 'title' | 'state'>): string =>
  title !== '' ? title : state === 'joining' ? strings.joiningTitle : strings.unnamedGroup
