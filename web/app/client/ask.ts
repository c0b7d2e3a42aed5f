import { keepPreviousData, QueryClient, useMutation, useQuery, type UseQueryOptions } from '@tanstack/react-query'
import type { TypedDocumentString } from '../gql/graphql'
import { fetchJSON, Problem, problemOf } from './problem'
import { signInAgain, type Session } from './session'

/**
 * Runs one operation and returns its data, or throws a Problem. When the session has ended it
 * waits for somebody to sign in again and repeats the operation: changes carry an
 * idempotencyKey, so that nothing is done twice.
 */
export async function ask<R, V>(document: TypedDocumentString<R, V>, variables?: V, signal?: AbortSignal): Promise<R> {
  const request = () =>
    fetchJSON<{ data: R }>('/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json, application/json;q=0.9' },
      body: JSON.stringify({ query: document.toString(), variables }),
      signal,
    })
  try {
    return (await request()).data
  } catch (thrown) {
    const wasSignedIn = queries.getQueryData<Session>(['session'])?.signedIn
    if (thrown instanceof Problem && thrown.kind === 'signedOut' && wasSignedIn && (await signInAgain(isPreview(variables)))) return (await request()).data
    throw thrown
  }
}

const isPreview = (variables: unknown) => (variables as { input?: { preview?: boolean } } | undefined)?.input?.preview === true

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      networkMode: 'always', // the server may be this machine: what the browser thinks of the network does not matter
      retry: (count, thrown) => count < 2 && ['offline', 'busy', 'stale'].includes(problemOf(thrown).kind),
      retryDelay: (count) => 400 * 2 ** count,
    },
    mutations: { networkMode: 'always' },
  },
})

type Settings<R> = Pick<UseQueryOptions<R, Error>, 'enabled' | 'staleTime' | 'refetchInterval'> & {
  /** Show the last answer until the new one is there: for lists whose filters change. */
  keep?: boolean
}

/** Asks while the component is shown, again when the variables change. Show it with <Answer>. */
export function useAsk<R, V>(document: TypedDocumentString<R, V>, variables?: V, { keep, ...settings }: Settings<R> = {}) {
  return useQuery<R, Error>({
    queryKey: [document.toString(), variables],
    queryFn: ({ signal }) => ask(document, variables, signal),
    ...(keep ? { placeholderData: keepPreviousData } : {}),
    ...settings,
  })
}

/** What every payload of a change has. */
export interface Payload {
  revision?: number | null
  userErrors: { code: string; message: string; path: string[] }[]
}

/**
 * Changes something. `mutateAsync(variables)` resolves to the mutation's payload, whose
 * userErrors say what was refused; after a change every list is asked for again.
 */
export function useChange<P extends Payload, R extends Record<string, P>, V>(document: TypedDocumentString<R, V>) {
  return useMutation<P, Error, V>({
    mutationFn: async (variables) => Object.values(await ask(document, variables))[0]!,
    onSuccess: (payload) => {
      if (payload.revision != null) void queries.invalidateQueries()
    },
  })
}

/** The idempotencyKey of a new change. (randomUUID is there only under https.) */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
