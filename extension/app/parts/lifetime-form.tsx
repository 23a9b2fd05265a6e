/** The choice how long messages last: usual times, or a number of a unit. Checked before anything is asked of the engine. */
import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { Answer } from '../state/answer.ts'
import { useAction } from '../state/use-action.ts'
import { locale, strings } from '../strings/index.ts'
import { inWholeUnits, LEAST_LIFETIME_SECONDS, LIFETIME_UNITS, lifetimeSpan, type LifetimeUnit, MOST_LIFETIME_SECONDS } from '../text/lifetime-span.ts'
import { Button, ErrorLine, Field } from './controls.tsx'

/** Usual ones, in seconds: 5 minutes, 1 hour, 1 day, 1 week, 4 weeks. */
const USUAL = [300, 3_600, 86_400, 604_800, 2_419_200] as const

const UNIT_NAMES: { readonly [U in LifetimeUnit]: string } = {
  second: strings.unitSeconds,
  minute: strings.unitMinutes,
  hour: strings.unitHours,
  day: strings.unitDays,
  week: strings.unitWeeks,
}

interface LifetimeFormProps {
  readonly name: string
  /** What is chosen now, in seconds; null: none of its own. */
  readonly seconds: number | null
  /** What it is called that none is chosen, and what that means. */
  readonly none: { readonly name: string; readonly text: string }
  /** Longer ones cannot be chosen, in seconds. */
  readonly most?: number
  readonly button: string
  readonly keep: (seconds: number | null) => Promise<Answer>
  readonly onKept: (seconds: number | null) => void
  /** Before the button. */
  readonly children?: ComponentChildren
  readonly onCancel?: () => void
}

const lengthOf = (unit: LifetimeUnit): number => LIFETIME_UNITS.find(([each]) => each === unit)?.[1] ?? 1

/** What was typed, in seconds, or what is wrong with it. */
function readOwn(typed: string, unit: LifetimeUnit, most: number): number | string {
  if (!/^\d{1,7}$/.test(typed.trim())) return strings.lifetimeNoNumber
  const seconds = Number(typed) * lengthOf(unit)
  if (seconds < LEAST_LIFETIME_SECONDS) return strings.lifetimeTooShort(lifetimeSpan(locale, LEAST_LIFETIME_SECONDS))
  return seconds > most ? strings.lifetimeTooLong(lifetimeSpan(locale, most)) : seconds
}

function Choice({ name, text, ...input }: { readonly name: string; readonly text?: string } & ChoiceInput) {
  return (
    <label class="radio-row">
      <input type="radio" name={input.group} checked={input.isChosen} onChange={input.onChosen} />
      <span>
        <span class="radio-name">{name}</span>
        {text === undefined ? null : <span class="hint">{text}</span>}
      </span>
    </label>
  )
}

interface ChoiceInput {
  readonly group: string
  readonly isChosen: boolean
  readonly onChosen: () => void
}

export function LifetimeForm({ name, seconds, none, most = MOST_LIFETIME_SECONDS, button, keep, onKept, children, onCancel }: LifetimeFormProps) {
  const id = useId()
  const action = useAction()
  const usual = USUAL.filter((each) => each < most || most === MOST_LIFETIME_SECONDS)
  const isOwnAtFirst = seconds !== null && !usual.some((each) => each === seconds)
  const [chosen, setChosen] = useState<number | 'none' | 'own'>(seconds === null ? 'none' : isOwnAtFirst ? 'own' : seconds)
  const first = inWholeUnits(isOwnAtFirst ? seconds : 600)
  const [typed, setTyped] = useState(isOwnAtFirst ? String(first.count) : '')
  const [unit, setUnit] = useState<LifetimeUnit>(first.unit)
  const [wrong, setWrong] = useState<string | null>(null)
  const choiceOf = (value: typeof chosen): ChoiceInput => ({ group: id, isChosen: chosen === value, onChosen: () => setChosen(value) })

  const save = async () => {
    const next = chosen === 'own' ? readOwn(typed, unit, most) : chosen
    setWrong(typeof next === 'string' && next !== 'none' ? next : null)
    if (typeof next === 'string' && next !== 'none') return
    const kept = next === 'none' ? null : next
    if ((await action.run(() => keep(kept))) !== null) onKept(kept)
  }

  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <div class="radio-list" role="radiogroup" aria-label={name}>
        <Choice {...choiceOf('none')} {...none} />
        {usual.map((each) => (
          <Choice key={each} {...choiceOf(each)} name={lifetimeSpan(locale, each)} />
        ))}
        <Choice {...choiceOf('own')} name={strings.lifetimeOther} />
      </div>
      {chosen === 'own' ? (
        <div class="lifetime-own">
          <Field label={strings.lifetimeNumber} value={typed} onValue={setTyped} error={wrong} />
          <div class="field">
            <label for={`${id}-unit`}>{strings.lifetimeUnit}</label>
            <select class="input select" id={`${id}-unit`} value={unit} onChange={(event) => setUnit(event.currentTarget.value as LifetimeUnit)}>
              {LIFETIME_UNITS.toReversed().map(([each]) => (
                <option key={each} value={each}>
                  {UNIT_NAMES[each]}
                </option>
              ))}
            </select>
          </div>
        </div>
      ) : null}
      {children}
      <ErrorLine error={action.error} />
      <div class="dialog-actions">
        {onCancel === undefined ? null : <Button onClick={onCancel}>{strings.cancel}</Button>}
        <Button type="submit" look="primary" wide={onCancel === undefined} busy={action.busy}>
          {button}
        </Button>
      </div>
    </form>
  )
}

/** What such a time does, and what it cannot do. */
export const LifetimeTruth = () => (
  <>
    <p class="hint">{strings.lifetimeDoes}</p>
    <p class="hint">{strings.lifetimeDoesNot}</p>
  </>
)
