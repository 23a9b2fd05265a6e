/** Members that the person may mean: a list above the composer, whose keys the composer hands on. The focus stays in the text. */
import type { MemberView } from '@sotto/engine/api'
import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import type { Draft } from '../state/use-kept-field.ts'
import { strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'
import { mentionQuery, peopleFor, withMention } from '../text/mentions.ts'

/** No more are shown. Who is not among them is found by typing on. */
const MOST_SHOWN = 8

const idOf = (group: string, index: number): string => `mention-${group}-${index}`

export interface Mentioning {
  readonly people: readonly MemberView[]
  readonly at: number
  /** The text or the cursor changed. */
  readonly follow: () => void
  readonly choose: (person: MemberView) => void
  /** Whether the key was for the list. */
  readonly key: (key: string) => boolean
  /** For the text field. */
  readonly attributes: {
    readonly 'aria-autocomplete': 'list'
    readonly 'aria-haspopup': 'listbox'
    readonly 'aria-controls'?: string
    readonly 'aria-activedescendant'?: string
    readonly onKeyUp: () => void
    readonly onMouseUp: () => void
    readonly onFocus: () => void
  }
}

export function useMentioning(group: string, members: readonly MemberView[], draft: Draft, field: RefObject<HTMLTextAreaElement | null>): Mentioning {
  const app = useApp()
  const [caret, setCaret] = useState(0)
  const [at, setAt] = useState(0)
  /** Where the "@" is whose list the person closed. */
  const [closed, setClosed] = useState<number | null>(null)
  const text = draft.text.value
  const query = mentionQuery(text, caret, draft.mentions.of(text))
  const isOpen = query !== null && query.start !== closed
  const people = isOpen
    ? peopleFor(
        members.filter(({ own, callsItself }) => !own && callsItself !== ''),
        query.typed,
      ).slice(0, MOST_SHOWN)
    : []
  const chosen = Math.min(at, people.length - 1)

  useEffect(() => {
    if (query === null) setClosed(null)
    setAt(0)
    if (people.length > 0) app.announcement.value = strings.mentionsOffered(people.length)
  }, [query?.start, query?.typed])

  const choose = (person: MemberView): void => {
    if (query === null) return
    const written = withMention(text, draft.mentions.of(text), query, person)
    draft.mentions.choose(written)
    draft.write(written.text)
    setCaret(written.caret)
    const element = field.current
    if (element === null) return
    // The field gets its value here already, so that the cursor can be put into it.
    element.value = written.text
    element.focus()
    element.setSelectionRange(written.caret, written.caret)
  }
  const key = (pressed: string): boolean => {
    if (people.length === 0) return false
    const person = people[chosen]
    if (pressed === 'ArrowDown') setAt((chosen + 1) % people.length)
    else if (pressed === 'ArrowUp') setAt((chosen - 1 + people.length) % people.length)
    else if (pressed === 'Escape') setClosed(query?.start ?? null)
    else if ((pressed === 'Enter' || pressed === 'Tab') && person !== undefined) choose(person)
    else return false
    return true
  }
  const follow = (): void => setCaret(field.current?.selectionStart ?? 0)
  const open = people.length === 0 ? {} : { 'aria-controls': `mentions-${group}`, 'aria-activedescendant': idOf(group, chosen) }
  return {
    people,
    at: chosen,
    follow,
    choose,
    key,
    attributes: { 'aria-autocomplete': 'list', 'aria-haspopup': 'listbox', ...open, onKeyUp: follow, onMouseUp: follow, onFocus: follow },
  }
}

export function MentionList({ group, mentioning }: { readonly group: string; readonly mentioning: Mentioning }) {
  const { people, at, choose } = mentioning
  if (people.length === 0) return null
  return (
    <ul class="mention-list" role="listbox" id={`mentions-${group}`} aria-label={strings.mentionSomeone}>
      {people.map((person, index) => (
        <li
          key={person.account}
          id={idOf(group, index)}
          role="option"
          aria-selected={index === at}
          // The text field keeps the focus.
          onMouseDown={(event) => {
            event.preventDefault()
            choose(person)
          }}
        >
          <Avatar id={person.account} name={person.name} size="small" />
          <ShownText text={shownName(person)} />
        </li>
      ))}
    </ul>
  )
}
