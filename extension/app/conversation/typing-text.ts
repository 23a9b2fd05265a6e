/** Who types, in words. */
import type { TypistView } from '@sotto/engine/api'

interface Words {
  readonly typingOne: (name: string) => string
  readonly typingTwo: (one: string, other: string) => string
  readonly typingMany: (count: number) => string
}

/** Empty: nobody. */
export function typingText(strings: Words, nameOf: (typist: TypistView) => string, typing: readonly TypistView[]): string {
  const [first, second] = typing
  if (first === undefined) return ''
  if (second === undefined) return strings.typingOne(nameOf(first))
  return typing.length === 2 ? strings.typingTwo(nameOf(first), nameOf(second)) : strings.typingMany(typing.length)
}
