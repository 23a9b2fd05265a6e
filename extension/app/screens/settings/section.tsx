/** One part of the settings, with its title. */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

export function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const id = useId()
  return (
    <section class="section" aria-labelledby={id}>
      <h2 class="section-title" id={id}>
        {title}
      </h2>
      {children}
    </section>
  )
}
