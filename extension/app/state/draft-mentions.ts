/** Whom a draft mentions. It follows the text: typing moves mentions, and a text that the engine keeps has those that were kept with it. */
import type { WrittenMention } from '@sotto/engine/api'
import { movedMentions } from '../text/mentions.ts'

interface Draft {
  readonly text: string
  readonly mentions: readonly WrittenMention[]
}

export interface DraftMentions {
  /** Whom this text mentions, which came of the last one that was asked about. */
  readonly of: (text: string) => readonly WrittenMention[]
  /** The person chose them for a text. */
  readonly choose: (draft: Draft) => void
}

/** `kept`: the draft as the engine keeps it; null if that is not known now. */
export function draftMentions(kept: () => Draft | null): DraftMentions {
  let last: Draft = { text: '', mentions: [] }
  return {
    of: (text) => {
      if (text === last.text) return last.mentions
      const known = kept()
      last = known?.text === text ? known : { text, mentions: movedMentions(last.mentions, last.text, text) }
      return last.mentions
    },
    choose: (draft) => void (last = draft),
  }
}
