import { Icon } from './icons.tsx'

interface SearchFieldProps {
  readonly label: string
  readonly value: string
  readonly onValue: (text: string) => void
  readonly autofocus?: boolean
}

/** A field to search in, with its label as its placeholder. */
export function SearchField({ label, value, onValue, autofocus = false }: SearchFieldProps) {
  return (
    <div class="search">
      <Icon name="search" size={18} />
      <input
        type="search"
        class="input"
        autocomplete="off"
        aria-label={label}
        placeholder={label}
        value={value}
        data-autofocus={autofocus ? '' : undefined}
        onInput={(event) => onValue(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value === '') return
          event.preventDefault()
          onValue('')
        }}
      />
    </div>
  )
}
