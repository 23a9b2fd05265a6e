/** What is loaded later: once, for all who need it, and again where that failed. Drawn by a component, as the screens do. */
import { parseHTML } from 'linkedom'
import { type ComponentType, h, render } from 'preact'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { later } from './later.ts'

interface Part {
  readonly name: string
}

/** Preact takes the document from the globals. */
const before = Object.getOwnPropertyDescriptor(globalThis, 'document')
let root: Element

beforeAll(() => {
  const { document } = parseHTML('<!doctype html><html><body><main></main></body></html>')
  Object.assign(globalThis, { document })
  root = document.querySelector('main') as unknown as Element
})
beforeEach(() => render(null, root))
afterAll(() => {
  render(null, root)
  if (before === undefined) delete (globalThis as { document?: unknown }).document
  else Object.defineProperty(globalThis, 'document', before)
})

/** Files that come, or do not, as the test says. */
function someFile() {
  const tries: { readonly come: () => Promise<void>; readonly fail: () => Promise<void> }[] = []
  const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
  const loading = () =>
    new Promise<Part>((resolve, reject) => {
      tries.push({
        come: () => (resolve({ name: 'members' }), settled()),
        fail: () => (reject(new TypeError('error loading dynamically imported module')), settled()),
      })
    })
  return { tries, part: later(loading) }
}

/** A screen that is wanted, or not yet. */
const Screen = ({ part, isNeeded }: { readonly part: ReturnType<typeof later<Part>>; readonly isNeeded: boolean }) => {
  const there = part.use(isNeeded)
  return h('p', null, there !== null ? there.name : isNeeded && part.hasFailed.value ? 'did not load' : 'not yet')
}
const draw = async (part: ReturnType<typeof later<Part>>, isNeeded: boolean): Promise<void> => {
  render(h(Screen as ComponentType<object>, { part, isNeeded } as object), root)
  await drawn()
}
/** Preact draws, and runs effects, a moment later. */
const drawn = () => new Promise<void>((resolve) => setTimeout(resolve, 100))

it('is loaded when it is first needed, and once', async () => {
  const { tries, part } = someFile()
  await draw(part, false)
  expect([tries.length, root.textContent]).toEqual([0, 'not yet'])
  await draw(part, true)
  part.load()
  expect([tries.length, root.textContent]).toEqual([1, 'not yet'])
  await tries[0]?.come()
  await drawn()
  expect(root.textContent).toBe('members')
  part.load()
  await draw(part, true)
  expect(tries.length).toBe(1)
})

it('says that it failed to who needs it, and not before; the next one who needs it tries again', async () => {
  const { tries, part } = someFile()
  part.load()
  await tries[0]?.fail()
  await draw(part, false)
  expect([part.hasFailed.value, root.textContent]).toEqual([true, 'not yet'])
  await draw(part, true)
  expect([tries.length, root.textContent]).toEqual([2, 'did not load'])
  await tries[1]?.fail()
  await drawn()
  expect(root.textContent).toBe('did not load')
  part.load()
  await tries[2]?.come()
  await drawn()
  expect([part.hasFailed.value, root.textContent]).toEqual([false, 'members'])
})
