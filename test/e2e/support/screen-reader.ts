/**
 * What a screen reader says by itself on a page: texts that come into live regions. Kept in the page from when it begins, by
 * the rules of WAI-ARIA: a region is live by its role or by `aria-live`, and the nearest counts.
 */
import type { AppPage } from '../../fixtures/browser-profile.ts'

/** Listens from now on. */
export const beginListening = (page: AppPage): Promise<void> => page.evaluate(listen, null)

/** All that was said since, in order. */
export const heard = (page: AppPage): Promise<readonly string[]> => page.evaluate(readHeard, null)

/** Runs in a page. */
function listen(): void {
  const said: string[] = []
  ;(globalThis as unknown as { said: string[] }).said = said
  const LIVE_ROLES = ['status', 'alert', 'log']
  const liveRegionOf = (node: Node): Element | null => {
    for (let at = node instanceof Element ? node : node.parentElement; at !== null; at = at.parentElement) {
      const live = at.getAttribute('aria-live')
      if (live !== null) return live === 'off' ? null : at
      if (LIVE_ROLES.includes(at.getAttribute('role') ?? '')) return at
    }
    return null
  }
  const isHidden = (node: Node): boolean => (node instanceof Element ? node : node.parentElement)?.closest('[aria-hidden="true"], [hidden]') != null
  new MutationObserver((changes) => {
    for (const change of changes) {
      const nodes = change.type === 'characterData' ? [change.target] : [...change.addedNodes]
      for (const node of nodes) {
        const text = (node.textContent ?? '').replace(/[\u2066-\u2069]/g, '').trim()
        if (text !== '' && !isHidden(node) && liveRegionOf(node) !== null) said.push(text)
      }
    }
  }).observe(document.body, { childList: true, characterData: true, subtree: true })
}

/** Runs in a page. */
function readHeard(): readonly string[] {
  return [...(globalThis as unknown as { said: string[] }).said]
}
