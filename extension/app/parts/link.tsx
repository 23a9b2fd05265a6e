import type { ComponentChildren } from 'preact'
import { useApp } from '../state/app.ts'
import { type Route, hashOf } from '../state/route.ts'

/** Leads to another screen. */
export function Link({ to, children }: { readonly to: Route; readonly children: ComponentChildren }) {
  const app = useApp()
  return (
    <a
      class="link"
      href={hashOf(to)}
      onClick={(event) => {
        event.preventDefault()
        app.go(to)
      }}
    >
      {children}
    </a>
  )
}
