import { useState } from 'react'

/** What was kept, when it is still of that shape; a browser may hold anything. */
export function parsed<T>(kept: string | null, initial: T): T {
  try {
    const value = JSON.parse(kept ?? 'null') as T
    return value !== null && typeof value === typeof initial && Array.isArray(value) === Array.isArray(initial) ? value : initial
  } catch {
    return initial
  }
}

/** A preference of whoever uses this browser, such as chosen columns; never of what a record holds. */
export function useKept<T>(name: string, initial: T): [T, (value: T) => void] {
  const place = `concord:${name}`
  const read = () => parsed(localStorage.getItem(place), initial)
  const [state, setState] = useState(() => ({ place, value: read() }))
  const value = state.place === place ? state.value : read()
  return [
    value,
    (value: T) => {
      localStorage.setItem(place, JSON.stringify(value))
      setState({ place, value })
    },
  ]
}
