/** Shows one scene as a page: `?scene=NAME&layout=popup#/settings`. */
import { mountApp } from '../main.tsx'
import type { AppLayout } from '../state/page.ts'
import { playEngine } from './played-engine.ts'
import { playedPlatform } from './played-platform.ts'
import { SCENE_NOW_MS } from './scene-messages.ts'
import { SCENES, type SceneName } from './scenes.ts'

const query = new URLSearchParams(location.search)
// As a browser in a language that runs from right to left has it.
if (query.get('dir') === 'rtl') document.documentElement.dir = 'rtl'
// As a browser whose letters are twice the usual size has it.
if (query.has('large')) document.documentElement.style.setProperty('font-size', '187.5%')
const name = query.get('scene') ?? ''
const layout = query.get('layout')
const isScene = (name: string): name is SceneName => Object.hasOwn(SCENES, name)
const isLayout = (layout: string | null): layout is AppLayout => layout === 'popup' || layout === 'panel' || layout === 'options'

const root = document.getElementById('app')
if (root === null || !isScene(name)) throw new Error(`no scene ${name}`)
const started = Date.now()
const now = () => SCENE_NOW_MS + Date.now() - started
mountApp(root, playEngine(SCENES[name], now), isLayout(layout) ? layout : 'panel', playedPlatform, {
  relay: '/ip4/127.0.0.1/tcp/4201/ws/p2p/12D3KooWQ7fYbq3vN8hLrT2mXcJ5pUeK9sWdZaGtRyHnBvMxPoLi',
  version: '0.1.0',
  wipeKey: { read: async () => 'Alt+Shift+Delete', choose: () => {} },
})
