/** A text with the marks that its author wrote drawn as what they mean. Nothing in it runs or is fetched. */
import type { MentionView } from '@sotto/engine/api'
import { showsSomething } from '@sotto/wire/visible-text'
import { createContext } from 'preact'
import { useContext, useMemo } from 'preact/hooks'
import { shownName } from '../strings/shown-names.ts'
import { type Block, type Inline, readMarkup, withoutMarks } from '../text/markup.ts'
import { ShownText, Untwisted } from './shown-text.tsx'

/** Those of the text that is drawn. */
const Mentions = createContext<readonly MentionView[]>([])

export function MarkedText({ text, mentions }: { readonly text: string; readonly mentions: readonly MentionView[] }) {
  const blocks = useMemo(() => (mentions.length > 0 || showsSomething(withoutMarks(text)) ? readMarkup(text, mentions) : null), [text, mentions])
  // Marks around nothing are what was written.
  if (blocks === null) return <Untwisted text={text} />
  return (
    <Mentions.Provider value={mentions}>
      {blocks.map((block, index) => (
        <BlockOf key={index} block={block} />
      ))}
    </Mentions.Provider>
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
          {block.language === '' ? null : (
            <span class="code-language">
              <Untwisted text={block.language} />
            </span>
          )}
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
    case 'mention':
      return <Mention index={inline.mention} />
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

/** The name is this device's, whatever the author wrote. */
function Mention({ index }: { readonly index: number }) {
  const mention = useContext(Mentions)[index]
  if (mention === undefined) return null
  return (
    <span class={`mention${mention.own ? ' mention-own' : ''}`}>
      @<ShownText text={shownName(mention)} />
    </span>
  )
}
