/** The benchmark's page: the same measurements in a browser. */
import { measureCrypto } from './crypto-measurements.ts'

Object.assign(globalThis, { measureCrypto })
