import { mountApp } from '../../app/main.tsx'
import { connectToEngine } from '../../client/ensure-engine.ts'
import { pageDefaults } from '../../client/page-defaults.ts'
import { browserPlatform } from '../../client/platform.ts'

const root = document.getElementById('app')
if (root !== null) mountApp(root, connectToEngine(), 'popup', browserPlatform, pageDefaults())
