/** A menu of acts on one thing: opened by a button, by the key for it, or by a press of the other mouse button. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

import { Icon, type IconName } from './icons.tsx'
import { itemAfterKey } from './menu-keys.ts'
import { popupPlace } from './popup-place.ts'

export interface MenuItem {
  readonly name: string
  readonly icon: IconName
  /** A line above it. */
  readonly begins?: boolean
  readonly act: () => void
}

/** Where it opens: beside an element, or at a point of the window. */
export type MenuPlace = Pick<DOMRect, 'left' | 'top' | 'width' | 'height'>

export const placeOfPointer = ({ clientX, clientY }: MouseEvent): MenuPlace => ({ left: clientX, top: clientY, width: 0, height: 0 })

interface MenuProps {
  /** What it acts on. */
  readonly name: string
  readonly items: readonly MenuItem[]
  readonly place: MenuPlace
  /** Gets the focus when the menu closes. */
  readonly returnTo: () => HTMLElement | null
  readonly onClose: () => void
}

/** Above everything, so that no edge cuts it. One stop for the Tab key; arrows move between its items. */
export function Menu({ name, items, place, returnTo, onClose }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const focus = (index: number): void => {
    setAt(index)
    menu.current?.querySelectorAll<HTMLElement>('[role="menuitem"]')[index]?.focus({ preventScroll: true })
  }
  const close = (): void => {
    returnTo()?.focus({ preventScroll: true })
    onClose()
  }

  useLayoutEffect(() => {
    const element = menu.current
    if (element === null) return
    element.showPopover()
    const size = element.getBoundingClientRect()
    // Below what it belongs to, while there is room.
    const below = place.top + place.height + size.height + 16 <= innerHeight
    const { left, top } = popupPlace(below ? { ...place, top: -size.height } : place, size, { width: innerWidth, height: innerHeight })
    element.style.left = `${left}px`
    element.style.top = `${below ? place.top + place.height + 4 : top}px`
    focus(0)
  }, [])

  useEffect(() => {
    const isOutside = (target: EventTarget | null): boolean => !(target instanceof Node && menu.current?.contains(target))
    const onMouseDown = (event: MouseEvent) => {
      // A press of the button that opened it closes it by itself.
      const opener = returnTo()
      const isOpener = opener instanceof HTMLButtonElement && event.target instanceof Node && opener.contains(event.target)
      if (isOutside(event.target) && !isOpener) onClose()
    }
    const onWheel = (event: Event) => {
      if (isOutside(event.target)) close()
    }
    document.addEventListener('mousedown', onMouseDown, true)
    document.addEventListener('wheel', onWheel, { passive: true })
    document.addEventListener('touchmove', onWheel, { passive: true })
    addEventListener('resize', close)
    return () => {
      document.removeEventListener('mousedown', onMouseDown, true)
      document.removeEventListener('wheel', onWheel)
      document.removeEventListener('touchmove', onWheel)
      removeEventListener('resize', close)
    }
  }, [])

  return (
    <div
      ref={menu}
      class="menu"
      popover="manual"
      role="menu"
      aria-label={name}
      onContextMenu={(event) => event.preventDefault()}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget instanceof Node && !menu.current?.contains(relatedTarget) && relatedTarget !== returnTo()) onClose()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' || event.key === 'Tab') {
          // Chromium would close the popup with Escape.
          event.preventDefault()
          event.stopPropagation()
          return close()
        }
        const next = itemAfterKey(
          event.key,
          at,
          items.map((item) => item.name),
        )
        if (next === null) return
        event.preventDefault()
        focus(next)
      }}
    >
      {items.map((item, index) => (
        <button
          key={item.name}
          type="button"
          role="menuitem"
          class={item.begins === true ? 'menu-begins' : undefined}
          tabIndex={index === at ? 0 : -1}
          onClick={() => {
            close()
            item.act()
          }}
        >
          <Icon name={item.icon} size={18} />
          <span>{item.name}</span>
        </button>
      ))}
    </div>
  )
}
