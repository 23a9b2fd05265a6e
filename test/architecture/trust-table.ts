/** Reads the tables of PROTOCOL.md section 13, and the shapes in the code that they speak of. */
import { CONTENT_KINDS, CONTROL_MESSAGE_KINDS, PEER_FRAME_KINDS } from '@sotto/core/inside'
import { relayWord } from '@sotto/mailbox'
import * as wire from '@sotto/wire'

/** By shape: by field the rules that judge it. */
export type FieldRules = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>

export interface TrustTable {
  /** Rules of section 13 by who may make the claim. */
  readonly rules: ReadonlyMap<string, string>
  readonly saidIn: FieldRules
}

/** A shape without fields is a claim by being sent. */
const NO_FIELDS = 'nothing besides'

/** The cells of each row of a Markdown table's text. */
const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.trim()),
    )

/** The two tables of section 13. */
export function readTrustTable(protocol: string): TrustTable {
  const start = protocol.indexOf('\n## 13.')
  const end = protocol.indexOf('\n## ', start + 1)
  const [first = '', second = ''] = protocol.slice(start, end < 0 ? undefined : end).split('\n| Said in |')
  const rules = rowsOf(first).flatMap(([rule = '', , who = '']): [string, string][] => {
    const number = /^\*\*(13\.\d+)\*\*$/.exec(rule)?.[1]
    return number === undefined ? [] : [[number, who]]
  })
  return { rules: new Map(rules), saidIn: new Map(rowsOf(second).map(([shape = '', fields = '']) => [shape, fieldsOf(fields)])) }
}

/** `13.1: request, handle; 13.15: body` as rules by field. */
function fieldsOf(cell: string): ReadonlyMap<string, readonly string[]> {
  const byField = new Map<string, readonly string[]>()
  for (const part of cell.split('; ')) {
    const [rule = '', names = ''] = part.split(': ')
    for (const name of names.split(', ')) byField.set(name, [...(byField.get(name) ?? []), rule])
  }
  return byField
}

/** Every shape that others send us, by the name that the document uses, with its fields. */
export function shapesInCode(): ReadonlyMap<string, readonly string[]> {
  const lists = [
    ['control message', CONTROL_MESSAGE_KINDS],
    ['peer frame', PEER_FRAME_KINDS],
    ['content', CONTENT_KINDS],
    ['operation', wire.OPERATION_KINDS],
  ] as const
  const kinds = lists.flatMap(([name, list]) =>
    list.map(({ kind, fields }): [string, readonly string[]] => [`${name} ${kind}`, described(fields).fieldNames ?? []]),
  )
  const unions = Object.entries(UNIONS).flatMap(([name, union]) =>
    Object.entries(union.variants ?? {}).map(([kind, fields]): [string, readonly string[]] => [`${name} ${kind}`, fields]),
  )
  const structs = Object.entries(wire).flatMap(([name, value]): [string, readonly string[]][] => {
    const { fieldNames } = described(value)
    return fieldNames === undefined ? [] : [[`shape ${name}`, fieldNames]]
  })
  return new Map([...structs, ...kinds, ...unions])
}

const UNIONS: Readonly<Record<string, wire.Described>> = {
  letterRecord: wire.letterRecord,
  signal: wire.signalBody,
  'mailbox request': wire.mailboxRequest,
  'mailbox answer': wire.mailboxAnswer,
  'relay word': relayWord,
}

/** What an exported value says of its fields; nothing where it is no codec. */
const described = (value: unknown): wire.Described => (typeof value === 'object' && value !== null ? (value as wire.Described) : {})

/** Names of unions that are in no table: shapes that nobody holds against it. */
export const unlistedUnions = (): readonly string[] =>
  Object.entries(wire).flatMap(([name, value]) =>
    described(value).variants !== undefined && !Object.values(UNIONS).includes(value as wire.Described) ? [name] : [],
  )

/** What is wrong between shapes and table, in sentences. */
export function gapsIn(shapes: ReadonlyMap<string, readonly string[]>, { rules, saidIn }: TrustTable): readonly string[] {
  const gaps: string[] = []
  for (const [shape, fields] of shapes) {
    const judged = saidIn.get(shape)
    if (judged === undefined) {
      gaps.push(`${shape} is in no row`)
      continue
    }
    for (const field of fields) if (!judged.has(field)) gaps.push(`${shape}: nothing judges ${field}`)
    for (const [field, by] of judged) {
      if (field !== NO_FIELDS && !fields.includes(field)) gaps.push(`${shape} has no field ${field}`)
      if (by.length > 1) gaps.push(`${shape}: ${field} has the rules ${by.join(' and ')}`)
      for (const rule of by) if (!rules.has(rule)) gaps.push(`${shape}: there is no rule ${rule}`)
    }
  }
  for (const shape of saidIn.keys()) if (!shapes.has(shape)) gaps.push(`there is no ${shape}`)
  return gaps
}
