/** The frame of a screen: a bar with Back, a heading and actions, and scrolling content below. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../state/app.ts'
import { parentOf } from '../state/route.ts'
import { strings } from '../strings/index.ts'
import { IconButton } from './controls.tsx'
import { ShownText } from './shown-text.tsx'

/**
 * Moves the focus to the start of a screen: its first field if the screen requests that, otherwise its heading. Not when
 * the page has just opened: then there is no focus to lose.
 */
export function useFocusOnArrival(root: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const field = root.current?.querySelector<HTMLElement>('[data-autofocus]')
    const heading = root.current?.querySelector<HTMLElement>('h1')
    ;(field ?? heading)?.focus({ preventScroll: true })
  }, [])
}

interface ScreenProps {
  readonly title: string
  readonly actions?: ComponentChildren
  /** Nothing in it takes the focus. The page itself does, so that keys can scroll it. */
  readonly onlyText?: boolean
  readonly children: ComponentChildren
}

export function Screen({ title, actions, onlyText = false, children }: ScreenProps) {
  const app = useApp()
  const root = useRef<HTMLDivElement>(null)
  useFocusOnArrival(root)
  const backShown = app.layout !== 'options' && !(app.wide.value && parentOf(app.route.value).screen === 'list')
  return (
    <div class="screen" ref={root}>
      <header class="bar">
        {backShown ? <IconButton name={strings.back} icon="back" onClick={app.back} /> : null}
        <h1 tabIndex={-1} class={backShown ? undefined : 'bar-title-alone'}>
          <ShownText text={title} />
        </h1>
        {actions}
      </header>
      <div class="screen-body" tabIndex={onlyText ? 0 : undefined}>
        <div class="column">{children}</div>
      </div>
    </div>
  )
}
