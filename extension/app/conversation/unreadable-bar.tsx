import type { GroupView } from '@sotto/engine/api'
import { useId, useState } from 'preact/hooks'
import { Icon } from '../parts/icons.tsx'
import { unreadableSentence, strings } from '../strings/index.ts'

/** One line for all messages that cannot be opened, with the reasons behind it. Many of a kind are one. */
export function UnreadableBar({ unreadable }: { readonly unreadable: GroupView['unreadable'] }) {
  const id = useId()
  const [open, setOpen] = useState(false)
  const count = unreadable.reduce((sum, part) => sum + part.count, 0)
  if (count === 0) return null
  const repairing = unreadable.some((part) => part.repairing)
  return (
    <section class="unreadable" aria-labelledby={`${id}-title`}>
      <button type="button" class="unreadable-head" aria-expanded={open} aria-controls={`${id}-reasons`} onClick={() => setOpen(!open)}>
        <Icon name={repairing ? 'clock' : 'envelope'} />
        <span id={`${id}-title`}>{repairing ? strings.cannotOpenTitle(count) : strings.lostTitle(count)}</span>
        <span class={`turn${open ? ' turn-open' : ''}`}>
          <Icon name="chevron" />
        </span>
      </button>
      <ul id={`${id}-reasons`} hidden={!open}>
        {unreadable.map((part) => (
          <li key={part.cause}>
            <span class="unreadable-count">{part.count}</span>
            <span>
              {unreadableSentence(part.cause)}
              {part.repairing ? <em> {strings.repairing}.</em> : null}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
