/** Says what a passphrase is worth against a person who has the disk. Advice: it keeps nobody from taking it. */
import { useEffect, useState } from 'preact/hooks'
import { locale, strings } from '../strings/index.ts'
import { type ThiefTime, thiefTime } from '../text/thief-time.ts'

/** After the last letter, ms: a screen reader hears one sentence and not one for each letter. */
const QUIET_MS = 500

const sentenceOf = (time: ThiefTime): string => {
  switch (time.kind) {
    case 'atOnce':
      return strings.thiefAtOnce
    case 'about':
      return strings.thiefAbout(time.span)
    case 'never':
      return strings.thiefNever
  }
}

export function StrengthHint({ passphrase, known }: { readonly passphrase: string; readonly known: string }) {
  const [time, setTime] = useState<ThiefTime | null>(null)
  useEffect(() => {
    if (passphrase === '') {
      setTime(null)
      return
    }
    let isWanted = true
    const timer = setTimeout(async () => {
      const { guessesFor } = await import('../text/guessing.ts')
      if (isWanted) setTime(thiefTime(locale, guessesFor(passphrase, [known])))
    }, QUIET_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [passphrase, known])
  return (
    <p class="hint strength" role="status">
      {time === null ? '' : sentenceOf(time)}
    </p>
  )
}
