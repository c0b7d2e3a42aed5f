// Who is signed in at this browser. The session itself is a cookie that scripts cannot read;
// the pages know only what GET /session says of it.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { forgetDrafts } from './draft'
import { fetchJSON, problemOf } from './problem'

export interface Session {
  signedIn: boolean
  /** The account as its server describes it; null when nobody is signed in. */
  account: { name: string; label: string; mustChangePassword: boolean } | null
  /** The button of the organisation's own sign-in, if there is one. */
  oidc: { label: string } | null
  /** Accounts to try, of a server started with --demo. */
  demo: { account: string; password: string; label: string }[]
}

const nobody: Session = { signedIn: false, account: null, oidc: null, demo: [] }

async function currentSession(): Promise<Session> {
  try {
    return { ...nobody, ...(await fetchJSON<Partial<Session>>('/session')) }
  } catch (thrown) {
    // A server without accounts knows nobody; its public pages are there all the same.
    if (problemOf(thrown).kind === 'missing') return nobody
    throw thrown
  }
}

const sessionKey = ['session']

export function useSession() {
  const { data } = useQuery({ queryKey: sessionKey, queryFn: currentSession, staleTime: 60_000 })
  const known = data !== undefined
  const client = useQueryClient()

  /** Everything that was read was read as somebody else: it is asked for again. */
  const changed = async () => {
    await client.invalidateQueries({ queryKey: sessionKey })
    await client.invalidateQueries()
  }
  return {
    ...(data ?? nobody),
    known,
    async signIn(account: string, password: string) {
      await send('POST', '/session', { account, password })
      settle(true) // first: what waits for the new session would never come back else
      await changed()
    },
    async signOut() {
      await send('DELETE', '/session')
      forgetDrafts() // the next one at this browser is somebody else
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] })
      await changed()
    },
    async changePassword(current: string, password: string) {
      await send('POST', '/session/password', { current, password })
      await changed()
    },
    /** Sets a password by the secret of a link that serves once, and signs in with it. */
    async setPassword(token: string, password: string) {
      await send('POST', '/session/password', { token, password })
      await changed()
    },
  }
}

const send = (method: string, path: string, body?: unknown) =>
  fetchJSON<unknown>(path, { method, headers: { 'Content-Type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) })

// A session that ends while a page is open: whoever asks waits until somebody has signed in
// again in a dialog over the page, so that nothing typed is lost.

let waiting: ((signedIn: boolean) => void)[] = []
let declined = false
const listeners = new Set<() => void>()
const tell = () => listeners.forEach((listener) => listener())

/**
 * Resolves to true once somebody has signed in again, to false when she or he declines. Whoever has
 * declined is not asked again by what happens by itself, such as a preview while somebody types.
 */
export function signInAgain(byItself = false): Promise<boolean> {
  if (byItself && declined) return Promise.resolve(false)
  return new Promise((resolve) => {
    waiting = [...waiting, resolve]
    tell()
  })
}

export function settle(signedIn: boolean) {
  declined = !signedIn
  const all = waiting
  waiting = []
  all.forEach((resolve) => resolve(signedIn))
  tell()
}

/** Whether somebody is to sign in again. */
export const useSignInAgain = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => waiting.length > 0,
  )
