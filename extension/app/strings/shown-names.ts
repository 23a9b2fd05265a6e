import type { GroupView } from '@sotto/engine/api'
import { strings } from './index.ts'

/** A person's shown name: the engine sends an empty one if it knows none, or none that shows. */
export const shownName = (name: string): string => (name === '' ? strings.unknownName : name)

/** A group's shown name. */
export const shownTitle = ({ title, state }: Pick<GroupView, 'title' | 'state'>): string =>
  title !== '' ? title : state === 'joining' ? strings.joiningTitle : strings.unnamedGroup
