/** The position of a small popup that belongs to a button, CSS px of the window. */

/** Kept free at the window's edges, px. */
const EDGE_PX = 8
/** Between the button and what it opened, px. */
const GAP_PX = 4

interface Size {
  readonly width: number
  readonly height: number
}

/** Above the button and centred on it, below it if there is no room above, and always inside the window. */
export function popupPlace(
  button: Size & { readonly left: number; readonly top: number },
  popup: Size,
  window: Size,
): { readonly left: number; readonly top: number } {
  const above = button.top - GAP_PX - popup.height
  const below = button.top + button.height + GAP_PX
  const inside = (wanted: number, size: number, whole: number): number => Math.max(EDGE_PX, Math.min(wanted, whole - EDGE_PX - size))
  return {
    left: inside(button.left + (button.width - popup.width) / 2, popup.width, window.width),
    top: inside(above >= EDGE_PX ? above : below, popup.height, window.height),
  }
}
