/** The engine's page: Chrome's offscreen document, which the worker messages, and Firefox's background page, which pages message. */
import { hostEngine } from '../../host/engine-host.ts'
import { answerWhenReady, answerWipe } from '../../host/house-messages.ts'
import { outsideHere } from '../../host/outside-here.ts'
import { outsideThroughWorker } from '../../host/outside-worker.ts'
import { listenForWipe } from '../../host/wipe-command.ts'
import { wipeBy } from '../../host/wipe-engine.ts'

const hosted = hostEngine(import.meta.env.FIREFOX ? outsideHere() : outsideThroughWorker())
answerWhenReady(import.meta.env.FIREFOX ? 'ensureEngine' : 'isEngineReady', () => hosted)
if (import.meta.env.FIREFOX) listenForWipe(() => wipeBy(hosted))
else answerWipe(() => wipeBy(hosted))
