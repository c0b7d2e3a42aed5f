import { useState } from 'react'

/** A preference of whoever uses this browser, such as chosen columns; never of what a record holds. */
export function useKept<T>(name: string, initial: T): [T, (value: T) => void] {
  const place = `concord:${name}`
  const read = () => {
    const kept = localStorage.getItem(place)
    return kept === null ? initial : (JSON.parse(kept) as T)
  }
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
