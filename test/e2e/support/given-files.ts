/** Files as a person gives them to a page: by button, drop and paste. They are made in the page. */
import type { AppPage } from '../../fixtures/browser-profile.ts'

export type GivenBy = 'button' | 'drop' | 'paste'

export interface GivenFile {
  readonly name: string
  readonly type: string
  /** `noise`: so many bytes that look random, each after the one before by a rule. `base64`: these bytes. */
  readonly bytes: { readonly noise: number; readonly seed: number } | { readonly base64: string }
}

/** Gives files to the conversation that the page shows. */
export const give = (page: AppPage, by: GivenBy, files: readonly GivenFile[]): Promise<void> =>
  page.evaluate(giveInPage, { by, files } as { readonly by: GivenBy; readonly files: readonly GivenFile[] })

/** Runs in the page: it can use nothing from outside its braces. */
function giveInPage({ by, files }: { readonly by: GivenBy; readonly files: readonly GivenFile[] }): void {
  const noise = (length: number, seed: number): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(length)
    let state = seed
    for (let i = 0; i < length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      bytes[i] = state >>> 24
    }
    return bytes
  }
  const given = new DataTransfer()
  for (const { name, type, bytes } of files) {
    const content = 'noise' in bytes ? noise(bytes.noise, bytes.seed) : Uint8Array.from(atob(bytes.base64), (char) => char.charCodeAt(0))
    given.items.add(new File([content], name, { type }))
  }
  const text = document.querySelector('textarea')
  if (text === null) throw new Error('no conversation')
  switch (by) {
    case 'paste': {
      const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true })
      // Firefox takes no files in the constructor.
      Object.defineProperty(event, 'clipboardData', { value: given })
      text.dispatchEvent(event)
      return
    }
    case 'drop': {
      const place = document.querySelector('.messages')
      if (place === null) throw new Error('no conversation')
      for (const kind of ['dragover', 'drop']) place.dispatchEvent(new DragEvent(kind, { dataTransfer: given, bubbles: true, cancelable: true }))
      return
    }
    case 'button': {
      const field = document.querySelector<HTMLInputElement>('.composer input[type="file"]')
      if (field === null) throw new Error('no field')
      field.files = given.files
      field.dispatchEvent(new Event('change', { bubbles: true }))
    }
  }
}

/** The same bytes as in the page. */
export function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = seed
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}
