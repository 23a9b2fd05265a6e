/** What new members see from before they came. An admin chooses it for all. */
import type { GroupView } from '@sotto/engine/api'
import { useEffect, useId, useState } from 'preact/hooks'
import { Button, ErrorLine } from '../parts/controls.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'

type History = GroupView['history']

/** What is offered; what another app chose is offered too. */
const OFFERED: readonly History[] = [
  { days: 0, messages: 0 },
  { days: 1, messages: 0 },
  { days: 7, messages: 0 },
  { days: 30, messages: 0 },
  { days: 0, messages: 100 },
  { days: 0, messages: 1_000 },
]

const valueOf = ({ days, messages }: History): string => `${days} ${messages}`

const isSame = (one: History, other: History): boolean => valueOf(one) === valueOf(other)

function textOf({ days, messages }: History): string {
  if (days > 0) return strings.historyDays(days)
  return messages > 0 ? strings.historyMessages(messages) : strings.historyOff
}

export function EarlierMessages({ group: { id: group, history, may } }: { readonly group: GroupView }) {
  const app = useApp()
  const action = useAction()
  const id = useId()
  const [chosen, setChosen] = useState(history)
  // Another admin's change is shown, and not undone unseen.
  useEffect(() => setChosen(history), [valueOf(history)])
  const offered = OFFERED.some((each) => isSame(each, history)) ? OFFERED : [...OFFERED, history]
  return (
    <>
      <div class="card stacked">
        {may.setHistory ? (
          <>
            <label for={id}>{strings.historyLabel}</label>
            <select
              class="input select"
              id={id}
              aria-describedby={`${id}-hint`}
              value={valueOf(chosen)}
              onChange={(event) => setChosen(offered.find((each) => valueOf(each) === event.currentTarget.value) ?? history)}
            >
              {offered.map((each) => (
                <option key={valueOf(each)} value={valueOf(each)}>
                  {textOf(each)}
                </option>
              ))}
            </select>
          </>
        ) : (
          <p>
            {strings.historyLabel}: {textOf(history)}
          </p>
        )}
        <p class="hint" id={`${id}-hint`}>
          {strings.historyHint}
        </p>
        {isSame(chosen, history) ? null : (
          <Button onClick={() => void action.run(() => app.request({ kind: 'setHistory', group, ...chosen }))}>{strings.historySet}</Button>
        )}
      </div>
      <ErrorLine error={action.error} />
    </>
  )
}
