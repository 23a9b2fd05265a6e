/** What tests of the search say and look for. */
import type { Started } from './started-engine.ts'

/** Until the index has nothing more to do. */
export const IDLE_MS = 20_000

const WORDS = ['lunch', 'Lunar', 'meeting', 'Zürich', 'zur', 'Straße', '東京', 'привет', 'report', 'reporter', '2026', 'schön', 'é', 'tomorrow', 'notes', 'ok']

/** The same words for the same number, in some order. */
export const textOf = (i: number): string =>
  [`m${i}`, ...Array.from({ length: 1 + (i % 6) }, (_, k) => WORDS[(i * 7 + k * (1 + (i % 5))) % WORDS.length])].join(' ')

/** So long that some of them fill a block. */
export const longText = (i: number): string => `${textOf(i)} ${Array.from({ length: 900 }, (_, k) => ((i + 1) * 100_000 + k * 37).toString(36)).join(' ')}`

/** A relay that is not there: a group has one. */
const NOBODY = '/ip4/127.0.0.1/tcp/1/ws/p2p/12D3KooWByRS9omqFhBPLkyVsmFSqmPTAxaCWZAYk4r7bvmDu9Kr'

export async function groupOf({ engine }: Started, title: string): Promise<string> {
  await engine.request({ kind: 'addRelay', address: NOBODY })
  const reply = await engine.request({ kind: 'createGroup', title })
  return reply.ok ? (reply.value.group ?? '') : ''
}

export interface Said {
  readonly id: string
  readonly text: string
}

export const say = ({ engine }: Started, group: string, texts: readonly string[]): Promise<readonly Said[]> =>
  Promise.all(
    texts.map(async (text) => {
      const reply = await engine.request({ kind: 'send', group, text })
      if (!reply.ok) throw new Error(reply.rejection.code)
      return { id: reply.value.message ?? '', text }
    }),
  )

export async function find({ engine }: Started, text: string, group: string | null = null, from = 0) {
  const reply = await engine.request({ kind: 'search', text, group, from })
  if (!reply.ok || reply.value.found === undefined) throw new Error(reply.ok ? 'nothing' : reply.rejection.code)
  return reply.value.found
}

/** The ids of all messages of one conversation that were found, page by page. */
export async function allIn(started: Started, group: string, text: string): Promise<readonly string[]> {
  const found: string[] = []
  for (;;) {
    const { conversations, more } = await find(started, text, group, found.length)
    for (const { messages } of conversations) found.push(...messages.map(({ message }) => message))
    if (!more) return found
  }
}
