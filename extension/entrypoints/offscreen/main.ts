import { hostEngine } from '../../host/engine-host.ts'
import { answerWhenReady } from '../../host/house-messages.ts'

const hosted = hostEngine()
answerWhenReady('isEngineReady', () => hosted)
