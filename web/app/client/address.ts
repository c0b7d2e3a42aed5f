import { useCallback, useMemo, useRef } from 'react'
import { useSearchParams } from 'react-router'

type Values = Record<string, string | readonly string[] | null | undefined>

/** Where a list stands; it goes with the words and filters that it belongs to. */
const places = ['after', 'before', 'page']

/**
 * The state of a page as its address has it, so that a link, the back button and a reload all
 * show the same. `set` changes some values and leaves the list's first page; empty ones leave
 * the address. `replace` keeps them out of the history, as while somebody types.
 */
export function useAddress() {
  const [params, setParams] = useSearchParams()
  const current = useRef(setParams)
  current.current = setParams
  const set = useCallback(
    (values: Values, { replace = false } = {}) =>
      current.current(
        (before) => {
          const next = new URLSearchParams(before)
          for (const name of places) next.delete(name)
          for (const [name, value] of Object.entries(values)) {
            next.delete(name)
            for (const one of typeof value === 'string' ? [value] : (value ?? [])) if (one) next.append(name, one)
          }
          return next
        },
        { replace, flushSync: true, preventScrollReset: true }, // at once: a box that was ticked shows so
      ),
    [], // the same function at every address: what has only it need not be rendered anew
  )
  return useMemo(() => ({ get: (name: string) => params.get(name) ?? '', all: (name: string) => params.getAll(name), set, text: params.toString() }), [params, set])
}

export type Address = ReturnType<typeof useAddress>

/** The arguments of a connection for the page that the address names. */
export function pageOf(address: Address, size: number): { first?: number; after?: string; last?: number; before?: string } {
  if (address.get('before')) return { last: size, before: address.get('before') }
  if (address.get('after')) return { first: size, after: address.get('after') }
  return { first: size }
}
