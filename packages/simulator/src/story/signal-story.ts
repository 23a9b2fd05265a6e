/** What stories of signals share. */
import type { MemberView, PrivacyChoice } from '@sotto/core'
import { beginStory, type Passing, type Person, type Story } from './story.ts'

/** When what is signalled shows, virtual ms. */
export const AT_ONCE_MS = 1_500

export async function gathered({ direct = false, names = ['Alice', 'Bob', 'Carol'] }: { readonly direct?: boolean; readonly names?: readonly string[] } = {}) {
  const story = await beginStory({ direct })
  const [alice, bob, ...others] = names.map((name) => story.enter(name))
  if (alice === undefined || bob === undefined) throw new Error('too few')
  story.gather(alice, bob, ...others)
  return { story, alice, bob, others, carol: others[0] ?? bob }
}

export const signalsIn = (story: Story): readonly Passing[] => story.heard.filter(({ what }) => what === 'relayed signal' || what === 'gossiped signal')

export const memberIn = (story: Story, at: Person, who: Person): MemberView | undefined =>
  story.groupOf(at)?.members.find(({ account }) => account === who.account)

export const reads = (story: Story, person: Person): void => story.ask(person, { kind: 'markRead', group: story.group })
export const types = (story: Story, person: Person, isTyping = true): void => story.ask(person, { kind: 'typing', group: story.group, isTyping })
export const typists = (story: Story, at: Person): readonly string[] | undefined => story.groupOf(at)?.typing.map(({ name }) => name)
export const choose = (story: Story, person: Person, what: PrivacyChoice, isOn: boolean): void => story.ask(person, { kind: 'setPrivacy', what, isOn })
export const touches = (story: Story, person: Person): void => story.ask(person, { kind: 'active' })
