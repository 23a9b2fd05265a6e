/** A person without a mouse: keys alone, and what has the focus. */
import type { AppPage } from '../../fixtures/browser-profile.ts'

export interface Focused {
  readonly role: string
  readonly name: string
  /** Something drawn shows that it has the focus. */
  readonly isSeen: boolean
}

export interface Keyboard {
  readonly focused: () => Promise<Focused>
  /** Goes on with Tab, or back with Shift and Tab, until something whose name begins so has the focus. */
  readonly tabTo: (name: string) => Promise<Focused>
  readonly press: (key: string) => Promise<void>
  readonly type: (text: string) => Promise<void>
  /** Goes to a button or link, and presses Enter. */
  readonly activate: (name: string) => Promise<void>
}

/** More controls than any screen has. */
const MOST_STEPS = 120

export function keyboardOf(page: () => AppPage): Keyboard {
  const focused = (): Promise<Focused> => page().evaluate(readFocus, null)
  const tabTo: Keyboard['tabTo'] = async (name) => {
    const passed: string[] = []
    for (let i = 0; i < MOST_STEPS; i++) {
      const now = await focused()
      if (now.name.startsWith(name)) return now
      passed.push(now.name)
      // Past the page's end Firefox goes on in its own window, and the page has no focus to act with.
      await page().press((await page().evaluate(isBehind, name)) ? 'Shift+Tab' : 'Tab')
    }
    throw new Error(`no key leads to ${name}; it passed ${passed.join(' | ')}`)
  }
  return {
    focused,
    tabTo,
    press: (key) => page().press(key),
    type: (text) => page().type(text),
    activate: async (name) => {
      await tabTo(name)
      await page().press('Enter')
    },
  }
}

/** Runs in a page. */
function readFocus(): Focused {
  const element = document.activeElement
  if (!(element instanceof HTMLElement) || element === document.body) return { role: 'none', name: '', isSeen: false }
  const labels = 'labels' in element && element.labels instanceof NodeList ? [...element.labels].map(({ textContent }) => textContent ?? '') : []
  const name = element.getAttribute('aria-label') ?? (labels.length > 0 ? labels.join(' ') : (element.textContent ?? ''))
  const isRinged = (each: Element | null): boolean => {
    if (each === null) return false
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each)
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
  }
  const around = [element, element.parentElement, element.nextElementSibling, element.parentElement?.parentElement ?? null]
  return { role: element.getAttribute('role') ?? element.localName, name: name.trim().replace(/[\u2066-\u2069]/g, ''), isSeen: around.some(isRinged) }
}

/** Runs in a page: whether the first thing of that name is before what has the focus. */
function isBehind(name: string): boolean {
  const at = document.activeElement
  if (at === null || at === document.body) return false
  const nameOf = (element: Element): string => {
    const labels = 'labels' in element && element.labels instanceof NodeList ? [...element.labels].map(({ textContent }) => textContent ?? '') : []
    return (element.getAttribute('aria-label') ?? (labels.length > 0 ? labels.join(' ') : (element.textContent ?? ''))).trim().replace(/[\u2066-\u2069]/g, '')
  }
  const places = [...document.querySelectorAll('a[href], button, input, textarea, select, [tabindex="0"]')].filter((element) =>
    nameOf(element).startsWith(name),
  )
  const isBefore = (element: Element): boolean => (at.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) !== 0
  return places.length > 0 && places.every(isBefore)
}
