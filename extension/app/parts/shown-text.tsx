/** Texts of others, drawn so that they change nothing around them. */
import { Fragment } from 'preact'
import { TURN_SIGN, untwistedParts } from '../text/turned-text.ts'
import { strings } from '../strings/index.ts'

/** A text whose direction-changing characters are shown as signs. In an element with its own direction. */
export function Untwisted({ text }: { readonly text: string }) {
  const parts = untwistedParts(text)
  if (parts.length === 1) return <>{text}</>
  return (
    <>
      {parts.map((part, index) => (
        <Fragment key={index}>
          {index === 0 ? null : (
            <span class="turn-sign" role="img" aria-label={strings.turnSign} title={strings.turnSign}>
              {TURN_SIGN}
            </span>
          )}
          <bdi>{part}</bdi>
        </Fragment>
      ))}
    </>
  )
}

/** A name, title or other short text among others. */
export const ShownText = ({ text }: { readonly text: string }) => (
  <bdi>
    <Untwisted text={text} />
  </bdi>
)
