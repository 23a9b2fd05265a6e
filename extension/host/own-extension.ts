/** This extension, to tell its own pages and parts from others. */
import { browser } from 'wxt/browser'

export interface OwnExtension {
  /** `runtime.id` */
  readonly id: string
  /** `runtime.getURL('')`: the origin of our pages with a slash. */
  readonly baseUrl: string
}

export const ownExtension = (): OwnExtension => ({ id: browser.runtime.id, baseUrl: browser.runtime.getURL('/') })

interface Sender {
  readonly id?: string | undefined
  readonly url?: string | undefined
}

/** Whether a sender is a page of this extension. */
export const isOwnPage = (sender: Sender | undefined, own: OwnExtension): boolean =>
  sender !== undefined && sender.id === own.id && sender.url?.startsWith(own.baseUrl) === true
