import { expect, test } from 'vitest'
import { popupPlace } from './popup-place.ts'

const WINDOW = { width: 380, height: 600 }
const PICKER = { width: 240, height: 50 }
const button = (left: number, top: number) => ({ left, top, width: 30, height: 30 })

test('it is above its button, in the middle', () => {
  expect(popupPlace(button(180, 300), PICKER, WINDOW)).toEqual({ left: 75, top: 246 })
})

test('it is below if there is no room above', () => {
  expect(popupPlace(button(180, 40), PICKER, WINDOW).top).toBe(74)
})

test('no edge of the window cuts it', () => {
  expect(popupPlace(button(350, 300), PICKER, WINDOW).left).toBe(380 - 8 - 240)
  expect(popupPlace(button(0, 300), PICKER, WINDOW).left).toBe(8)
})
