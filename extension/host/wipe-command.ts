/**
 * The keyboard command that deletes everything (PROTOCOL §9.27): pressed twice within some seconds, in whatever window of
 * the browser, while the profile is locked or open and no page of the app is.
 */
import { browser } from 'wxt/browser'

/** The command's name in the manifest. */
const WIPE_COMMAND = 'wipe'
/** Long enough for who means it, too short for a slip to be followed by another. A guess. */
const AGAIN_WITHIN_MS = 5_000
/** How long the button says what became of it, ms. */
const TOLD_MS = 15_000

/** What the toolbar's button shows: there is no page to say it on. */
interface Sign {
  readonly badge: string
  readonly title: string
  readonly colour: string
}

export interface WipeCommand {
  /** The command was given. */
  readonly pressed: () => void
}

export interface WipeDependencies {
  readonly wipe: () => Promise<{ readonly isNothingLeft: boolean }>
  /** null: as it was. */
  readonly show: (what: 'again' | 'nothingLeft' | 'somethingLeft' | 'failed' | null) => void
  /** Calls back once, after `ms`. Returns how to cancel it. */
  readonly after: (ms: number, act: () => void) => () => void
}

/** The first press asks for the second. */
export function wipeOnSecondPress({ wipe, show, after }: WipeDependencies): WipeCommand {
  let cancel = (): void => {}
  let isAsked = false
  let isWiping = false
  const say = (what: Parameters<WipeDependencies['show']>[0], forMs: number): void => {
    cancel()
    show(what)
    cancel = after(forMs, () => {
      isAsked = false
      show(null)
    })
  }
  return {
    pressed: () => {
      if (isWiping) return
      if (!isAsked) {
        isAsked = true
        say('again', AGAIN_WITHIN_MS)
        return
      }
      isAsked = false
      isWiping = true
      cancel()
      wipe()
        .then(
          ({ isNothingLeft }) => say(isNothingLeft ? 'nothingLeft' : 'somethingLeft', TOLD_MS),
          () => say('failed', TOLD_MS),
        )
        .finally(() => {
          isWiping = false
        })
    },
  }
}

const signs = (): { readonly [W in 'again' | 'nothingLeft' | 'somethingLeft' | 'failed']: Sign } => ({
  again: { badge: '!', title: browser.i18n.getMessage('wipeAgain'), colour: '#b3261e' },
  nothingLeft: { badge: '✓', title: browser.i18n.getMessage('wipeDone'), colour: '#136f63' },
  somethingLeft: { badge: '?', title: browser.i18n.getMessage('wipeFailed'), colour: '#b3261e' },
  failed: { badge: '?', title: browser.i18n.getMessage('wipeFailed'), colour: '#b3261e' },
})

/** Listens from now on. For the top of the background: listeners must be registered at once. */
export function listenForWipe(wipe: WipeDependencies['wipe']): void {
  const action = browser.action ?? browser.browserAction
  let before: string | null = null
  const show = async (what: Parameters<WipeDependencies['show']>[0]): Promise<void> => {
    before ??= await action.getBadgeText({})
    const sign = what === null ? null : signs()[what]
    await action.setBadgeText({ text: sign?.badge ?? (before === '!' ? '' : before) })
    await action.setTitle({ title: sign?.title ?? browser.i18n.getMessage('openSotto') })
    if (sign === null) before = null
    else await action.setBadgeBackgroundColor({ color: sign.colour })
  }
  const command = wipeOnSecondPress({
    wipe,
    show: (what) => void show(what),
    after: (ms, act) => {
      const timer = setTimeout(act, ms)
      return () => clearTimeout(timer)
    },
  })
  browser.commands.onCommand.addListener((name: string) => {
    if (name === WIPE_COMMAND) command.pressed()
  })
}
