import { loadSodiumPrimitives } from './load-primitives.ts'

/** libsodium's primitives at once, for stories and tools that run in Node: the module that imports this one waits for WebAssembly. */
export const sodiumPrimitives = await loadSodiumPrimitives()
