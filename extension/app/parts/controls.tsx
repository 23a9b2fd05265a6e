/** Buttons, fields, banners: the parts of every screen. */
import type { ComponentChildren, RefObject } from 'preact'
import { useId, useState } from 'preact/hooks'
import { Icon, type IconName } from './icons.tsx'

interface ButtonProps {
  readonly children: ComponentChildren
  readonly icon?: IconName
  readonly look?: 'primary' | 'plain' | 'danger' | 'quiet'
  readonly type?: 'button' | 'submit'
  /** An action is running: the button keeps its place and its focus but does nothing. */
  readonly busy?: boolean
  readonly disabled?: boolean
  readonly wide?: boolean
  readonly onClick?: () => void
}

export const Button = ({ children, icon, look = 'plain', type = 'button', busy = false, disabled = false, wide = false, onClick }: ButtonProps) => (
  <button
    type={type}
    class={`button button-${look}${wide ? ' button-wide' : ''}`}
    disabled={disabled}
    aria-disabled={busy || undefined}
    aria-busy={busy || undefined}
    onClick={busy ? (event) => event.preventDefault() : onClick}
  >
    {icon === undefined ? null : <Icon name={icon} />}
    <span>{children}</span>
  </button>
)

interface IconButtonProps {
  readonly name: string
  readonly icon: IconName
  readonly type?: 'button' | 'submit'
  readonly look?: 'quiet' | 'primary'
  readonly disabled?: boolean
  readonly expanded?: boolean
  readonly pressed?: boolean
  /** What it opens. */
  readonly popup?: 'menu'
  /** Gets the element, so that the parent can move the focus there. */
  readonly element?: RefObject<HTMLButtonElement | null>
  readonly onClick?: () => void
}

/** A button that shows only a picture. Its name is read out and shown as a hint. */
export const IconButton = ({ name, icon, type = 'button', look = 'quiet', disabled = false, expanded, pressed, popup, element, onClick }: IconButtonProps) => (
  <button
    ref={element ?? null}
    type={type}
    class={`icon-button icon-button-${look}`}
    aria-label={name}
    title={name}
    disabled={disabled}
    aria-expanded={expanded}
    aria-pressed={pressed}
    aria-haspopup={popup}
    onClick={onClick}
  >
    <Icon name={icon} />
  </button>
)

export interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly hint?: string
  readonly error?: string | null
  readonly type?: 'text' | 'password'
  /** Passphrases only: the browser would keep other fields' content in its session files, in clear. */
  readonly autocomplete?: 'off' | 'new-password' | 'current-password'
  readonly autofocus?: boolean
  readonly required?: boolean
  readonly rows?: number
  /** Shown inside the field at its end. */
  readonly end?: ComponentChildren
  /** For addresses and codes: no spelling, no capitals. */
  readonly code?: boolean
}

export function Field({ label, value, onValue, hint, error = null, type = 'text', autocomplete = 'off', autofocus, required, rows, end, code }: FieldProps) {
  const id = useId()
  const described = [hint === undefined ? '' : `${id}-hint`, error === null ? '' : `${id}-error`].filter((part) => part !== '').join(' ')
  // The types of inputs are told apart by literal. Both of ours take the same attributes.
  const inputType = type as 'text'
  const common = {
    id,
    value,
    required,
    // A passphrase that is shown is a text like any other.
    autocomplete: type === 'password' ? autocomplete : 'off',
    class: code ? 'input input-code' : 'input',
    spellcheck: code ? false : undefined,
    autocapitalize: code ? 'off' : undefined,
    'aria-invalid': error === null ? undefined : true,
    'aria-describedby': described === '' ? undefined : described,
    'data-autofocus': autofocus ? '' : undefined,
  } as const
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows === undefined ? (
        <div class={end === undefined ? 'input-place' : 'input-place input-place-end'}>
          <input {...common} type={inputType} onInput={(event) => onValue(event.currentTarget.value)} />
          {end}
        </div>
      ) : (
        <textarea {...common} rows={rows} onInput={(event) => onValue(event.currentTarget.value)} />
      )}
      {hint === undefined ? null : (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error === null ? null : (
        <p class="field-error" id={`${id}-error`} role="alert">
          <Icon name="warning" size={16} /> <span>{error}</span>
        </p>
      )}
    </div>
  )
}

interface BannerProps {
  readonly look: 'info' | 'warning' | 'error'
  readonly icon?: IconName
  readonly children: ComponentChildren
}

/** A line that says what is wrong. Errors interrupt a screen reader, the others wait. */
export const Banner = ({ look, icon, children }: BannerProps) => (
  <div class={`banner banner-${look}`} role={look === 'error' ? 'alert' : 'status'}>
    <Icon name={icon ?? (look === 'info' ? 'info' : 'warning')} />
    <div>{children}</div>
  </div>
)

/** What went wrong with the last action; nothing if it succeeded. */
export const ErrorLine = ({ error }: { readonly error: string | null }) => (error === null ? null : <Banner look="error">{error}</Banner>)

/** A heading that opens what is under it. */
export function Disclosure({
  title,
  open: openAtFirst = false,
  children,
}: {
  readonly title: string
  readonly open?: boolean
  readonly children: ComponentChildren
}) {
  const id = useId()
  const [open, setOpen] = useState(openAtFirst)
  return (
    <div class="disclosure">
      <button type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <span class={`turn${open ? ' turn-open' : ''}`}>
          <Icon name="chevron" size={18} />
        </span>
        {title}
      </button>
      <div id={id} hidden={!open}>
        {children}
      </div>
    </div>
  )
}

interface EmptyProps {
  readonly icon: ComponentChildren
  readonly title: string
  readonly text: string
  readonly children?: ComponentChildren
}

/** A screen with nothing in it yet: a sentence and what to do. */
export const Empty = ({ icon, title, text, children }: EmptyProps) => (
  <div class="empty">
    <div class="medallion">{icon}</div>
    <h2>{title}</h2>
    <p>{text}</p>
    {children === undefined ? null : <div class="empty-actions">{children}</div>}
  </div>
)
