/** A text with the marks that its author wrote drawn as what they mean. Nothing in it runs or is fetched. */
import { showsSomething } from '@sotto/wire/visible-text'
import { useMemo } from 'preact/hooks'
import { type Block, type Inline, readMarkup, withoutMarks } from '../text/markup.ts'
import { Untwisted } from './shown-text.tsx'

export function MarkedText({ text }: { readonly text: string }) {
  const blocks = useMemo(() => (showsSomething(withoutMarks(text)) ? readMarkup(text) : null), [text])
  // Marks around nothing are what was written.
  if (blocks === null) return <Untwisted text={text} />
  return (
    <>
      {blocks.map((block, index) => (
        <BlockOf key={index} block={block} />
      ))}
    </>
  )
}

function BlockOf({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'lines':
      return (
        <p class="marked-lines" dir="auto">
          <Lines lines={block.lines} />
        </p>
      )
    case 'quote':
      return (
        <blockquote dir="auto">
          <Lines lines={block.lines} />
        </blockquote>
      )
    case 'code':
      return (
        <pre>
          <code>
            <Untwisted text={block.text} />
          </code>
        </pre>
      )
    case 'list': {
      const items = block.items.map((item, index) => (
        <li key={index} dir="auto">
          <Content content={item} />
        </li>
      ))
      return block.from === null ? <ul>{items}</ul> : <ol start={block.from}>{items}</ol>
    }
  }
}

const Lines = ({ lines }: { readonly lines: readonly (readonly Inline[])[] }) => (
  <>{lines.map((line, index) => [index === 0 ? null : '\n', <Content key={index} content={line} />])}</>
)

const Content = ({ content }: { readonly content: readonly Inline[] }) => (
  <>
    {content.map((each, index) => (
      <InlineOf key={index} inline={each} />
    ))}
  </>
)

function InlineOf({ inline }: { readonly inline: Inline }) {
  switch (inline.kind) {
    case 'text':
      return <Untwisted text={inline.text} />
    case 'bold':
      return (
        <strong>
          <Content content={inline.content} />
        </strong>
      )
    case 'italic':
      return (
        <em>
          <Content content={inline.content} />
        </em>
      )
    case 'strike':
      return (
        <s>
          <Content content={inline.content} />
        </s>
      )
    case 'code':
      return (
        <code>
          <Untwisted text={inline.text} />
        </code>
      )
    case 'link':
      return (
        <a class="marked-link" href={inline.href} title={inline.href} target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer">
          <bdi>
            <Untwisted text={inline.text} />
          </bdi>
        </a>
      )
  }
}
