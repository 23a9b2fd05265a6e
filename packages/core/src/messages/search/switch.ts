/** Whether there is an index at all (PROTOCOL §9.19). */
import type { SearchView } from '../../contract/found-view.ts'
import type { Context } from '../../state/context.ts'
import { CONVERSATION } from '../../state/tables/messages.ts'
import { SEARCH_BLOCK, SEARCH_DUE, SEARCH_OFF, SEARCH_PROGRESS, SEARCH_CHANGED, SEARCH_TAIL, SEARCH_VANISHING, SEARCH_WORK } from '../../state/tables/search.ts'
import { SEARCH_HISTORY, blocksOf, deleteBlock } from './blocks.ts'
import { indexAllAgain, isSearchOff } from './due.ts'
import { percentIndexed } from './index-more.ts'

/** Off: the index is deleted. On: it is built from the messages that are here. */
export function setSearch(context: Context, isOn: boolean): void {
  if (isOn !== isSearchOff(context)) return
  if (isOn) {
    context.transaction.delete(SEARCH_OFF, 'self')
    for (const { key, value } of context.transaction.scan(CONVERSATION)) if (value.placed > 0) indexAllAgain(context, key[0] ?? '')
    return
  }
  context.transaction.put(SEARCH_OFF, ['self'], {})
  for (const table of [SEARCH_PROGRESS, SEARCH_BLOCK, SEARCH_CHANGED, SEARCH_DUE, SEARCH_TAIL, SEARCH_VANISHING, SEARCH_WORK])
    context.transaction.deleteAll(table)
  context.dropHistories.push(SEARCH_HISTORY)
}

/** The records of a conversation that is forgotten; its rows go with the group. */
export function forgetIndex(context: Context, group: string): void {
  for (const named of blocksOf(context, group)) deleteBlock(context, group, named)
}

export function searchView(context: Pick<Context, 'transaction'>): SearchView {
  const isOn = !isSearchOff(context)
  return { isOn, percent: isOn ? percentIndexed(context) : null }
}
