/** The loader as a page has it: one classic script, in worlds with and without permission to compile WebAssembly. */
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { expect, test } from 'vitest'
import { build } from 'vite'
import { loadPrimitives, loadSodiumPrimitives } from './load-primitives.ts'

/** The loader and all that it needs as an IIFE, which is what a background script is made into. */
async function bundleLoader(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      lib: {
        entry: fileURLToPath(new URL('./load-primitives.ts', import.meta.url)),
        formats: ['iife'],
        name: 'loader',
      },
    },
  })
  const [output] = Array.isArray(built) ? built : [built]
  if (output === undefined || !('output' in output)) throw new Error('nothing was built')
  expect(output.output).toHaveLength(1)
  return output.output[0].code
}

/** Runs the bundle in a world of its own, as a content security policy with or without `wasm-unsafe-eval` makes it. */
async function loadedIn(bundle: string, mayCompileWasm: boolean): Promise<unknown> {
  const { crypto, TextEncoder, TextDecoder, URL, atob, btoa, setTimeout, console } = globalThis
  const world = createContext(
    { crypto, TextEncoder, TextDecoder, URL, atob, btoa, setTimeout, console },
    { codeGeneration: { strings: false, wasm: mayCompileWasm } },
  )
  return runInContext(
    `globalThis.self = globalThis.window = globalThis; ${bundle};
     loader.loadPrimitives().then(({ name, sha256 }) => name + ' ' + sha256(new Uint8Array(1))[0])`,
    world,
  )
}

test('the default is libsodium', async () => {
  expect((await loadPrimitives()).name).toBe('libsodium')
  expect((await loadSodiumPrimitives()).name).toBe('libsodium')
})

test('bundled into one classic script, it loads libsodium where WebAssembly may be compiled, else @noble', async () => {
  const bundle = await bundleLoader()
  expect(await loadedIn(bundle, true)).toBe('libsodium 110')
  expect(await loadedIn(bundle, false)).toBe('noble 110')
})
