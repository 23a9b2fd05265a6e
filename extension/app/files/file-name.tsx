/** A file's name with its true extension, which no length and no direction of the rest hides. */
import { ShownText } from '../parts/shown-text.tsx'
import { nameParts } from './name-parts.ts'

export function FileName({ name }: { readonly name: string }) {
  const { stem, extension } = nameParts(name)
  return (
    <span class="file-name" dir="ltr" title={name}>
      <span class="file-stem">
        <ShownText text={stem} />
      </span>
      {extension === '' ? null : (
        <span class="file-extension">
          <ShownText text={extension} />
        </span>
      )}
    </span>
  )
}
