/**
 * Which provider there is, found out once at start: the only asynchronous thing about the primitives.
 */
import sodium, { ready } from 'libsodium-wrappers-sumo'
import { createSodiumPrimitives } from './libsodium.ts'
import { createNoblePrimitives } from './noble.ts'
import type { Primitives } from './primitives.ts'

/** libsodium's primitives. Rejects where WebAssembly is not allowed or not there. */
export async function loadSodiumPrimitives(): Promise<Primitives> {
  await ready
  return createSodiumPrimitives(sodium)
}

/** libsodium's primitives, or @noble's where WebAssembly is not allowed. `name` says which. Never rejects. */
export async function loadPrimitives(): Promise<Primitives> {
  try {
    return await loadSodiumPrimitives()
  } catch {
    return createNoblePrimitives()
  }
}
