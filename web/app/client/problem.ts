import { noteConnection } from './connection'

/** What can go wrong on the way to an answer; each kind is shown, and mended, differently. */
export type ProblemKind = 'offline' | 'signedOut' | 'forbidden' | 'missing' | 'conflict' | 'stale' | 'busy' | 'invalid' | 'internal'

/** A refusal or failure in words for people: `message` says what to do. */
export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    message: string,
    /** What an operator finds in the log, when the server gave one. */
    readonly requestId?: string,
  ) {
    super(message)
  }
}

const kinds: Record<string, ProblemKind> = {
  UNAUTHENTICATED: 'signedOut',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'missing',
  CONFLICT: 'conflict',
  STALE: 'stale',
  BUSY: 'busy',
  RATE_LIMITED: 'busy',
  INTERNAL: 'internal',
}

/** The errors form that every way into the server uses. */
interface Refusal {
  errors?: { message: string; extensions?: { code?: string; requestId?: string; field?: string } }[]
  data?: unknown
}

/** Asks the page's own server and returns the JSON of its answer, or throws a Problem. */
export async function fetchJSON<T>(path: string, init?: RequestInit): Promise<T> {
  let answer: Response
  let text: string
  try {
    answer = await fetch(path, init)
    text = await answer.text()
    noteConnection(true)
  } catch (cause) {
    if (init?.signal?.aborted) throw cause
    noteConnection(false)
    throw new Problem('offline', '连接不上服务器。请检查网络，或稍后重试；已填写的内容仍在页面上。')
  }
  let body: T & Refusal
  try {
    body = text ? JSON.parse(text) : ({} as T & Refusal)
  } catch {
    throw new Problem(answer.status === 404 ? 'missing' : 'internal', `服务器的答复（HTTP ${answer.status}）不完整或被途中的代理改动。请重试；仍不成请告诉运维人员。`)
  }
  // A field that the caller may not read is null and noted so: the rest of the answer is there.
  const withheld = (error: { extensions?: { code?: string; field?: string } }) => error.extensions?.code === 'FORBIDDEN' && !!error.extensions.field
  const [first] = (body.errors ?? []).filter((error) => !body.data || !withheld(error))
  if (first) throw problemIn({ errors: [first] }, answer.status)
  if (!answer.ok) throw problemIn(body, answer.status)
  return body
}

/** What the hub says, without what it adds for those who write programs. */
export const forPeople = (message: string) => message.replace(/[；，](程序请|或)在 Authorization 请求头中带上本单位的密钥|（接口[^（）]*）/g, '')

/** What an answer that is a refusal says. */
export function problemIn({ errors }: Refusal, status: number): Problem {
  const [first] = errors ?? []
  if (!first) return new Problem(status === 404 ? 'missing' : 'internal', `服务器拒绝了请求（HTTP ${status}）。请重试；仍不成请告诉运维人员。`)
  const code = first.extensions?.code ?? ''
  return new Problem(kinds[code] ?? (status >= 500 ? 'internal' : 'invalid'), forPeople(first.message), first.extensions?.requestId)
}

/** Any thrown value as a Problem. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  return new Problem('internal', '页面出了意外的错误。请刷新重试；仍不成请告诉运维人员。')
}
