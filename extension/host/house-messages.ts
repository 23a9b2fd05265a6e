/** The answering side of the messages by which the extension's parts find the engine. */
import { browser } from 'wxt/browser'
import { type EngineReady, type HouseMessage, isHouseMessage } from '../client/ensure-engine.ts'
import { isOwnPage, ownExtension } from './own-extension.ts'

/**
 * Answers `engineReady` to messages of one kind once `ready` has resolved. If it rejects, the asking part gets null and
 * may ask again. Messages of other kinds and of other extensions are ignored.
 */
export function answerWhenReady(kind: HouseMessage['kind'], ready: () => Promise<void>): void {
  const own = ownExtension()
  browser.runtime.onMessage.addListener((message: unknown, sender, answer: (reply: EngineReady | null) => void) => {
    if (!isHouseMessage(message, kind) || !isOwnPage(sender, own)) return undefined
    ready().then(
      () => answer({ kind: 'engineReady' }),
      () => answer(null),
    )
    // Keeps the channel open until `answer` is called.
    return true
  })
}
