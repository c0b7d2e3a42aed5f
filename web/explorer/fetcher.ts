import type { GraphiQLProps } from 'graphiql'

/** The page's own server; nothing is sent anywhere else. */
const endpoint = '/graphql'

/**
 * Returns a fetcher that asks with the given key, or anonymously without one. What goes
 * wrong on the way comes back as a GraphQL error that says what to do, so that it shows
 * where answers show.
 */
export function fetcherWith(key: string): GraphiQLProps['fetcher'] {
  return async (request, options) => {
    const headers: Record<string, string> = {
      ...options?.headers,
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json;q=0.9',
    }
    if (key) headers.Authorization = `Bearer ${key}`

    let answer: Response
    try {
      answer = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(request) })
    } catch {
      return failure('连接不上服务器：请确认服务仍在运行、网络可用，然后重试。')
    }
    const text = await answer.text()
    try {
      return JSON.parse(text)
    } catch {
      return failure(`服务器的答复（HTTP ${answer.status}）不是 GraphQL 结果：请确认经过的代理没有拦截 ${endpoint}。`)
    }
  }
}

const failure = (message: string) => ({ errors: [{ message }] })
