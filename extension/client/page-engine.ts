import type { EngineClient } from './engine-client.ts'
import { connectToEngine } from './ensure-engine.ts'

/** The engine's client of this page, connecting from the moment this file is read. A page imports it first. */
export const engine: EngineClient = connectToEngine()
