// Subscriptions: GraphQL over server-sent events, read from an ordinary request, so that what is
// wrong with it can be told and the place where it goes on is ours to say.
import { useEffect, useRef, useState } from 'react'
import type { TypedDocumentString } from '../gql/graphql'
import { queries } from './ask'
import { Problem, problemOf, problemIn } from './problem'
import { signInAgain, type Session } from './session'

/** The server gives a sign of life every 15 seconds; whatever is silent for longer is gone. */
const silence = 45_000

/** Yields the answers of a subscription until the server ends it; whatever else ends it throws a Problem. */
async function* answers<R, V>(document: TypedDocumentString<R, V>, variables: V, signal: AbortSignal, opened: () => void): AsyncGenerator<R> {
  const gone = new AbortController()
  const stop = () => gone.abort()
  signal.addEventListener('abort', stop)
  let watch = setTimeout(stop, silence)
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify({ query: document.toString(), variables }),
      signal: gone.signal,
    })
    if (!response.ok || !response.body) throw problemIn(await response.json().catch(() => ({})), response.status)
    opened()
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let text = ''; ; ) {
      const { value, done } = await reader.read()
      if (done) throw lost()
      clearTimeout(watch)
      watch = setTimeout(stop, silence)
      const events = (text + value).split('\n\n')
      text = events.pop()!
      for (const event of events) {
        if (event.startsWith('event: complete')) return
        if (!event.startsWith('event: next')) continue // a sign of life
        const answer = JSON.parse(event.slice(event.indexOf('data: ') + 6)) as { data?: R; errors?: [] }
        if (!answer.data) throw problemIn(answer, 200)
        yield answer.data
      }
    }
  } catch (thrown) {
    throw thrown instanceof Problem ? thrown : lost()
  } finally {
    clearTimeout(watch)
    gone.abort()
    signal.removeEventListener('abort', stop)
  }
}

const lost = () => new Problem('offline', '连接已断开，正在重新连接。恢复后从断开处继续，不遗漏、不重复。')

export type Following = 'connecting' | 'live' | 'lost' | 'paused' | 'refused'

interface Feed<R, V> {
  document: TypedDocumentString<R, V>
  /** The variables that go on after a cursor. */
  variables: (after: string | undefined) => V
  /** Takes one answer and returns its cursor, behind which the subscription goes on after a break. */
  take: (data: R) => string
}

/**
 * Follows a subscription from a cursor on while `active`. After a break, or a pause, it goes on
 * behind the last answer taken: nothing is missed and nothing comes twice.
 */
export function useFollow<R, V>(feed: Feed<R, V>, from: string | undefined, active: boolean): { state: Following; problem?: Problem } {
  const [now, setNow] = useState<{ state: Following; problem?: Problem }>({ state: 'connecting' })
  const reached = useRef(from)
  const current = useRef(feed)
  current.current = feed
  useEffect(() => {
    if (!active) {
      setNow({ state: 'paused' })
      return
    }
    const ended = new AbortController()
    const { signal } = ended
    const wait = (ms: number) => new Promise<void>((done) => {
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', () => (clearTimeout(timer), done()))
    })
    const follow = async () => {
      setNow({ state: 'connecting' })
      for (let failures = 0; !signal.aborted; ) {
        try {
          const opened = () => {
            failures = 0
            if (!signal.aborted) setNow({ state: 'live' })
          }
          for await (const data of answers(current.current.document, current.current.variables(reached.current), signal, opened)) {
            if (signal.aborted) return
            reached.current = current.current.take(data)
          }
        } catch (thrown) {
          if (signal.aborted) return
          const problem = problemOf(thrown)
          const wasSignedIn = queries.getQueryData<Session>(['session'])?.signedIn
          if (problem.kind === 'signedOut' && wasSignedIn && (await signInAgain())) continue
          if (!['offline', 'busy', 'internal'].includes(problem.kind)) {
            setNow({ state: 'refused', problem })
            return
          }
          setNow({ state: 'lost', problem: lost() })
        }
        await wait(Math.min(15_000, 500 * 2 ** failures++))
      }
    }
    void follow()
    return () => ended.abort()
  }, [active])
  return now
}
