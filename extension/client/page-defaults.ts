/**
 * What an address of our own page carries: `?relay=ADDRESS`, as the development start opens it. Only the extension's own
 * pages and the person at the address bar can open one. It fills in a field, and does no more.
 */
import { browser } from 'wxt/browser'

export function pageDefaults(): { readonly relay: string | null; readonly version: string } {
  return { relay: new URLSearchParams(location.search).get('relay'), version: browser.runtime.getManifest().version }
}
