/** Search in a scene: every word as a part of a message, in any place. Enough for pictures. */
import type { EngineView, FoundView, MessageView } from '@sotto/engine/api'

interface Asked {
  readonly text: string
  readonly group: string | null
  readonly from: number
}

const IN_OVERVIEW = 3

function partsOf(text: string, words: readonly string[]): { readonly text: string; readonly isHit: boolean }[] {
  const parts: { readonly text: string; readonly isHit: boolean }[] = []
  for (const piece of text.split(/([\p{L}\p{N}]+)/u)) {
    if (piece !== '') parts.push({ text: piece, isHit: words.some((word) => piece.toLowerCase().startsWith(word)) })
  }
  return parts
}

export function foundIn(view: EngineView, messages: ReadonlyMap<string, readonly MessageView[]>, { text, group, from }: Asked): FoundView {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const conversations = view.groups
    .filter(({ id }) => group === null || id === group)
    .flatMap(({ id }) => {
      const found = (messages.get(id) ?? []).toReversed().flatMap((message) => {
        if (message.body.kind !== 'text') return []
        const parts = partsOf(message.body.text, words)
        const hits = parts.filter(({ isHit }) => isHit).map((part) => part.text.toLowerCase())
        if (words.length === 0 || !words.every((word) => hits.some((hit) => hit.startsWith(word)))) return []
        const { id: name, order, senderName, senderAnother, own, atMs } = message
        return [{ message: name, order, senderName, senderAnother, own, atMs, parts, isCutBefore: false, isCutBehind: false, vanishes: false }]
      })
      const shown = group === null ? found.slice(0, IN_OVERVIEW) : found.slice(from)
      return shown.length === 0 ? [] : [{ group: id, count: found.length, messages: shown }]
    })
  return { conversations, more: false, isWhole: view.search.percent === null }
}
