/** The icons, drawn for this app on a grid of 24 with round strokes of 1.75. Decorative: the controls carry the names. */

const PATHS = {
  back: 'M14.5 5.5 8 12l6.5 6.5',
  plus: 'M12 5v14M5 12h14',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.3 15.3 20 20',
  settings: 'M4 7h8.5M16.5 7H20M4 17h3.5M11.5 17H20M14.5 9.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM9.5 19.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z',
  lock: 'M7.5 10.5h9a2 2 0 0 1 2 2V18a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-5.5a2 2 0 0 1 2-2ZM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5M12 14.3v1.9',
  people: 'M9 11.2a3.1 3.1 0 1 0 0-6.2 3.1 3.1 0 0 0 0 6.2ZM3.5 19c.3-3 2.6-4.8 5.5-4.8s5.2 1.8 5.5 4.8M15.2 5.4a3 3 0 0 1 0 5.5M17 14.6c2 .6 3.3 2.2 3.5 4.4',
  invite: 'M10 11.2a3.1 3.1 0 1 0 0-6.2 3.1 3.1 0 0 0 0 6.2ZM4.2 19c.3-3 2.7-4.8 5.8-4.8 1.7 0 3.2.6 4.2 1.6M18 12.5v6M15 15.5h6',
  send: 'M12 19V5.5M6 11.3l6-5.8 6 5.8',
  check: 'm5.5 12.5 4.2 4.2 8.8-9.4',
  checks: 'm2.5 12.7 3.9 4L14 8.3M10.6 15.6l1.2 1.1 8.7-9.4',
  clock: 'M12 19.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM12 8v4.2l2.8 1.6',
  copy: 'M10 9h7.5a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5H10a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 10 9ZM5.8 15H5.5a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 5.5 4H13a1.5 1.5 0 0 1 1.5 1.5v.3',
  more: 'M5.5 12a.5.5 0 1 0 1 0 .5.5 0 0 0-1 0ZM11.5 12a.5.5 0 1 0 1 0 .5.5 0 0 0-1 0ZM17.5 12a.5.5 0 1 0 1 0 .5.5 0 0 0-1 0Z',
  picture:
    'M6 5h12a1.5 1.5 0 0 1 1.5 1.5v11A1.5 1.5 0 0 1 18 19H6a1.5 1.5 0 0 1-1.5-1.5v-11A1.5 1.5 0 0 1 6 5ZM5 16.5l4.2-4.3 3.3 3.3 2.2-2.2 4.3 4.2M14.7 9.3h.01',
  camera:
    'M8.5 7.5 10 5.5h4l1.5 2h2.5a1.5 1.5 0 0 1 1.5 1.5v8.5a1.5 1.5 0 0 1-1.5 1.5H6a1.5 1.5 0 0 1-1.5-1.5V9A1.5 1.5 0 0 1 6 7.5h2.5ZM12 16a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  warning: 'M12 4.8 20.3 19H3.7L12 4.8ZM12 10.2v3.8M12 16.5h.01',
  react: 'M12 19.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM9.3 10.2h.01M14.7 10.2h.01M8.7 13.7c.7 1.3 1.9 2 3.3 2s2.6-.7 3.3-2',
  reply: 'M9.5 6.5 4.5 11.5l5 5M4.8 11.5h9.2a5.5 5.5 0 0 1 5.5 5.5v1',
  forward: 'M14.5 6.5l5 5-5 5M19.2 11.5H10a5.5 5.5 0 0 0-5.5 5.5v1',
  info: 'M12 19.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM12 11.5v4.2M12 8.5h.01',
  leave: 'M13.5 5H7.5A1.5 1.5 0 0 0 6 6.5v11A1.5 1.5 0 0 0 7.5 19h6M11 12h9M16.7 8.5 20.2 12l-3.5 3.5',
  trash: 'M5 7h14M9.5 7V5.5a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1V7M7 7l.7 11a1.5 1.5 0 0 0 1.5 1.4h5.6a1.5 1.5 0 0 0 1.5-1.4L17 7M10.3 11v4.5M13.7 11v4.5',
  down: 'M12 5v13.5M6 12.7l6 5.8 6-5.8',
  up: 'M12 19V5.5M6 11.3l6-5.8 6 5.8',
  eye: 'M3.5 12S6.5 6.5 12 6.5 20.5 12 20.5 12 17.5 17.5 12 17.5 3.5 12 3.5 12ZM12 14.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6Z',
  eyeOff:
    'M9.5 6.9A8.6 8.6 0 0 1 12 6.5c5.5 0 8.5 5.5 8.5 5.5a14 14 0 0 1-2.6 3.2M6.6 8.3A13.5 13.5 0 0 0 3.5 12s3 5.5 8.5 5.5a8.7 8.7 0 0 0 4-1M4.5 4.5l15 15',
  chevron: 'm7 10 5 5 5-5',
  close: 'm6.5 6.5 11 11M17.5 6.5l-11 11',
  envelope: 'M5.5 6h13A1.5 1.5 0 0 1 20 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 16.5v-9A1.5 1.5 0 0 1 5.5 6ZM4.5 7.5l7.5 5.8 7.5-5.8',
  paste:
    'M9 5.5H7A1.5 1.5 0 0 0 5.5 7v11.5A1.5 1.5 0 0 0 7 20h10a1.5 1.5 0 0 0 1.5-1.5V7A1.5 1.5 0 0 0 17 5.5h-2M10 4h4a1 1 0 0 1 1 1v1.5a1 1 0 0 1-1 1h-4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM9 12h6M9 15.5h4',
  cloudOff: 'M8.5 18h8.3a3.6 3.6 0 0 0 1.9-6.7 5.6 5.6 0 0 0-8.3-4.6M7.7 9.7A4.2 4.2 0 0 0 8.5 18M4.5 4.5l15 15',
  relay:
    'M12 13.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4ZM8.6 8.2a4.7 4.7 0 0 0 0 6.7M15.4 8.2a4.7 4.7 0 0 1 0 6.7M5.9 5.6a8.4 8.4 0 0 0 0 11.9M18.1 5.6a8.4 8.4 0 0 1 0 11.9',
  key: 'M8.3 16.2a4.1 4.1 0 1 0 0-8.2 4.1 4.1 0 0 0 0 8.2ZM12.3 12H20v3M16.5 12v2.2',
} as const

export type IconName = keyof typeof PATHS

/** Those that point to where one came from, or goes: they turn round with the direction of the text. */
const DIRECTED: ReadonlySet<IconName> = new Set(['back', 'reply', 'leave'])

export const Icon = ({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) => (
  <svg class={DIRECTED.has(name) ? 'icon icon-directed' : 'icon'} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
)

/** The app's mark: a bubble that says little, quietly. */
export const Mark = ({ size }: { readonly size: number }) => (
  <svg class="mark" width={size} height={size} viewBox="0 0 48 48" aria-hidden="true">
    <path class="mark-bubble" d="M13 6h22a9 9 0 0 1 9 9v13a9 9 0 0 1-9 9H23.5l-8.3 6.3A1.4 1.4 0 0 1 13 42.2V37a9 9 0 0 1-9-9V15a9 9 0 0 1 9-9Z" />
    <path class="mark-voice" d="M15 21.5v.01M21 19v5M27 20.5v2M33 21.5v.01" />
  </svg>
)
