/** The engine's page: Chrome's offscreen document, which the worker messages, and Firefox's background page, which pages message. */
import { hostEngine } from '../../host/engine-host.ts'
import { answerWhenReady } from '../../host/house-messages.ts'

const hosted = hostEngine()
answerWhenReady(import.meta.env.FIREFOX ? 'ensureEngine' : 'isEngineReady', () => hosted)
