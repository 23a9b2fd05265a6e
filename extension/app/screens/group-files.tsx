/** All pictures and files of a conversation, the newest first. */
import type { GroupView, MessageView } from '@sotto/engine/api'
import { useEffect, useRef, useState } from 'preact/hooks'
import { MessageFiles } from '../files/message-files.tsx'
import { GroupOfFiles } from '../files/place-of-files.ts'
import { Button, Empty, ErrorLine, IconButton } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Icon } from '../parts/icons.tsx'
import { Screen } from '../parts/screen.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import type { Answer } from '../state/answer.ts'
import { type App, useApp } from '../state/app.ts'
import { locale, strings } from '../strings/index.ts'
import { shownAuthor } from '../strings/shown-names.ts'
import { longTime } from '../text/times.ts'

/** Messages that are looked through at once, and further back in one go until some have files. */
const PAGE = 200
const PAGES_AT_ONCE = 5

interface Looked {
  /** Those with files, the newest first. */
  readonly messages: readonly MessageView[]
  /** The sort key of the oldest that was looked at; null: none was. */
  readonly before: string | null
  readonly more: boolean
}

const hasFiles = ({ body }: MessageView): boolean => body.kind === 'text' && body.files.length > 0

/** Looks on until something is found. A sentence: it could not. */
async function lookOn(app: App, group: string, from: Looked): Promise<Looked | string> {
  let now = from
  for (let page = 0; page < PAGES_AT_ONCE && now.more && now.messages.length === from.messages.length; page++) {
    const next = await lookFurther(app, group, now)
    if (typeof next === 'string') return next
    now = next
  }
  return now
}

/** Looks at what was looked at once more. */
async function lookAgain(app: App, group: string, before: Looked): Promise<Looked | string> {
  let now = NOTHING
  while (now.more && (now.before === null || (before.before !== null && now.before > before.before))) {
    const next = await lookFurther(app, group, now)
    if (typeof next === 'string') return next
    now = next
  }
  return now
}

async function lookFurther(app: App, group: string, now: Looked): Promise<Looked | string> {
  const answer = await app.request({ kind: 'readMessages', group, before: now.before, limit: PAGE })
  if (!answer.ok) return answer.sentence
  const { messages = [], more = false } = answer.value
  return { messages: [...now.messages, ...messages.filter(hasFiles).reverse()], before: messages[0]?.order ?? now.before, more: more && messages.length > 0 }
}

const NOTHING: Looked = { messages: [], before: null, more: true }

export function GroupFiles({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const [looked, setLooked] = useState<Looked | null>(null)
  const [error, setError] = useState<string | null>(null)
  const turn = useRef(0)
  const look = async (looking: Promise<Looked | string>) => {
    const own = ++turn.current
    const found = await looking
    if (own !== turn.current) return
    setError(null)
    if (typeof found === 'string') setError(found)
    else setLooked(found)
  }
  useEffect(() => void look(looked === null ? lookOn(app, group.id, NOTHING) : lookAgain(app, group.id, looked)), [group.revision])
  return (
    <Screen title={strings.groupFiles}>
      <ErrorLine error={error} />
      {looked === null && error === null ? <p role="status">{strings.loadingMessages}</p> : null}
      {looked?.messages.length === 0 && !looked.more ? (
        <Empty icon={<Icon name="picture" size={32} />} title={strings.groupFilesNone} text={strings.groupFilesNoneText} />
      ) : null}
      <GroupOfFiles.Provider value={group.id}>
        <ul class="gallery" aria-label={strings.groupFiles}>
          {looked?.messages.map((message) => (
            <OneMessage key={message.id} group={group.id} message={message} />
          ))}
        </ul>
      </GroupOfFiles.Provider>
      {looked?.more === true ? (
        <Button wide onClick={() => void look(lookOn(app, group.id, looked))}>
          {strings.groupFilesFurther}
        </Button>
      ) : null}
    </Screen>
  )
}

const DONE: Answer = { ok: true, value: {} }

function OneMessage({ group, message }: { readonly group: string; readonly message: MessageView }) {
  const app = useApp()
  const [isAsking, setIsAsking] = useState(false)
  if (message.body.kind !== 'text') return null
  const { files } = message.body
  const who = message.own ? strings.you : shownAuthor(message)
  const time = longTime(locale, message.atMs)
  const show = () => {
    app.lookedFor.value = { group, message: message.id }
    app.go({ screen: 'conversation', group })
  }
  const free = async (): Promise<Answer> => {
    for (const { number, state } of files) {
      const answer: Answer = state === 'here' ? await app.request({ kind: 'cancelFile', group, message: message.id, number }) : DONE
      if (!answer.ok) return answer
    }
    return DONE
  }
  return (
    <li class="card gallery-message">
      <div class="gallery-head">
        <span class="gallery-who">
          <ShownText text={who} />
          <time class="hint" dateTime={new Date(message.atMs).toISOString()}>
            {time}
          </time>
        </span>
        <IconButton name={strings.groupFilesShow(who, time)} icon="eye" onClick={show} />
        {files.some(({ state }) => state === 'here') ? (
          <IconButton name={strings.groupFilesFree(who, time)} icon="trash" onClick={() => setIsAsking(true)} />
        ) : null}
      </div>
      <MessageFiles message={message} files={files} onSized={() => {}} />
      {isAsking ? (
        <Confirm
          title={strings.groupFilesFreeTitle}
          text={strings.groupFilesFreeText}
          confirm={strings.groupFilesFreeConfirm}
          ask={free}
          onDone={() => setIsAsking(false)}
          onCancel={() => setIsAsking(false)}
        />
      ) : null}
    </li>
  )
}
