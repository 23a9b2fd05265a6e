/** All emoji, by group and by search: above everything, beside the button that opened it. Arrows move in the grid. */
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { popupPlace } from '../parts/popup-place.ts'
import { useApp } from '../state/app.ts'
import { language, strings } from '../strings/index.ts'
import { type Emoji, type EmojiGroup, type EmojiList, EMOJI_GROUPS, findEmoji, inTone } from './emoji-list.ts'
import { cellAfter } from './grid-keys.ts'
import { loadEmoji } from './load-emoji.ts'

const COLUMNS = 8
/** Few look further. */
const MOST_FOUND = 160

const GROUP_NAMES: { readonly [G in EmojiGroup]: string } = {
  smileys: strings.emojiSmileys,
  people: strings.emojiPeople,
  animals: strings.emojiAnimals,
  food: strings.emojiFood,
  travel: strings.emojiTravel,
  activities: strings.emojiActivities,
  objects: strings.emojiObjects,
  symbols: strings.emojiSymbols,
  flags: strings.emojiFlags,
}

const HANDS = ['✋', '✋🏻', '✋🏼', '✋🏽', '✋🏾', '✋🏿'] as const
const TONE_NAMES = [strings.toneNone, strings.toneLight, strings.toneMediumLight, strings.toneMedium, strings.toneMediumDark, strings.toneDark]

/** For as long as the page lives. */
let lastTone = 0

export interface EmojiPickerProps {
  readonly button: RefObject<HTMLElement | null>
  readonly onEmoji: (emoji: string) => void
}

export function EmojiPicker({ button, onEmoji }: EmojiPickerProps) {
  const app = useApp()
  const picker = useRef<HTMLDivElement>(null)
  const [list, setList] = useState<EmojiList | null>(null)
  const [failed, setFailed] = useState(false)
  const [typed, setTyped] = useState('')
  const [tone, setTone] = useState(lastTone)
  const recent = useMemo(() => app.view.peek().profile?.recentEmoji ?? [], [])

  useEffect(() => {
    loadEmoji(language).then(setList, () => setFailed(true))
  }, [])
  useLayoutEffect(() => {
    const element = picker.current
    if (element === null || button.current === null) return
    element.showPopover()
    const { left, top } = popupPlace(button.current.getBoundingClientRect(), element.getBoundingClientRect(), { width: innerWidth, height: innerHeight })
    element.style.left = `${left}px`
    element.style.top = `${top}px`
    element.querySelector('input')?.focus()
  }, [])

  const first = (): HTMLElement | null => picker.current?.querySelector<HTMLElement>('[role="gridcell"]') ?? null
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLInputElement) || event.isComposing) return
    // The form around it must not be sent.
    if (event.key === 'Enter') event.preventDefault()
    if (event.target.type !== 'search') return
    const found = first()?.dataset['emoji']
    if (event.key === 'Enter' && typed.trim() !== '' && found !== undefined) onEmoji(found)
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    first()?.focus()
  }
  return (
    <div ref={picker} class="emoji-picker" popover="manual" role="dialog" aria-label={strings.emoji} onKeyDown={onKeyDown}>
      <input
        type="search"
        class="input"
        autocomplete="off"
        aria-label={strings.emojiSearch}
        placeholder={strings.emojiSearch}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      {list === null ? (
        <p class="emoji-wait" role="status">
          {failed ? strings.emojiFailed : strings.emojiLoading}
        </p>
      ) : (
        <Grid list={list} typed={typed.trim()} tone={tone} recent={recent} onEmoji={onEmoji} onLeave={() => picker.current?.querySelector('input')?.focus()} />
      )}
      <fieldset class="tones">
        <legend class="visually-hidden">{strings.skinTone}</legend>
        {HANDS.map((hand, index) => (
          <label key={hand} title={TONE_NAMES[index]}>
            <input
              type="radio"
              class="visually-hidden"
              name="tone"
              aria-label={TONE_NAMES[index]}
              checked={tone === index}
              onChange={() => {
                lastTone = index
                setTone(index)
              }}
            />
            <span aria-hidden="true">{hand}</span>
          </label>
        ))}
      </fieldset>
    </div>
  )
}

interface GridProps {
  readonly list: EmojiList
  readonly typed: string
  readonly tone: number
  readonly recent: readonly string[]
  readonly onEmoji: (emoji: string) => void
  /** Above its first row. */
  readonly onLeave: () => void
}

interface Section {
  readonly key: string
  readonly title: string
  readonly emoji: readonly Emoji[]
}

/** The emoji that were used last, by the names that they have in the list. */
function recentSection(list: EmojiList, recent: readonly string[]): Section {
  const byEmoji = new Map(
    Object.values(list)
      .flat()
      .flatMap((each) => [each.emoji, ...each.tones].map((emoji) => [emoji, each.name] as const)),
  )
  const emoji = recent.map((each) => ({ emoji: each, name: byEmoji.get(each) ?? each, words: [], tones: [] }))
  return { key: 'recent', title: strings.emojiRecent, emoji }
}

function sectionsOf(list: EmojiList, typed: string, recent: readonly string[]): readonly Section[] {
  if (typed !== '') return [{ key: 'found', title: strings.emojiFound, emoji: findEmoji(list, typed).slice(0, MOST_FOUND) }]
  const groups = (Object.keys(EMOJI_GROUPS) as EmojiGroup[]).map((group) => ({ key: group, title: GROUP_NAMES[group], emoji: list[group] }))
  return recent.length === 0 ? groups : [recentSection(list, recent), ...groups]
}

const rowsOf = (emoji: readonly Emoji[]): readonly (readonly Emoji[])[] =>
  Array.from({ length: Math.ceil(emoji.length / COLUMNS) }, (_, row) => emoji.slice(row * COLUMNS, (row + 1) * COLUMNS))

function Grid({ list, typed, tone, recent, onEmoji, onLeave }: GridProps) {
  const grid = useRef<HTMLDivElement>(null)
  const sections = useMemo(() => sectionsOf(list, typed, recent), [list, typed])
  const rows = (): readonly (readonly HTMLElement[])[] =>
    [...(grid.current?.querySelectorAll('[role="row"]') ?? [])].map((row) => [...row.querySelectorAll<HTMLElement>('[role="gridcell"]')])
  const emojiOf = (target: EventTarget | null): string | undefined =>
    target instanceof Element ? target.closest<HTMLElement>('[role="gridcell"]')?.dataset['emoji'] : undefined

  useLayoutEffect(() => {
    // One stop for the Tab key; the focus moves it.
    for (const cell of grid.current?.querySelectorAll<HTMLElement>('[tabindex="0"]') ?? []) cell.tabIndex = -1
    const first = grid.current?.querySelector<HTMLElement>('[role="gridcell"]')
    if (first != null) first.tabIndex = 0
    grid.current?.scrollTo(0, 0)
  }, [sections])

  const onKeyDown = (event: KeyboardEvent): void => {
    const emoji = emojiOf(event.target)
    if (emoji === undefined) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      return onEmoji(emoji)
    }
    const all = rows()
    const row = all.findIndex((cells) => cells.includes(event.target as HTMLElement))
    const column = all[row]?.indexOf(event.target as HTMLElement) ?? 0
    const lengths = all.map(({ length }) => length)
    // In a language that is written from the right, so is the grid.
    const isTurned = grid.current !== null && getComputedStyle(grid.current).direction === 'rtl'
    const key = isTurned && event.key === 'ArrowLeft' ? 'ArrowRight' : isTurned && event.key === 'ArrowRight' ? 'ArrowLeft' : event.key
    const to = cellAfter(key, { row, column }, lengths)
    if (to === null && event.key === 'ArrowUp') {
      event.preventDefault()
      return onLeave()
    }
    if (to === null) return
    event.preventDefault()
    all[to.row]?.[to.column]?.focus()
  }
  const onFocusIn = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement) || target.role !== 'gridcell') return
    for (const cell of grid.current?.querySelectorAll<HTMLElement>('[tabindex="0"]') ?? []) cell.tabIndex = -1
    target.tabIndex = 0
  }
  const drawn = useMemo(
    () =>
      sections.map(({ key, title, emoji }) => (
        <div key={key} class="emoji-section" role="rowgroup" aria-label={title}>
          <p class="emoji-title" aria-hidden="true">
            {title}
          </p>
          {rowsOf(emoji).map((row, index) => (
            <div key={index} class="emoji-row" role="row">
              {row.map((each) => (
                <div key={each.emoji} role="gridcell" tabIndex={-1} aria-label={each.name} title={each.name} data-emoji={inTone(each, tone)}>
                  {inTone(each, tone)}
                </div>
              ))}
            </div>
          ))}
        </div>
      )),
    [sections, tone],
  )
  if (sections.every(({ emoji }) => emoji.length === 0))
    return (
      <p class="emoji-wait" role="status">
        {strings.nothingFound(typed)}
      </p>
    )
  return (
    <div
      ref={grid}
      class="emoji-grid"
      role="grid"
      aria-label={strings.emoji}
      onKeyDown={onKeyDown}
      onFocusIn={onFocusIn}
      onClick={({ target }) => {
        const emoji = emojiOf(target)
        if (emoji !== undefined) onEmoji(emoji)
      }}
    >
      {drawn}
    </div>
  )
}
