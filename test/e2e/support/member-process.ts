/** What `member-elsewhere.ts` starts: a Chromium with the extension, and answers about it, a line for each question. */
import { createInterface } from 'node:readline'
import { startMember } from './group-of-browsers.ts'
import type { MemberQuestion } from './member-elsewhere.ts'

const say = (line: { readonly value?: unknown; readonly fault?: string }): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
const faultOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault))

const member = await startMember('chromium', process.argv[2] ?? 'Member').catch((fault: unknown): never => {
  say({ fault: faultOf(fault) })
  process.exit(1)
})
say({})

async function answer(question: MemberQuestion): Promise<unknown> {
  switch (question.kind) {
    case 'ask':
      return member.ask(question.request)
    case 'group':
      return member.group(question.group)
    case 'texts':
      return member.texts(question.group)
    case 'reads': {
      await member.page().evaluate((at) => {
        location.hash = at
      }, question.at)
      return member.page().text()
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  await answer(JSON.parse(line) as MemberQuestion).then(
    (value) => say({ value }),
    (fault: unknown) => say({ fault: faultOf(fault) }),
  )
}
await member.profile.remove()
process.exit(0)
