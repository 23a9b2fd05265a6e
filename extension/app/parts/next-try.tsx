/** After wrong passphrases: how long until the next one is taken, second by second. */
import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'
import { countdown } from '../text/times.ts'

export function NextTry() {
  const app = useApp()
  const untilMs = app.view.value.nextTryMs
  const [nowMs, setNowMs] = useState(Date.now)
  const isWaiting = untilMs !== null && nowMs < untilMs
  useEffect(() => {
    setNowMs(Date.now())
    if (untilMs === null) return
    const ticking = setInterval(() => {
      const now = Date.now()
      setNowMs(now)
      if (now < untilMs) return
      clearInterval(ticking)
      app.entryError.value = null
      app.announcement.value = strings.nextTryNow
    }, 1_000)
    return () => clearInterval(ticking)
  }, [untilMs])
  // A timer is not read out by itself: the refusal says the seconds, and its end is announced.
  return isWaiting ? (
    <p class="next-try" role="timer">
      {strings.nextTryIn(countdown(untilMs - nowMs))}
    </p>
  ) : null
}
