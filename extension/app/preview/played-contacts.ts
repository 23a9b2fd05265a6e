/** What a played engine answers about contact links and requests. */
import type { ContactRequestView, EngineReply, EngineRequest } from '@sotto/engine/api'

type Answered = Extract<EngineRequest, { readonly kind: 'answerContactRequest' }>

/** The requests after one was answered. */
export function afterAnswer(requests: readonly ContactRequestView[], { account, answer }: Answered): readonly ContactRequestView[] {
  const others = requests.filter((each) => each.account !== account)
  const blocked = requests.flatMap((each) => (each.account === account && answer === 'block' ? [{ ...each, words: '', isBlocked: true }] : []))
  return [...others, ...blocked]
}

/** Whom a pasted contact link is of; null: it is none. */
export const linkedContact = (text: string): EngineReply | null =>
  text.startsWith('sotto-contact:') ? { ok: true, value: { contact: { account: 'ines', name: 'Inês Tavares', another: 0, isKnown: false } } } : null
