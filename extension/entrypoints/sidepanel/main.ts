// First: it connects while the rest of the page, and then its words, are read.
import { engine } from '../../client/page-engine.ts'
import { mountApp } from '../../app/main.tsx'
import { pageDefaults } from '../../client/page-defaults.ts'
import { browserPlatform } from '../../client/platform.ts'

const root = document.getElementById('app')
if (root !== null) mountApp(root, engine, 'panel', browserPlatform, pageDefaults())
