/**
 * The rooms of the source and what each may import: the one table that the import test compares with the source.
 * ARCHITECTURE.md shows it as `roomsTable()` writes it.
 */

/** A room that may be imported, or only a part of it. */
export type Entrance =
  | string
  /** Only that file of the room, and only its types where `typesOnly`. */
  | { readonly room: string; readonly file: string; readonly typesOnly: boolean }

export interface Room {
  /** Folder. A file belongs to the room with the longest matching path. */
  readonly path: string
  readonly holds: string
  /** The rooms of ours that it may import, or `anything`. */
  readonly imports: readonly Entrance[] | 'anything'
  /** Packages of others, where a star matches any rest; or `anything`. */
  readonly packages: readonly string[] | 'anything'
  /** Pure: no clock, chance, timer or promise in it. */
  readonly pure?: true
}

const WIRE = 'packages/wire'
const PRIMITIVES = 'packages/crypto/src/primitives'
const ENGINE_TYPES: Entrance = { room: 'packages/engine', file: 'packages/engine/src/api.ts', typesOnly: true }
const CLIENT_TYPES: Entrance = { room: 'extension/client', file: 'extension/client/engine-client.ts', typesOnly: true }
const PLATFORM_TYPES: Entrance = { room: 'extension/client', file: 'extension/client/platform.ts', typesOnly: true }
/** The title of a page and the badge count alike. */
const UNREAD: Entrance = { room: 'extension/client', file: 'extension/client/unread.ts', typesOnly: false }
/** Notifications and menus speak the pages' language. */
const OUTSIDE_WORDS: Entrance = { room: 'extension/app', file: 'extension/app/strings/outside-words.ts', typesOnly: false }
/** Pages and engine decide by the same rule whether a text shows anything. */
const VISIBLE_TEXT: Entrance = { room: WIRE, file: 'packages/wire/src/visible-text.ts', typesOnly: false }
/** How rows lie on a disk, without the disk. */
const SEALED_ROWS: Entrance = { room: 'packages/storage', file: 'packages/storage/src/sealed-rows.ts', typesOnly: false }
const LIBP2P = ['libp2p', '@libp2p/*', '@multiformats/*']

export const ROOMS: readonly Room[] = [
  { path: WIRE, holds: 'what crosses the network: codecs, ids, limits', imports: [], packages: [], pure: true },
  {
    path: PRIMITIVES,
    holds: 'the providers of cryptography behind one value',
    imports: [WIRE],
    packages: ['@noble/*', 'libsodium-wrappers-sumo'],
    pure: true,
  },
  { path: 'packages/crypto', holds: 'keys and ratchets', imports: [WIRE, PRIMITIVES], packages: [], pure: true },
  { path: 'packages/membership', holds: 'who belongs', imports: [WIRE, 'packages/crypto', PRIMITIVES], packages: [], pure: true },
  { path: 'packages/sync', holds: 'what is missing', imports: [WIRE], packages: [], pure: true },
  { path: 'packages/search', holds: 'words, blocks of an index of them, what a query finds', imports: [WIRE], packages: [], pure: true },
  { path: 'packages/blob', holds: 'files: how they are cut, sealed and proved', imports: [WIRE, 'packages/crypto', PRIMITIVES], packages: [], pure: true },
  { path: 'packages/pictures', holds: 'pictures: kinds, sizes, and what of them is about people', imports: [WIRE], packages: ['fflate'], pure: true },
  { path: 'packages/mailbox', holds: 'waiting letters: the rules of both ends', imports: [WIRE, PRIMITIVES], packages: [], pure: true },
  {
    path: 'packages/core',
    holds: 'the protocol as one machine',
    imports: [WIRE, 'packages/crypto', PRIMITIVES, 'packages/membership', 'packages/sync', 'packages/search', 'packages/blob', 'packages/mailbox'],
    packages: [],
    pure: true,
  },
  {
    path: 'packages/engine',
    holds: 'the loop (step, commit, perform), the ports, in-memory adapters, conformance suites, the vault',
    imports: ['packages/core', WIRE, PRIMITIVES],
    packages: [],
  },
  {
    path: 'packages/simulator',
    holds: 'a seeded world around the unchanged core, loop and mailbox',
    imports: ['packages/core', 'packages/engine', 'packages/blob', 'packages/mailbox', 'packages/membership', SEALED_ROWS, WIRE, 'packages/crypto', PRIMITIVES],
    packages: [],
  },
  {
    path: 'packages/headless',
    holds: 'composition root of a Node peer',
    imports: ['packages/core', 'packages/engine', 'packages/storage', 'packages/transport', WIRE, PRIMITIVES],
    packages: ['node:*'],
  },
  {
    path: 'packages/storage',
    holds: 'adapter: Dexie in browsers, SQLite in Node',
    imports: ['packages/engine', WIRE],
    packages: ['dexie', 'node:*'],
  },
  { path: 'packages/transport', holds: 'adapter: libp2p', imports: ['packages/engine', WIRE], packages: LIBP2P },
  {
    path: 'extension/entrypoints',
    holds: 'where the browser comes in: background and the engine’s page; popup, side panel, options',
    imports: ['extension/host', 'extension/app', 'extension/client'],
    packages: ['wxt/*'],
  },
  {
    path: 'extension/host',
    holds: 'composition root of the extension: the only place there that imports adapters',
    imports: ['extension/client', OUTSIDE_WORDS, 'packages/core', 'packages/engine', 'packages/storage', 'packages/transport', WIRE, PRIMITIVES],
    packages: ['wxt/browser'],
  },
  { path: 'extension/client', holds: 'the port to the engine, seen from a page', imports: [ENGINE_TYPES], packages: ['wxt/browser'] },
  {
    path: 'extension/app',
    holds: 'the screens',
    imports: [ENGINE_TYPES, CLIENT_TYPES, PLATFORM_TYPES, UNREAD, VISIBLE_TEXT, 'packages/pictures'],
    packages: ['preact', 'preact/*', '@preact/signals', 'emojibase-data/*', 'qr', 'qr/*', '@zxcvbn-ts/*'],
  },
  {
    path: 'relay-node',
    holds: 'composition root of the relay; knows frames and never sessions',
    imports: [WIRE, 'packages/mailbox', PRIMITIVES],
    packages: [...LIBP2P, '@nats-io/*', 'node:*', 'qr', 'prom-client'],
  },
  { path: 'scripts', holds: 'the commands of package.json', imports: 'anything', packages: 'anything' },
  { path: 'test', holds: 'what is tested across rooms, and its fixtures', imports: 'anything', packages: 'anything' },
]

/** A folder inside a package. */
export interface InnerRoom {
  readonly name: string
  /** The folders of the same package that it may import: only folders below it in the list. */
  readonly imports: readonly string[]
}

/** The rooms inside one package, from the top. */
export interface InnerRooms {
  /** The package's source folder. */
  readonly source: string
  readonly rooms: readonly InnerRoom[]
}

const CORE_FROM_CIPHER = ['groups', 'sessions', 'links', 'identity', 'state', 'contract']
const CORE_FROM_MEMBERS = ['epochs', ...CORE_FROM_CIPHER]

/** Rooms inside packages. A row applies once its folder exists. */
export const INNER_ROOMS: readonly InnerRooms[] = [
  {
    source: 'packages/core/src',
    rooms: [
      { name: 'machine', imports: ['peers', 'messages', 'files', 'members', 'view', 'cipher', ...CORE_FROM_MEMBERS] },
      { name: 'view', imports: ['messages', 'files', 'cipher', 'epochs', 'groups', 'links', 'identity', 'state', 'contract'] },
      { name: 'peers', imports: ['messages', 'files', 'cipher', 'epochs', 'groups', 'sessions', 'links', 'state'] },
      { name: 'messages', imports: ['files', 'cipher', ...CORE_FROM_MEMBERS] },
      { name: 'files', imports: ['epochs', 'groups', 'links', 'identity', 'state', 'contract'] },
      { name: 'members', imports: ['cipher', ...CORE_FROM_MEMBERS] },
      { name: 'cipher', imports: CORE_FROM_CIPHER },
      { name: 'epochs', imports: ['groups', 'sessions', 'links', 'identity', 'state'] },
      { name: 'groups', imports: ['sessions', 'links', 'identity', 'state'] },
      { name: 'sessions', imports: ['links', 'identity', 'state'] },
      { name: 'links', imports: ['identity', 'state', 'contract'] },
      { name: 'identity', imports: ['state'] },
      { name: 'state', imports: ['contract'] },
      { name: 'contract', imports: [] },
    ],
  },
  {
    source: 'packages/membership/src',
    rooms: [
      { name: 'roster', imports: ['log', 'rules', 'operations', 'entries'] },
      { name: 'log', imports: ['rules', 'operations', 'entries'] },
      { name: 'rules', imports: ['operations', 'changes', 'entries'] },
      { name: 'operations', imports: ['changes', 'entries'] },
      { name: 'changes', imports: ['entries'] },
      { name: 'entries', imports: [] },
    ],
  },
  {
    source: 'extension/app',
    rooms: [
      { name: 'screens', imports: ['conversation', 'files', 'emoji', 'parts', 'state', 'strings', 'text'] },
      { name: 'conversation', imports: ['files', 'emoji', 'parts', 'state', 'strings', 'text'] },
      { name: 'files', imports: ['parts', 'state', 'strings', 'text'] },
      { name: 'emoji', imports: ['parts', 'state', 'strings', 'text'] },
      { name: 'parts', imports: ['state', 'strings', 'text'] },
      { name: 'state', imports: ['strings', 'text'] },
      { name: 'strings', imports: ['text'] },
      { name: 'text', imports: [] },
    ],
  },
]

/** Name of a room in the table: its path without the common prefix. */
export const roomName = (path: string): string => path.replace(/^packages\//, '').replace('/src/', '/')

const entranceName = (entrance: Entrance): string =>
  typeof entrance === 'string'
    ? roomName(entrance)
    : `${roomName(entrance.room)} (${entrance.typesOnly ? 'types of ' : ''}\`${entrance.file.slice(entrance.file.lastIndexOf('/') + 1)}\`)`

/** The table as ARCHITECTURE.md shows it: Markdown, without a trailing line break. */
export function roomsTable(): string {
  const names = (entries: readonly string[] | 'anything'): string => (entries === 'anything' ? 'anything' : entries.length === 0 ? '–' : entries.join(', '))
  const rows = ROOMS.map(({ path, holds, imports, packages, pure }) =>
    [
      `\`${roomName(path)}\``,
      pure === true ? `${holds} (pure)` : holds,
      names(imports === 'anything' ? imports : imports.map(entranceName)),
      names(packages === 'anything' ? packages : packages.map((name) => `\`${name}\``)),
    ].join(' | '),
  )
  return ['| Room | Holds | Imports of ours | Packages of others |', '|---|---|---|---|', ...rows.map((row) => `| ${row} |`)].join('\n')
}
