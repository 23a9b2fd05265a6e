/** The reactions to a message: a row under its bubble. */
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { locale, strings } from '../strings/index.ts'
import { type Reaction, countOf, emojiAfterPress } from './reacting.ts'
import { reactionLabel } from './reaction-label.ts'

interface ReactionsProps {
  readonly reactions: readonly Reaction[]
  /** Null where the person may not react: then they can only be read. */
  readonly onEmoji: ((emoji: string | null) => void) | null
  /** Gets the focus when the emoji that had it is gone. */
  readonly focusInstead: RefObject<HTMLButtonElement | null>
}

export function Reactions({ reactions, onEmoji, focusInstead }: ReactionsProps) {
  const row = useRef<HTMLUListElement>(null)
  // Read before the row changes: an emoji that moves or goes would take the focus with it.
  const focused = row.current?.contains(document.activeElement) === true ? (document.activeElement as HTMLElement).dataset['emoji'] : undefined
  useLayoutEffect(() => {
    if (focused === undefined || row.current?.contains(document.activeElement) === true) return
    const chips = [...(row.current?.querySelectorAll('button') ?? [])]
    const chip = chips.find(({ dataset }) => dataset['emoji'] === focused)
    ;(chip ?? focusInstead.current)?.focus({ preventScroll: true })
  })
  if (reactions.length === 0) return null
  return (
    <ul class="reactions" ref={row} aria-label={strings.reactions}>
      {reactions.map((reaction) => (
        <li key={reaction.emoji}>
          <Chip reaction={reaction} onPress={onEmoji === null ? null : () => onEmoji(emojiAfterPress(reactions, reaction.emoji))} />
        </li>
      ))}
    </ul>
  )
}

function Chip({ reaction, onPress }: { readonly reaction: Reaction; readonly onPress: (() => void) | null }) {
  const label = reactionLabel(strings, locale, reaction)
  const common = { class: reaction.own ? 'reaction reaction-own' : 'reaction', title: label, 'data-emoji': reaction.emoji }
  const shown = (
    <>
      <span class="reaction-emoji" aria-hidden="true">
        {reaction.emoji}
      </span>
      <span aria-hidden="true">{countOf(reaction)}</span>
      <span class="visually-hidden">{label}</span>
    </>
  )
  if (onPress === null) return <span {...common}>{shown}</span>
  return (
    <button {...common} type="button" aria-pressed={reaction.own} onClick={onPress}>
      {shown}
    </button>
  )
}
