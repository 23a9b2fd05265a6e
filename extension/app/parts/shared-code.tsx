/** A text that is passed on to others: as a picture, to select and to copy. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'
import { Banner, Button } from './controls.tsx'
import { QrCode } from './qr-code.tsx'

/** How long a button shows that it has copied, ms. */
const COPIED_MS = 2500

interface SharedCodeProps {
  readonly text: string
  /** What the picture and the field are called. */
  readonly qrName: string
  readonly fieldName: string
  readonly copy: string
  readonly copiedText: string
  readonly copyFailed: string
  /** What is to be known of it. */
  readonly children: ComponentChildren
}

export function SharedCode({ text, qrName, fieldName, copy, copiedText, copyFailed, children }: SharedCodeProps) {
  const app = useApp()
  const [copied, setCopied] = useState(false)
  const [failed, setFailed] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), COPIED_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <>
      <div class="invite-card">
        <QrCode text={text} name={qrName} />
        <p class="invite-terms">{children}</p>
      </div>
      <input
        ref={field}
        class="input input-code invite-text"
        autocomplete="off"
        aria-label={fieldName}
        readOnly
        value={text}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        look="primary"
        icon={copied ? 'check' : 'copy'}
        wide
        onClick={async () => {
          try {
            await navigator.clipboard.writeText(text)
            app.announcement.value = copiedText
            setCopied(true)
            setFailed(false)
          } catch {
            // The browser's settings can forbid it.
            field.current?.select()
            setFailed(true)
          }
        }}
      >
        {copied ? strings.copied : copy}
      </Button>
      {failed ? <Banner look="warning">{copyFailed}</Banner> : null}
    </>
  )
}
