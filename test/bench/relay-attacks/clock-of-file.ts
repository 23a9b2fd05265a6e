/**
 * `node --import` of this file: the process has the machine's clock, moved by so many milliseconds as a file says, which
 * `SOTTO_CLOCK_FILE` names. It is looked at all the time, so the clock can jump while the process runs.
 */
import { readFileSync } from 'node:fs'

const LOOK_MS = 20
const file = process.env['SOTTO_CLOCK_FILE'] ?? ''
const wallMs = Date.now
let movedMs = 0
if (file !== '') {
  Date.now = () => wallMs() + movedMs
  setInterval(() => {
    movedMs = Number(readFileSync(file, 'utf8')) || 0
  }, LOOK_MS).unref()
}
