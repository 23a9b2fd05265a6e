/** *Depends* (PROTOCOL §5.5): an operation whose right rests on a filtered one is filtered. To have one among its ancestors means nothing. */
import type { Claim, Entry } from '../entries/entry.ts'

/** Whether all that some part of the right could rest on is filtered. */
export const restsOnFiltered = ({ right }: Claim, isFiltered: (entry: Entry) => boolean): boolean =>
  right.restsOn.some((alternatives) => alternatives.length > 0 && alternatives.every(isFiltered))

/** Whether something for each part of the right is effective already. */
export const restsOnEffective = ({ right }: Claim, isEffective: (entry: Entry) => boolean): boolean =>
  right.restsOn.every((alternatives) => alternatives.length === 0 || alternatives.some(isEffective))
