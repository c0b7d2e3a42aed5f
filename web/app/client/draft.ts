import { useState } from 'react'

const prefix = 'concord:draft:'

/**
 * State that outlives the page: what somebody has typed, kept for this tab until `forget`.
 * For words that people write. Never for identity numbers or passwords.
 */
export function useDraft<T>(name: string, initial: T): [value: T, set: (value: T) => void, forget: () => void] {
  const place = prefix + name
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

/** Forgets whatever somebody has typed in this tab. */
export function forgetDrafts() {
  for (const place of Object.keys(sessionStorage)) if (place.startsWith(prefix)) sessionStorage.removeItem(place)
}
