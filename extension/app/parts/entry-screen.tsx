import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { Mark } from './icons.tsx'
import { useFocusOnArrival } from './screen.tsx'

/** A screen before there is an open profile: the mark, a title, and what to do. */
export function EntryScreen({ title, text, children }: { readonly title: string; readonly text: string; readonly children: ComponentChildren }) {
  const root = useRef<HTMLElement>(null)
  useFocusOnArrival(root)
  return (
    <main class="entry" ref={root}>
      <div class="entry-inner">
        <header class="entry-head">
          <Mark size={56} />
          <h1 tabIndex={-1}>{title}</h1>
          <p>{text}</p>
        </header>
        {children}
      </div>
    </main>
  )
}
