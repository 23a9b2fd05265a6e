/** The answering side of the messages by which the extension's parts find the engine. */
import { browser } from 'wxt/browser'
import { type EngineReady, type HouseMessage, isHouseMessage, type Wiped } from '../client/ensure-engine.ts'
import { isOwnPage, ownExtension } from './own-extension.ts'

/**
 * Answers `engineReady` to messages of one kind once `ready` has resolved. If it rejects, the asking part gets null and
 * may ask again. Messages of other kinds and of other extensions are ignored.
 */
export function answerWhenReady(kind: HouseMessage['kind'], ready: () => Promise<unknown>): void {
  answer(kind, async () => {
    await ready()
    return { kind: 'engineReady' }
  })
}

/** Wipes when the worker says so. */
export const answerWipe = (wipe: () => Promise<Wiped>): void => answer('wipe', wipe)

function answer(kind: HouseMessage['kind'], act: () => Promise<EngineReady | Wiped>): void {
  const own = ownExtension()
  browser.runtime.onMessage.addListener((message: unknown, sender, reply: (answer: EngineReady | Wiped | null) => void) => {
    if (!isHouseMessage(message, kind) || !isOwnPage(sender, own)) return undefined
    act().then(reply, () => reply(null))
    // Keeps the channel open until `reply` is called.
    return true
  })
}
