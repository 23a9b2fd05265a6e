import { preact } from '@preact/preset-vite'
import type { Plugin } from 'vite'
import { defineConfig } from 'wxt'
import type { EmojiData } from './extension/app/emoji/emoji-list.ts'

/** Everything comes from the extension; connections go to relays, whose addresses people choose. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  // libsodium is WebAssembly; without this word the slower provider would be used.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  // Sounds that are played come from the page's own memory.
  'media-src blob:',
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Public half of a key whose private half was thrown away: it fixes the extension's id in Chromium. */
const CHROMIUM_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA/eDwE6z51Fk99GovaEWDqzD0IQzAKmZwEDFidRTJ9gsA4JY8zdUSa2qg5JjSvulw8GY9wvkJeA79jvY1x1leVw+1itdNRh9PRricQb1+qz48kCqvk6AXMUek/TCqOBD63faaKhXxwIIsa2LIwKthz0BYOF61b1TpB8OFaNKQnHcBBRy/QC7IU5SQW+G/qEkfKX5ypRbaW8yrvrgJNl3AGIvacCbYW8l8HNw69ZEP2/MzA0DOAJs23zN8XTTmztonUfR3ZgkTP3emtC3pNtLnoNcF8Vp+ruSv6EuHV7qk5zpcN3aiQWcx+OXflj6+ao8XrQoSC7cl6ZD1yimcaGqnrQIDAQAB'

/** Of the library's emoji only what the picker reads: the rest is two thirds of it. */
const EMOJI_WORDS = {
  name: 'emoji words',
  enforce: 'pre',
  transform: (code: string, id: string) => {
    if (!/\/emojibase-data\/[a-z]+\/compact\.json$/.test(id)) return null
    const data = JSON.parse(code) as readonly EmojiData[]
    const tones = (skins: EmojiData['skins']) => skins?.map(({ unicode }) => ({ unicode }))
    return JSON.stringify(data.map(({ unicode, label, tags, group, skins }) => ({ unicode, label, tags, group, skins: tones(skins) })))
  },
} as const

/** Ends of names of modules that the engine's page has in common with those that people see. */
const SHARED = [
  ...['ensure-engine', 'engine-client', 'engine-port', 'view-patch', 'unread'].map((name) => `/client/${name}.ts`),
  ...['outside-de', 'outside-en', 'outside-words', 'language', 'person-names', 'counted'].map((name) => `/app/strings/${name}.ts`),
  '/app/text/turned-text.ts',
  '/wire/src/visible-text.ts',
  '/wxt/dist/browser.mjs',
  '/browser/src/index.mjs',
  'wxt-html-plugins',
  'preload-helper.js',
] as const

/**
 * What a page loads is few files: its engine's port, which runs first, what it shares with the engine, and the rest. Browsers take so long
 * for each of an extension's files that a dozen small ones cost more than all that they do.
 */
const FEW_FILES = {
  name: 'few files',
  outputOptions: (options) =>
    options.format === 'es'
      ? {
          ...options,
          codeSplitting: {
            groups: [
              { name: 'page-engine', test: /\/client\/page-engine\.ts$/, priority: 2 },
              { name: 'shared', test: (id) => SHARED.some((end) => id.endsWith(end)), priority: 1 },
              { name: 'page', tags: ['$initial'], test: /\/extension\/(?:app|client)\/|\/node_modules\/@?preact\// },
            ],
            includeDependenciesRecursively: false,
          },
        }
      : options,
  transformIndexHtml: {
    order: 'post',
    // A page finds out which language it needs when its scripts run. By then both are read.
    handler: (html, { bundle }) =>
      Object.values(bundle ?? {})
        .filter((file) => file.type === 'chunk' && /\/app\/strings\/(?:de|en)\.ts$/.test(file.facadeModuleId ?? '') && html.includes('id="app"'))
        .map(({ fileName }) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${fileName}` }, injectTo: 'head' as const })),
  },
} as const satisfies Plugin

export default defineConfig({
  srcDir: 'extension',
  publicDir: 'extension/public',
  outDir: '.output',
  // What commands write is no source.
  zip: { excludeSources: ['out/**', 'relay-data/**'] },
  imports: false,
  vite: () => ({ plugins: [preact(), EMOJI_WORDS, FEW_FILES], build: { target: 'es2022' } }),
  hooks: {
    'build:manifestGenerated': ({ config }, manifest) => {
      // Firefox's persistent background page is the engine's page itself, as modules; WXT would make a script of it.
      if (config.browser === 'firefox') manifest.background = { page: 'engine.html', persistent: true }
    },
  },
  manifest: ({ browser }) => ({
    name: '__MSG_extensionName__',
    description: '__MSG_extensionDescription__',
    default_locale: 'en',
    // Private windows forget what they hold, and a chat has to keep its keys.
    incognito: 'not_allowed',
    action: { default_title: '__MSG_openSotto__' },
    commands: {
      // Without keys until the person chooses some: browsers have few left.
      lock: { description: '__MSG_lockCommand__' },
      [browser === 'firefox' ? '_execute_sidebar_action' : 'open-panel']: { description: '__MSG_panelCommand__' },
      [browser === 'firefox' ? '_execute_browser_action' : '_execute_action']: { suggested_key: { default: 'Alt+Shift+S' } },
      // Without a key until the person chooses one: nobody deletes everything by a key that they never heard of.
      wipe: { description: '__MSG_wipeCommand__' },
    },
    content_security_policy: { extension_pages: CONTENT_SECURITY_POLICY },
    ...(browser === 'firefox'
      ? {
          permissions: ['unlimitedStorage', 'contextMenus'],
          optional_permissions: ['notifications'],
          browser_specific_settings: {
            gecko: {
              id: 'sotto@sotto.example',
              strict_min_version: '142.0',
              // What people write, and what they call themselves, goes to the members of their groups.
              data_collection_permissions: { required: ['personalCommunications', 'personallyIdentifyingInfo'] },
            },
          },
        }
      : {
          key: CHROMIUM_KEY,
          minimum_chrome_version: '124',
          permissions: ['offscreen', 'alarms', 'unlimitedStorage', 'contextMenus'],
          optional_permissions: ['notifications'],
        }),
  }),
})
