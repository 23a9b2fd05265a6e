/** What a search found in messages: by conversation, the newest first, with the hits. */
import type { FoundMessage, FoundView, GroupView } from '@sotto/engine/api'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Avatar } from './avatar.tsx'
import { Button, ErrorLine } from './controls.tsx'
import { ShownText, Untwisted } from './shown-text.tsx'
import { groupOf, useApp } from '../state/app.ts'
import { hashOf } from '../state/route.ts'
import { locale, strings } from '../strings/index.ts'
import { shownSender, shownTitle } from '../strings/shown-names.ts'
import { listTime } from '../text/times.ts'

/** After the last key, before the engine is asked, ms. */
const PAUSE_MS = 120

/** After a change, before it is asked again, ms: a conversation that catches up makes many. */
const AGAIN_MS = 500

interface FoundMessagesProps {
  readonly text: string
  /** null: all conversations. */
  readonly group: string | null
  /** Shows the rest of what one conversation has. */
  readonly onOnly?: (group: string) => void
}

/** Asks the engine, and again when the person types on or more is indexed. An answer to an earlier question is not shown. */
function useFound(text: string, group: string | null) {
  const app = useApp()
  const [found, setFound] = useState<FoundView | null>(null)
  const [error, setError] = useState<string | null>(null)
  const asked = useRef(0)
  const typed = text.trim()
  const { percent, isOn } = app.view.value.search
  const ask = async (from: number, before: FoundView | null): Promise<void> => {
    const question = ++asked.current
    const answer = await app.request({ kind: 'search', text: typed, group, from })
    if (question !== asked.current) return
    setError(answer.ok ? null : answer.sentence)
    const next = answer.ok ? (answer.value.found ?? null) : null
    setFound(before === null || next === null ? next : joined(before, next))
  }
  /** Asks for as many as are shown: what vanished is not among them. */
  const again = async (shown: FoundView | null): Promise<void> => {
    const question = ++asked.current
    let now: FoundView | null = null
    do {
      const answer = await app.request({ kind: 'search', text: typed, group, from: knownOf(now, group) })
      if (question !== asked.current || !answer.ok || answer.value.found === undefined) return
      now = now === null ? answer.value.found : joined(now, answer.value.found)
    } while (now.more && knownOf(now, group) < knownOf(shown, group))
    setFound(now)
  }
  useEffect(() => {
    if (typed === '' || !isOn) {
      asked.current++
      setFound(null)
      return
    }
    const timer = setTimeout(() => void ask(0, null), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, group, percent, isOn])
  const known = knownOf(found, group)
  const changes = changesOf(app.view.value.groups, found)
  const before = useRef(changes)
  useEffect(() => {
    const isChanged = changes !== '' && before.current !== '' && changes !== before.current
    before.current = changes
    if (!isChanged) return
    const timer = setTimeout(() => void again(found), AGAIN_MS)
    return () => clearTimeout(timer)
  }, [changes])
  return { found: typed === '' ? null : found, error, more: () => void ask(known, found) }
}

/** How many messages, or conversations, are shown. */
const knownOf = (found: FoundView | null, group: string | null): number =>
  (group === null ? found?.conversations.length : found?.conversations[0]?.messages.length) ?? 0

/** Another text whenever a conversation changed that has a shown message with a lifetime; empty: there is none. */
const changesOf = (groups: readonly GroupView[], found: FoundView | null): string =>
  (found?.conversations ?? [])
    .filter(({ messages }) => messages.some(({ vanishes }) => vanishes))
    .map((each) => `${each.group} ${groups.find(({ id }) => id === each.group)?.revision ?? 0}`)
    .join()

function joined(before: FoundView, next: FoundView): FoundView {
  const conversations = before.conversations.map((each) => {
    const others = next.conversations.find(({ group }) => group === each.group)?.messages ?? []
    return { ...each, messages: [...each.messages, ...others.filter(({ message }) => !each.messages.some((known) => known.message === message))] }
  })
  const added = next.conversations.filter(({ group }) => !before.conversations.some((each) => each.group === group))
  return { ...next, conversations: [...conversations, ...added] }
}

function Found({ group, found }: { readonly group: GroupView; readonly found: FoundMessage }) {
  const app = useApp()
  const route = { screen: 'conversation', group: group.id } as const
  return (
    <li>
      <a
        class="found"
        href={hashOf(route)}
        onClick={(event) => {
          event.preventDefault()
          app.lookedFor.value = { group: group.id, message: found.message }
          app.go(route)
        }}
      >
        <span class="found-sender">{found.own ? strings.you : <ShownText text={shownSender(found)} />}</span>
        <time class="found-time" dateTime={new Date(found.atMs).toISOString()}>
          {listTime(locale, strings, found.atMs, app.now.value)}
        </time>
        <span class="found-text" dir="auto">
          {found.isCutBefore ? '…' : ''}
          {found.parts.map(({ text, isHit }, i) =>
            isHit ? (
              <mark key={i}>
                <Untwisted text={text} />
              </mark>
            ) : (
              <Untwisted key={i} text={text} />
            ),
          )}
          {found.isCutBehind ? '…' : ''}
        </span>
      </a>
    </li>
  )
}

export function FoundMessages({ text, group: only, onOnly }: FoundMessagesProps) {
  const app = useApp()
  const { found, error, more } = useFound(text, only)
  const { isOn, percent } = app.view.value.search
  if (text.trim() === '') return null
  if (!isOn) return <p class="hint found-hint">{strings.searchIsOff}</p>
  const conversations = found?.conversations.flatMap((each) => {
    const group = groupOf(app, each.group)
    return group === undefined ? [] : [{ ...each, group }]
  })
  const count = conversations?.reduce((sum, each) => sum + each.count, 0) ?? 0
  return (
    <section class="found-all" aria-label={only === null ? strings.foundMessages : strings.searchMessages}>
      <div class="hint found-hint" role="status">
        {found === null ? null : <p>{count === 0 ? strings.noMessageFound : strings.messagesFound(count)}</p>}
        {found === null || found.isWhole ? null : <p>{strings.searchIncomplete(percent ?? 0)}</p>}
      </div>
      <ErrorLine error={error} />
      {conversations?.map(({ group, count: all, messages }) => (
        <section key={group.id} aria-label={shownTitle(group)}>
          {only === null ? (
            <h2 class="found-title">
              <Avatar id={group.id} name={group.title} size="small" />
              <ShownText text={shownTitle(group)} />
            </h2>
          ) : null}
          <ul class="conversations" aria-label={strings.foundMessages}>
            {messages.map((each) => (
              <Found key={each.message} group={group} found={each} />
            ))}
          </ul>
          {only === null && all > messages.length && onOnly !== undefined ? (
            <Button onClick={() => onOnly(group.id)}>{strings.showAllFound(all)}</Button>
          ) : null}
        </section>
      ))}
      {found?.more === true ? <Button onClick={more}>{strings.showMoreFound}</Button> : null}
    </section>
  )
}
