/**
 * What members say is drawn with nothing in it that runs, loads or leads elsewhere than it shows: generated texts, names,
 * quotations and reactions, drawn by the components themselves into a document.
 */
import type { MessageView } from '@sotto/engine/api'
import * as fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { type ComponentType, h, render } from 'preact'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** The same at every run: what was found once is found again. */
const RUNS = { numRuns: 400, seed: 1_013 }
const NOW_MS = 1_800_000_000_000
const ELEMENTS = new Set('article div span p bdi br b strong em i s del code pre blockquote ul ol li a button svg path time img'.split(' '))
const ATTRIBUTES = new Set(
  'class id dir role title type tabindex disabled href target rel referrerpolicy start datetime width height viewbox d hidden aria-label aria-labelledby aria-hidden aria-expanded aria-haspopup aria-pressed aria-controls aria-describedby data-emoji'.split(
    ' ',
  ),
)

type Drawing = { readonly draw: (message: MessageView) => Element; readonly restore: () => void }

/** Once the document is there. The screens are written for the types of a browser's extension, which a test has not. */
const moduleAt = <T>(path: string): Promise<T> => import(new URL(path, import.meta.url).pathname) as Promise<T>

interface Drawable {
  readonly AppContext: { readonly Provider: ComponentType<{ readonly value: object }> }
  readonly RowContent: ComponentType<object>
}

/** Preact takes the document from the globals. */
async function beginDrawing(): Promise<Drawing> {
  const { document } = parseHTML('<!doctype html><html><body><main></main></body></html>')
  const before = ['document', 'navigator', 'matchMedia', 'localStorage'].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const)
  const globals = globalThis as unknown as Record<string, unknown>
  globals['document'] = document
  globals['matchMedia'] = () => ({ matches: true })
  const { AppContext } = await moduleAt<Drawable>('../state/app.ts')
  const { RowContent } = await moduleAt<Drawable>('./message-row.tsx')
  const root = document.querySelector('main') as unknown as Element
  const app = {
    now: { value: NOW_MS },
    view: { value: { profile: { account: 'me' }, groups: [] } },
    pictures: { of: () => null, address: () => ({ value: null }) },
  }
  const acts = { onDetails: () => {}, onReact: async () => {}, onReply: () => {}, onJump: () => {} }
  return {
    draw: (message) => {
      const row =
        message.body.kind === 'text'
          ? ({ kind: 'message', key: 'k', message, first: true, last: true, showsState: true } as const)
          : ({ kind: 'notice', key: 'k', message } as const)
      render(null, root)
      render(
        h(
          AppContext.Provider,
          { value: app },
          h(RowContent, { row: row as never, account: 'me', read: null, showsRead: false, found: null, ...(acts as object) } as never),
        ),
        root,
      )
      return root
    },
    restore: () => {
      // What was drawn last has effects that wait for a frame.
      render(null, root)
      for (const [name, descriptor] of before)
        if (descriptor === undefined) delete globals[name]
        else Object.defineProperty(globalThis, name, descriptor)
    },
  }
}

const hostile = fc.constantFrom(
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '"><svg onload=alert(1)>',
  'javascript:alert(1)',
  '[here](javascript:alert(1))',
  '[here](data:text/html,<script>1</script>)',
  '[bank.example](https://evil.example/)',
  'https://user:pass@evil.example/',
  'https://evil.example/"onmouseover="x',
  '[x](https://a.example/ "title")',
  '![pic](https://evil.example/p.png)',
  'https://\u202egnp.example/',
  '# heading',
  '&lt;b&gt;',
  '**bold _and* `code',
  '```\n<b>\n```',
  '> quote\n- list\n1. one',
  '\u0000\u0007\u001b[31m',
  '\ud800',
  '\u202e\u2066\u200f',
  '{{constructor}}',
  '__proto__',
)
const text = fc
  .array(
    fc.oneof(
      hostile,
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ maxLength: 40 }),
      fc.webUrl(),
      fc.constantFrom(' ', '\n', '*', '_', '~', '`', '[', '](', ')', '<', '@'),
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''))

const message: fc.Arbitrary<MessageView> = fc
  .record({
    text,
    name: text,
    former: fc.option(text, { nil: null }),
    quoted: fc.option(text, { nil: null }),
    emoji: text,
    own: fc.boolean(),
    notice: fc.option(fc.constantFrom('joined', 'left', 'devicesChanged', 'markLost', 'devicesForked'), { nil: null }),
    renamed: fc.boolean(),
    mention: fc.option(fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 30 })), { nil: null }),
  })
  .map(
    ({ text, name, former, quoted, emoji, own, notice, renamed, mention }) =>
      ({
        id: 'm',
        order: '1',
        account: 'other',
        senderName: name,
        senderAnother: 2,
        senderFormer: former === null ? null : { name: former, another: 0 },
        own,
        atMs: NOW_MS - 60_000,
        lateMs: null,
        body:
          notice !== null
            ? { kind: 'notice', notice }
            : renamed
              ? { kind: 'renamed', to: text }
              : {
                  kind: 'text',
                  text,
                  mentions:
                    mention === null
                      ? []
                      : [
                          {
                            account: 'x',
                            own: false,
                            name,
                            another: 0,
                            start: Math.min(mention[0], text.length),
                            length: Math.min(mention[1], Math.max(0, text.length - mention[0])),
                          },
                        ],
                  replyTo: quoted === null ? null : { message: 'q', said: { senderName: name, senderAnother: 0, own: false, text: quoted, atMs: 1 } },
                  forwarded: false,
                  files: [],
                  editedMs: null,
                },
        state: own ? (renamed || quoted === null ? 'sent' : 'sending') : null,
        waitsFor: own && quoted !== null ? { why: 'relay', people: [{ name, another: 0 }], isForMore: true } : null,
        resent: false,
        passedOnBy: former === null ? null : { name: former, another: 0 },
        lifetime: quoted === null ? null : { seconds: 300, endsMs: renamed ? NOW_MS + 60_000 : null },
        reactions: [{ emoji, people: [{ name, another: 0 }], own: false }],
      }) as unknown as MessageView,
  )

/** What is wrong with what was drawn. */
function faultsIn(root: Element): readonly string[] {
  const faults: string[] = []
  for (const element of root.querySelectorAll('*')) {
    const name = element.localName
    if (!ELEMENTS.has(name)) faults.push(`element ${name}`)
    for (const { name: attribute, value } of element.attributes) {
      if (!ATTRIBUTES.has(attribute.toLowerCase())) faults.push(`attribute ${attribute} of ${name}`)
      if (attribute === 'src' || attribute === 'srcset' || attribute === 'style') faults.push(`${attribute} of ${name}`)
      if (attribute === 'href') {
        const url = URL.canParse(value) ? new URL(value) : null
        if (url === null || !['http:', 'https:'].includes(url.protocol)) faults.push(`href ${value}`)
        if (url !== null && (url.username !== '' || url.password !== '')) faults.push(`a name in ${value}`)
        if (element.getAttribute('rel') !== 'noopener noreferrer' || element.getAttribute('referrerpolicy') !== 'no-referrer')
          faults.push('a link that is told where from')
      }
    }
  }
  return faults
}

describe('what a member says, with anything in it', () => {
  let drawing: Drawing
  beforeAll(async () => {
    drawing = await beginDrawing()
  })
  afterAll(() => drawing.restore())

  test('is drawn with known elements and attributes, and links to pages only', () => {
    let links = 0
    fc.assert(
      fc.property(message, (message) => {
        const root = drawing.draw(message)
        expect(faultsIn(root)).toEqual([])
        links += root.querySelectorAll('a').length
      }),
      RUNS,
    )
    // Else nothing was tested of links.
    expect(links).toBeGreaterThan(5)
  })

  test('would be noticed with an element or an attribute more', () => {
    const { document } = parseHTML('<main><img src="x" onerror="1"><a href="javascript:1">x</a><iframe></iframe></main>')
    expect(faultsIn(document.querySelector('main') as unknown as Element)).toEqual([
      'attribute src of img',
      'src of img',
      'attribute onerror of img',
      'href javascript:1',
      'a link that is told where from',
      'element iframe',
    ])
  })

  test('says what it is in words that are its author’s', () => {
    const said = '<b>not bold</b> & "quoted"'
    const root = drawing.draw({
      ...fc.sample(message, 1)[0],
      senderName: 'Eve',
      own: false,
      body: { kind: 'text', text: said, mentions: [], replyTo: null, forwarded: false, files: [], editedMs: null },
    } as MessageView)
    expect(root.textContent).toContain(said)
    expect(root.querySelector('b')).toBeNull()
  })
})
