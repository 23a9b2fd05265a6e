import { expect, test } from 'vitest'
import { codeOnly, readSource, sourceFiles } from './source-files.ts'

const DRAWS = 'packages/crypto/src/primitives/draw.ts'
/** Fewer bytes than any key, salt or nonce has are asked for as a lot, by whatever name the source of randomness goes. */
const FEW_BYTES = /\brandom(?:Bytes)?\((?:[1-9]|1[0-5])\)/

test('whoever draws a lot or spreads a wait in time calls the functions that do it evenly', () => {
  const pure = sourceFiles().filter((file) => file.startsWith('packages/') && !/\.test\.ts$|\/testing\/|\/test-support\//.test(file))
  expect(pure).toContain(DRAWS)
  expect(pure.filter((file) => file !== DRAWS && FEW_BYTES.test(codeOnly(readSource(file))))).toEqual([])
})
