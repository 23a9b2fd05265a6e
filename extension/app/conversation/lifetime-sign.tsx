/** That a message vanishes, and what is left of its life, counted down where it is shown. */
import type { MessageView } from '@sotto/engine/api'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../parts/icons.tsx'
import { useApp } from '../state/app.ts'
import { locale, strings } from '../strings/index.ts'
import { leftSpan, lifetimeSpan, type SpanStyle, untilOtherSpan } from '../text/lifetime-span.ts'

/** The last moments in which a message fades, ms. */
const FADE_MS = 700

/** A timer takes no longer wait. */
const LONGEST_WAIT_MS = 3_600_000

/** How much is left until a moment, ms, looked at again whenever it is said otherwise. null where there is no moment. */
function useLeft(endsMs: number | null): number | null {
  const app = useApp()
  const [, setPass] = useState(0)
  // A page that was hidden, or a machine that slept, may have missed its timer.
  void app.now.value
  const leftMs = endsMs === null ? null : Math.max(0, endsMs - Date.now())
  useEffect(() => {
    if (leftMs === null || leftMs === 0) return
    const timer = setTimeout(() => setPass((pass) => pass + 1), Math.min(LONGEST_WAIT_MS, untilOtherSpan(leftMs)))
    return () => clearTimeout(timer)
  })
  return leftMs
}

type Lifetime = NonNullable<MessageView['lifetime']>

interface Words {
  readonly left: (span: string) => string
  readonly afterSent: (span: string) => string
  readonly afterSeen: (span: string) => string
}

const IN_ROW: Words = { left: strings.vanishesIn, afterSent: strings.vanishesAfterSent, afterSeen: strings.vanishesAfterSeen }
const IN_DETAILS: Words = { left: strings.detailsVanishesIn, afterSent: strings.detailsVanishesAfterSent, afterSeen: strings.detailsVanishesAfterSeen }

const spanOf = ({ seconds }: Lifetime, leftMs: number | null, style: SpanStyle): string =>
  leftMs === null ? lifetimeSpan(locale, seconds, style) : leftSpan(locale, leftMs, style)

function lifeText(words: Words, lifetime: Lifetime, leftMs: number | null, own: boolean): string {
  const span = spanOf(lifetime, leftMs, 'long')
  return leftMs !== null ? words.left(span) : own ? words.afterSent(span) : words.afterSeen(span)
}

interface LifetimeProps {
  readonly lifetime: Lifetime
  /** It is one's own message. */
  readonly own: boolean
}

/** In words, for the details. */
export function LifetimeText({ lifetime, own }: LifetimeProps) {
  return <>{lifeText(IN_DETAILS, lifetime, useLeft(lifetime.endsMs), own)}</>
}

/** In a bubble. The row fades as its time runs out: what is gone then does not start a reader. */
export function LifetimeSign({ lifetime, own, id }: LifetimeProps & { readonly id: string }) {
  const leftMs = useLeft(lifetime.endsMs)
  const sign = useRef<HTMLSpanElement>(null)
  const { endsMs } = lifetime
  useEffect(() => {
    if (endsMs === null || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    let fading: Animation | undefined
    const fade = () => {
      const leftMs = endsMs - Date.now()
      if (leftMs > FADE_MS) {
        timer = setTimeout(fade, Math.min(LONGEST_WAIT_MS, leftMs - FADE_MS))
        return
      }
      fading = sign.current
        ?.closest('article')
        ?.animate([{ opacity: 1 }, { opacity: 0 }], { duration: Math.max(1, leftMs), fill: 'forwards', easing: 'ease-in' })
    }
    let timer = setTimeout(fade, 0)
    return () => {
      clearTimeout(timer)
      // Its end may have been put off: a clock was set right.
      fading?.cancel()
    }
  }, [endsMs])
  const text = lifeText(IN_ROW, lifetime, leftMs, own)
  return (
    <span class="lifetime" ref={sign} title={text}>
      <Icon name="timer" size={14} />
      <span aria-hidden="true">{spanOf(lifetime, leftMs, 'short')}</span>
      <span class="visually-hidden" id={id}>
        {text}
      </span>
    </span>
  )
}
