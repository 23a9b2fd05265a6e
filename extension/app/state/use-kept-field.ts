import type { TypedField } from '@sotto/engine/api'
import { useEffect, useMemo } from 'preact/hooks'
import { type App, groupOf, useApp } from './app.ts'
import { type DraftMentions, draftMentions } from './draft-mentions.ts'
import { type KeptField, keptField } from './kept-field.ts'

/** A field for as long as its component is mounted. It is kept at once when the page is hidden or goes away. */
function useField<F extends KeptField>(make: (app: App) => F): F {
  const app = useApp()
  const field = useMemo(() => make(app), [])
  useEffect(() => {
    const save = () => void field.save()
    const stop = app.view.subscribe(() => field.follow())
    addEventListener('pagehide', save)
    document.addEventListener('visibilitychange', save)
    return () => {
      stop()
      removeEventListener('pagehide', save)
      document.removeEventListener('visibilitychange', save)
      save()
    }
  }, [])
  return field
}

/** A text, and whom it mentions. */
export interface Draft extends KeptField {
  readonly mentions: DraftMentions
}

/** What is written in a conversation: the draft, or the new text of a message that is edited. */
export const useComposerText = (group: string, editing: string | null): Draft =>
  useField((app) => {
    const kept = () => {
      const view = groupOf(app, group)
      if (view === undefined) return null
      if (editing === null) return { text: view.draft, mentions: view.draftMentions }
      return view.editing?.message === editing ? view.editing : null
    }
    const mentions = draftMentions(kept)
    const field = keptField({
      kept: () => kept()?.text ?? null,
      keep: (text) =>
        app.request(
          editing === null
            ? { kind: 'setDraft', group, text, mentions: mentions.of(text) }
            : { kind: 'keepEdit', group, message: editing, text, mentions: mentions.of(text) },
        ),
    })
    return {
      ...field,
      mentions,
      write: (text) => {
        mentions.of(text)
        field.write(text)
      },
    }
  })

/** A text that is typed into a form and not used yet. */
export const useTyped = (field: TypedField): KeptField =>
  useField((app) =>
    keptField({
      kept: () => app.view.peek().typed[field],
      keep: (text) => app.request({ kind: 'keepTyped', field, text }),
    }),
  )
