import { useState } from 'react'

/**
 * State that outlives the page: what somebody has typed, kept for this tab until `forget`.
 * For words that people write. Never for identity numbers or passwords.
 */
export function useDraft<T>(name: string, initial: T): [value: T, set: (value: T) => void, forget: () => void] {
  const place = `concord:draft:${name}`
  const [value, setState] = useState<T>(() => {
    const kept = sessionStorage.getItem(place)
    return kept === null ? initial : (JSON.parse(kept) as T)
  })
  const set = (value: T) => {
    sessionStorage.setItem(place, JSON.stringify(value))
    setState(value)
  }
  const forget = () => {
    sessionStorage.removeItem(place)
    setState(initial)
  }
  return [value, set, forget]
}
