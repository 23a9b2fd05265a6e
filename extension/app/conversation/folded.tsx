/** A text that is folded where it is long, with the button that unfolds it. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { strings } from '../strings/index.ts'
import { foldedText } from './fold.ts'

/** Texts that were unfolded stay so while the page lives, also where they scroll out of sight. */
const unfolded = new Set<string>()

interface FoldedProps {
  /** Names the text among all. */
  readonly name: string
  readonly text: string
  /** `beginning`: what is shown of it while it is folded; null: all of it. */
  readonly children: (beginning: string | null) => ComponentChildren
  /** The row has another height now. */
  readonly onUnfolded: () => void
}

export function Folded({ name, text, children, onUnfolded }: FoldedProps) {
  const [isWhole, setWhole] = useState(unfolded.has(name))
  const folded = foldedText(text)
  const turn = (): void => {
    if (isWhole) unfolded.delete(name)
    else unfolded.add(name)
    setWhole(!isWhole)
    onUnfolded()
  }
  return (
    <>
      {children(isWhole ? null : folded)}
      {folded === null ? null : (
        <button type="button" class="unfold" aria-expanded={isWhole} onClick={turn}>
          {isWhole ? strings.showLess : strings.showMore}
        </button>
      )}
    </>
  )
}
