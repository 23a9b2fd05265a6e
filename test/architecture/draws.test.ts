import { expect, test } from 'vitest'
import { codeOnly, readSource, sourceFiles } from './source-files.ts'

const DRAWS = 'packages/crypto/src/primitives/draw.ts'
/** A request for fewer bytes than any key, salt or nonce has is a random draw, whatever the name of the source. */
const FEW_BYTES = /\brandom(?:Bytes)?\((?:[1-9]|1[0-5])\)/

test('random draws and jittered waits use the functions that do it evenly', () => {
  const pure = sourceFiles().filter((file) => file.startsWith('packages/') && !/\.test\.ts$|\/testing\/|\/test-support\//.test(file))
  expect(pure).toContain(DRAWS)
  expect(pure.filter((file) => file !== DRAWS && FEW_BYTES.test(codeOnly(readSource(file))))).toEqual([])
})
