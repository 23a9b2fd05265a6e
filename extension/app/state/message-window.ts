/** The part of a conversation that the page holds: from some message to another, always without gaps. */
import type { FileView, MessageView, QuoteView } from '@sotto/engine/api'

/** One answer of the engine: messages, and whether there are others in that direction. */
export type Page = Pick<MessageWindow, 'messages' | 'more'>

export interface MessageWindow {
  /** Oldest first. */
  readonly messages: readonly MessageView[]
  /** Whether older ones can be read. */
  readonly more: boolean
  /** Whether newer ones can be read. false: it goes to the newest. */
  readonly newer: boolean
}

/** No more messages than that are held, however long a conversation is. A guess: some hundred screens. */
export const MOST_HELD = 1000
/** What is held while the end is shown. */
const TRIM_TO = 400

function sameBody(one: MessageView['body'], other: MessageView['body']): boolean {
  switch (one.kind) {
    case 'text':
      return (
        other.kind === 'text' &&
        one.text === other.text &&
        one.editedMs === other.editedMs &&
        sameMentions(one.mentions, other.mentions) &&
        sameQuote(one.replyTo, other.replyTo) &&
        sameFiles(one.files, other.files)
      )
    case 'deleted':
      return other.kind === 'deleted'
    case 'notice':
      return other.kind === 'notice' && one.notice === other.notice
    case 'renamed':
    case 'titled':
      return other.kind === one.kind && one.to === other.to
    case 'lifetime':
      return other.kind === 'lifetime' && one.seconds === other.seconds
    case 'history':
      return other.kind === 'history' && one.days === other.days && one.messages === other.messages
    case 'vanished':
      return other.kind === 'vanished' && one.count === other.count
    case 'reported':
      return (
        other.kind === 'reported' && samePerson(one.author, other.author) && one.text === other.text && one.words === other.words && one.here === other.here
      )
    case 'contentsDiffer':
      return other.kind === 'contentsDiffer' && samePerson(one.by, other.by)
  }
}

/** What their author says of them stays. */
const sameFiles = (some: readonly FileView[], others: readonly FileView[]): boolean =>
  some.length === others.length &&
  some.every(({ state, bytesHere, atRelay }, index) => {
    const other = others[index]
    return state === other?.state && bytesHere === other.bytesHere && atRelay === other.atRelay
  })

function sameQuote(one: QuoteView | null, other: QuoteView | null): boolean {
  if (one?.said == null || other?.said == null)
    return one?.message === other?.message && (one?.said ?? null) === (other?.said ?? null) && one?.gone === other?.gone
  const [some, others] = [one.said, other.said]
  return one.message === other.message && some.text === others.text && some.senderName === others.senderName && some.senderAnother === others.senderAnother
}

type Person = MessageView['reactions'][number]['people'][number]

const samePerson = (one: Person, other: Person | undefined): boolean => one.name === other?.name && one.another === other.another

/** Where they are follows from the text. */
const sameMentions = (some: readonly Person[], others: readonly Person[]): boolean =>
  some.length === others.length && some.every((person, index) => samePerson(person, others[index]))

const sameReactions = (some: MessageView['reactions'], others: MessageView['reactions']): boolean =>
  some.length === others.length &&
  some.every(({ emoji, own, people }, index) => {
    const other = others[index]
    return (
      emoji === other?.emoji &&
      own === other.own &&
      people.length === other.people.length &&
      people.every((person, place) => samePerson(person, other.people[place]))
    )
  })

const same = (one: MessageView, other: MessageView): boolean =>
  one.order === other.order &&
  one.account === other.account &&
  one.senderName === other.senderName &&
  one.senderAnother === other.senderAnother &&
  (one.senderFormer === null ? other.senderFormer === null : other.senderFormer !== null && samePerson(one.senderFormer, other.senderFormer)) &&
  one.own === other.own &&
  one.atMs === other.atMs &&
  one.lateMs === other.lateMs &&
  one.state === other.state &&
  one.editableUntilMs === other.editableUntilMs &&
  one.resent === other.resent &&
  one.lifetime?.seconds === other.lifetime?.seconds &&
  one.lifetime?.endsMs === other.lifetime?.endsMs &&
  sameBody(one.body, other.body) &&
  sameReactions(one.reactions, other.reactions)

/**
 * `read` with every unchanged message replaced by its object in `held`, so that it need not be drawn again. `held` itself
 * if nothing changed.
 */
export function withHeldMessages(held: MessageWindow, read: MessageWindow): MessageWindow {
  const byId = new Map(held.messages.map((message) => [message.id, message]))
  const messages = read.messages.map((message) => {
    const known = byId.get(message.id)
    return known !== undefined && same(known, message) ? known : message
  })
  const unchanged =
    held.more === read.more &&
    held.newer === read.newer &&
    held.messages.length === messages.length &&
    messages.every((message, index) => message === held.messages[index])
  return unchanged ? held : { ...read, messages }
}

/** A window with an older page before it. Messages that it already has are not duplicated. */
export function withOlderPage(window: MessageWindow, page: Page): MessageWindow {
  const oldest = window.messages[0]
  const older = oldest === undefined ? page.messages : page.messages.filter(({ order }) => order < oldest.order)
  return { ...window, messages: [...older, ...window.messages], more: page.more }
}

/** The same with a newer page after it. */
export function withNewerPage(window: MessageWindow, page: Page): MessageWindow {
  const newest = window.messages.at(-1)
  const newer = newest === undefined ? page.messages : page.messages.filter(({ order }) => order > newest.order)
  return { ...window, messages: [...window.messages, ...newer], newer: page.more }
}

/** Without what is too far away at its end; the same object if nothing is. */
export const withoutNewest = (window: MessageWindow): MessageWindow =>
  window.messages.length <= MOST_HELD ? window : { ...window, messages: window.messages.slice(0, MOST_HELD), newer: true }

/** The same at its beginning. */
export const withoutOldest = (window: MessageWindow): MessageWindow =>
  window.messages.length <= MOST_HELD ? window : { ...window, messages: window.messages.slice(-MOST_HELD), more: true }

/** The newest part of a window that has grown long; the same object if it has not. */
export const trimmed = (window: MessageWindow): MessageWindow =>
  window.messages.length <= 2 * TRIM_TO ? window : { ...window, messages: window.messages.slice(-TRIM_TO), more: true }
