/** A person's picture, or a group's or a person's initials on a colour of its own. */

import { useApp } from '../state/app.ts'
import { initialsOf } from '../text/initials.ts'

/** A power of two. The stylesheet has as many. */
const TONES = 8

/** A tone for an id, the same everywhere. */
function toneOf(id: string): number {
  // FNV-1a: similar ids still get different tones.
  let hash = 0x811c9dc5
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return ((hash >>> 16) ^ hash) & (TONES - 1)
}

interface AvatarProps {
  /** What the colour depends on. */
  readonly id: string
  readonly name: string
  readonly size?: 'small' | 'normal' | 'large'
}

export function Avatar({ id, name, size = 'normal' }: AvatarProps) {
  const { pictures } = useApp()
  const picture = pictures.of(id)
  const address = picture === null ? null : pictures.address(picture).value
  return (
    <span class={`avatar avatar-${size} tone-${toneOf(id)}`} aria-hidden="true">
      {initialsOf(name) || '…'}
      {picture === null || address === null ? null : <img src={address} alt="" draggable={false} onError={() => pictures.failed(picture)} />}
    </span>
  )
}
