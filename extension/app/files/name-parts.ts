/** A file's name in two parts, so that the extension that systems go by is seen whatever stands before it, however long that is. */

export interface NameParts {
  readonly stem: string
  /** With its full stop; empty: there is none. */
  readonly extension: string
}

export function nameParts(name: string): NameParts {
  const dot = name.lastIndexOf('.')
  // What begins with its only full stop is a name.
  return dot <= 0 ? { stem: name, extension: '' } : { stem: name.slice(0, dot), extension: name.slice(dot) }
}

/** Such as `PDF`; empty: nothing says. */
export const shownType = (name: string): string => nameParts(name).extension.slice(1).toUpperCase()

/** The same name for bytes of another type. */
export const withExtension = (name: string, extension: string): string => nameParts(name).stem + extension
