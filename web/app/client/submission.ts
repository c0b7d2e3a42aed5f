import { useEffect, useState } from 'react'
import { newKey, queries, type Payload } from './ask'
import { problemOf, type Problem } from './problem'

/** A pause as long as this while somebody types asks the hub. */
const pause = 300

interface Settings<P> {
  /** Asks for the change, or with `preview` what would become of it. */
  send: (how: { preview: boolean; idempotencyKey: string }) => Promise<P>
  /** What stands in the form: the hub is asked anew when it changes. */
  typed: string
  /** Whether there is something to judge already. */
  ready?: boolean
  /** The change has been written. */
  done: (made: P) => void
}

/**
 * A form whose judge is the hub: while somebody fills it in, previews tell what is still wrong
 * and what would follow; `submit` writes. A request that is repeated carries the same key, so that
 * a lost answer does nothing twice. After a conflict every record on the page is read anew.
 */
export function useSubmission<P extends Payload>({ send, typed, ready = true, done }: Settings<P>) {
  const [judged, setJudged] = useState<{ typed: string; payload: P }>()
  const [refused, setRefused] = useState<{ typed: string; payload: P }>()
  const [tried, setTried] = useState(false)
  const [going, setGoing] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const [key, setKey] = useState(newKey)
  const [shown, setShown] = useState<() => void>()
  useEffect(() => shown?.(), [shown])

  const conflict = (payload: P) => payload.userErrors.some(({ code }) => code === 'CONFLICT')
  useEffect(() => {
    if (!ready) return setJudged(undefined)
    let current = true
    const timer = setTimeout(() => {
      send({ preview: true, idempotencyKey: newKey() })
        .then((payload) => {
          if (!current) return
          setJudged({ typed, payload })
          setProblem(undefined) // whatever it was, it is over
          if (conflict(payload)) void queries.invalidateQueries()
        })
        .catch(() => undefined) // said when it is sent
    }, pause)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [typed, ready])

  /** Resolves, once the page shows it, to what the hub answered; to nothing when it could not be asked. */
  const submit = async () => {
    const made = await write()
    await new Promise<void>((resolve) => setShown(() => resolve))
    return made
  }
  const write = async () => {
    setTried(true)
    setGoing(true)
    setProblem(undefined)
    try {
      const made = await send({ preview: false, idempotencyKey: key })
      setKey(newKey())
      if (made.revision != null) {
        setTried(false)
        done(made)
      } else {
        // A change that lacks a reason is not judged any further: the rest is what its preview says.
        setJudged({ typed, payload: await send({ preview: true, idempotencyKey: newKey() }) })
        setRefused({ typed, payload: made })
      }
      if (made.revision != null || conflict(made)) await queries.invalidateQueries()
      return made
    } catch (thrown) {
      setProblem(problemOf(thrown))
    } finally {
      setGoing(false)
    }
  }
  // judgedOf: what stood in the form when the hub judged it; it may have moved on since.
  const last = refused?.typed === typed ? refused.payload : undefined
  const more = judged?.payload.userErrors.filter(({ path }) => !last?.userErrors.some((one) => one.path.join() === path.join())) ?? []
  return { outcome: judged?.payload ?? last, errors: [...(last?.userErrors ?? []), ...more], judgedOf: judged?.typed, tried, going, problem, submit }
}
